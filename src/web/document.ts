/** Documents that clients keep, and ask for again. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import { entityTag, lastModified, notModified } from './conditional.js';
import { type Coding, codingFor } from './negotiate.js';

export interface Served {
  readonly text: string;
  /** The media type. */
  readonly type: string;
  /** Left out where it is not known: only the ETag tells a change then. */
  readonly changedAt?: Date;
  /** The headers of the request that decide what is served, beside Accept-Encoding. */
  readonly vary?: readonly string[];
}

const pack: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer> | Buffer>> = {
  // A level that takes no longer than gzip, and still packs tighter.
  br: (body) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify<Buffer, Buffer>(gzip),
  identity: (body) => body,
};

/** Answers with 304 where the client has it, and packed where it takes that. A range is not heeded. */
export async function document(c: Context, served: Served): Promise<Response> {
  const { text, type, changedAt, vary = [] } = served;
  const body = Buffer.from(text);
  const coding = codingFor(c.req.header('accept-encoding'));
  const tag = entityTag(createHash('sha256').update(body).digest('base64url'), coding);

  c.header('ETag', tag);
  if (changedAt) c.header('Last-Modified', lastModified(changedAt, new Date()));
  c.header('Vary', ['Accept-Encoding', ...vary].join(', '));
  // A delivery counts as accepted when the next GET serves it, so a cache has to ask each time.
  c.header('Cache-Control', 'public, max-age=0, must-revalidate');
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  const { 'if-none-match': match, 'if-modified-since': since } = c.req.header();
  if (notModified(match, changedAt && since, tag, changedAt ?? new Date())) {
    return c.body(null, 304);
  }

  const bytes = await pack[coding](body);
  if (coding !== 'identity') c.header('Content-Encoding', coding);
  c.header('Content-Type', type);
  c.header('Content-Length', String(bytes.length));
  return c.body(new Uint8Array(bytes));
}
