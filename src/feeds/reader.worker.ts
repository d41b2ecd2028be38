/** The thread in which documents from outside are read. reader.ts starts it, and ends it when it is stuck. */

import { parentPort } from 'node:worker_threads';
import { decode } from './decode.js';
import type { Expected, PageFacts, ParsedFeed } from './entry.js';
import type { FeedLink } from './feed-links.js';
import { HandOver, NotAFeed, parseFeed, type XmlParser } from './parse.js';

/** One document to read. */
export interface Job {
  readonly task: XmlParser | 'page' | 'links';
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  readonly url: string;
  /** For `links`: all Link headers of the response, joined by commas. */
  readonly linkHeader?: string | undefined;
  /** For `page`. */
  readonly expected?: Expected | undefined;
}

/** What a job comes to: a feed, a page's facts, or the feeds that a page names. */
export type Read = ParsedFeed | PageFacts | readonly FeedLink[];

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly value: Read }
  /** `hopeless`: no other parser will do better, and the reason is a sentence; else it lacks its subject. */
  | { readonly kind: 'refused'; readonly reason: string; readonly hopeless: boolean };

async function read({ task, body, contentType, url, linkHeader, expected }: Job): Promise<Read> {
  const text = decode(body, contentType);
  if (task !== 'page' && task !== 'links') return parseFeed(text, url, task);
  if (task === 'links') return (await import('./feed-links.js')).feedLinks(text, url, linkHeader);
  // Loaded when the first page comes: it brings a DOM with it that feeds do not need.
  const { readPage } = await import('./page.js');
  return readPage(text, url, expected);
}

async function answer(job: Job): Promise<Answer> {
  try {
    return { kind: 'read', value: await read(job) };
  } catch (error) {
    const { message } = error as Error;
    const hopeless = error instanceof NotAFeed;
    // sax puts the place on lines of their own.
    const line = (message.split('\n')[0] ?? '').replace(/\.+$/, '');
    const reason = hopeless || error instanceof HandOver ? message : `failed: ${line}.`;
    return { kind: 'refused', reason, hopeless };
  }
}

parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await answer(job)));
parentPort?.postMessage({ kind: 'ready' } satisfies Answer);
