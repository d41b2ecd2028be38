/** Reads the body of a response: decompressed, and bounded after that. */

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { quotable } from './quotable.js';

/** Why a body cannot be used, as the end of a sentence that begins with the host. */
export class UnreadableBody extends Error {}

const DECODERS: ReadonlyMap<string, typeof gunzip> = new Map(
  Object.entries({
    gzip: gunzip,
    'x-gzip': gunzip,
    br: brotliDecompress,
    deflate: inflate,
  }),
);

/**
 * Collects a body. Throws UnreadableBody where it has more than `maxBytes`, compressed or not, where
 * it is damaged, or where it comes in a coding that was not asked for.
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | string[] | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const tooLarge = new UnreadableBody(`sent more than ${maxBytes / 1_000_000} MB.`);
  const raw = await pipeline(
    body,
    async (source: AsyncIterable<Buffer>) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of source) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    { signal },
  );

  const coding = [contentEncoding ?? []].flat().join(',').trim().toLowerCase();
  if (coding === '' || coding === 'identity' || raw.length === 0) return raw;
  // Two codings at once are a bomb in a bomb, and "gzip, br" is no key here.
  let decoder = DECODERS.get(coding);
  if (!decoder) throw new UnreadableBody(`compressed its answer as "${coding.slice(0, 20)}".`);
  // "deflate" should be zlib's format, but some servers send the bare one (RFC 9110, section 8.4.1.2).
  if (decoder === inflate && ((raw[0] ?? 0) & 0x0f) !== 8) decoder = inflateRaw;
  try {
    return await promisify(decoder)(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge;
    throw new UnreadableBody(`sent a damaged answer (${coding}: ${(error as Error).message}).`);
  }
}

/** Bytes that are read of an answer whose body is of little use: enough for the connection to serve again. */
export const LITTLE = 16_384;

/** What a server says of its refusal in plain text, on one line; empty where it says nothing that people read. */
export async function readWords(body: Readable, signal: AbortSignal): Promise<string> {
  const read = await readBody(body, undefined, LITTLE, signal).catch(() => undefined);
  const words = quotable(read?.toString() ?? '');
  return words.startsWith('<') ? '' : words;
}
