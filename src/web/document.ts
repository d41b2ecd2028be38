/** Documents that clients keep, and ask for again. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Changes } from './changes.js';
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
  /** What its ETag begins with, in letters, digits and `-`. */
  readonly mark?: string;
  /** What is enough for this client, which has an earlier document: only what changed in it. */
  readonly changes?: () => Promise<Changes | undefined>;
}

/** The digest of a document that stands in its ETag. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
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
  const { text, type, changedAt, vary = [], mark, changes } = served;
  const coding = codingFor(c.req.header('accept-encoding'));
  const tag = entityTag([mark, digestOf(text)].filter(Boolean).join('-'), coding);

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

  const changed = await changes?.();
  if (changed) {
    c.header('IM', 'feed');
    c.header('Delta-Base', changed.since);
    // A cache that knows nothing of this keeps nothing of it (RFC 3229, 10.8.2).
    c.header('Cache-Control', 'no-store, im');
    return c.body(changed.text, 226, { 'Content-Type': type });
  }
  const bytes = await pack[coding](Buffer.from(text));
  if (coding !== 'identity') c.header('Content-Encoding', coding);
  c.header('Content-Type', type);
  c.header('Content-Length', String(bytes.length));
  return c.body(new Uint8Array(bytes));
}
