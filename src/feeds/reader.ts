/**
 * Reads feeds and pages in a worker thread, so that a document which would keep a parser busy for
 * minutes, or eat all memory, costs a deadline and nothing else.
 */

import { Worker } from 'node:worker_threads';
import type { Expected, PageFacts, ParsedFeed } from './entry.js';
import type { FeedLink } from './feed-links.js';
import type { XmlParser } from './parse.js';
import type { Answer, Job, Read } from './reader.worker.js';

export interface ReaderOptions {
  /** Milliseconds for one parser and one document; 5,000 where not given. */
  readonly deadline?: number;
  /** Megabytes of heap that the thread may use; 512 where not given. */
  readonly memory?: number;
}

export interface Reader {
  /**
   * Reads a feed of any format. rss-parser is asked first; where it fails, lies or takes too long,
   * saxes is, with a deadline of its own, and `note` says why. Rejects with a sentence, which
   * names what both said where both failed.
   * @param contentType the HTTP header, for its charset
   * @param url where the document was found; relative URLs are relative to it
   */
  readFeed(body: Buffer, contentType: string | undefined, url: string): Promise<ParsedFeed>;
  /** Reads an article's page. Rejects with a sentence. */
  readPage(
    body: Buffer,
    contentType: string | undefined,
    url: string,
    expected?: Expected,
  ): Promise<PageFacts>;
  /**
   * The feeds that a page names, the best first; none where it is no page. Rejects with a sentence.
   * @param linkHeader all Link headers of the response, joined by commas
   */
  readLinks(
    body: Buffer,
    contentType: string | undefined,
    url: string,
    linkHeader: string | undefined,
  ): Promise<readonly FeedLink[]>;
  /** Ends the thread. What is being read, or waits for it, rejects. */
  close(): Promise<void>;
}

// Node runs no TypeScript in a thread, so where this file itself is one (in the tests) the compiled twin is taken.
const THREAD = import.meta.url.endsWith('.ts') ? '../../dist/src/feeds/' : './';

/** No other parser needs to be asked; the message is a sentence. Others lack their subject. */
class Hopeless extends Error {}

/** Makes a reader with one thread, started when it is first needed; it reads one document at a time. */
export function createReader({ deadline = 5_000, memory = 512 }: ReaderOptions = {}): Reader {
  let thread: Promise<Worker> | undefined;
  let running: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function start(): Promise<Worker> {
    const worker = new Worker(new URL(`${THREAD}reader.worker.js`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    // Between two jobs nobody else listens, and an error that nobody hears ends the process.
    worker
      .on('error', () => {})
      .on('exit', () => {
        if (running === worker) thread = undefined;
      });
    await nextAnswer(worker);
    running = worker;
    return worker;
  }

  /** Has one job done, after those that were asked for before. */
  function run(job: Job): Promise<Read> {
    const result = last.then(() => runNow(job));
    last = result.catch(() => {});
    return result;
  }

  async function runNow(job: Job): Promise<Read> {
    if (closed) throw new Hopeless('The reader is closed.');
    thread ??= start();
    let answer: Answer;
    try {
      const worker = await thread;
      const answered = nextAnswer(worker, deadline);
      worker.postMessage(job);
      answer = await answered;
    } catch (error) {
      // Whatever it is doing now, it is not to be trusted with another document.
      await end();
      if (closed) throw new Hopeless('The reader was closed.');
      throw error;
    }
    if (answer.kind === 'read') return answer.value;
    if (answer.kind === 'ready') throw new Error('The reader lost count of its answers.');
    throw answer.hopeless ? new Hopeless(answer.reason) : new Error(answer.reason);
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.then(
      (worker) => worker.terminate(),
      () => {},
    );
  }

  async function attempt(parser: XmlParser, job: Omit<Job, 'task'>): Promise<ParsedFeed> {
    return (await run({ ...job, task: parser })) as ParsedFeed;
  }

  async function ofPage(job: Job): Promise<Read> {
    try {
      return await run(job);
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      throw new Error(`Reading the page ${(error as Error).message}`);
    }
  }

  return {
    async readFeed(body, contentType, url) {
      const job = { body, contentType, url };
      try {
        return await attempt('rss-parser', job);
      } catch (error) {
        if (error instanceof Hopeless) throw new Error(error.message);
        const note = `rss-parser ${(error as Error).message}`;
        try {
          return { ...(await attempt('saxes', job)), note };
        } catch (second) {
          throw new Error(
            `No parser could read the feed: ${note} saxes ${(second as Error).message}`,
          );
        }
      }
    },
    readPage: async (body, contentType, url, expected) =>
      (await ofPage({ task: 'page', body, contentType, url, expected })) as PageFacts,
    readLinks: async (body, contentType, url, linkHeader) =>
      (await ofPage({ task: 'links', body, contentType, url, linkHeader })) as readonly FeedLink[],
    async close() {
      closed = true;
      await end();
      await last;
    },
  };
}

/** The worker's next message. Rejects where it dies first, or the deadline (in ms) passes. */
function nextAnswer(worker: Worker, deadline?: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer =
      deadline === undefined
        ? undefined
        : setTimeout(
            () => settle(() => reject(new Error(`took longer than ${deadline / 1000} seconds.`))),
            deadline,
          );
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onError = (error: Error) => settle(() => reject(new Error(died(error))));
    const onExit = () => settle(() => reject(new Error('stopped unexpectedly.')));
    function settle(outcome: () => void) {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      outcome();
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

function died(error: NodeJS.ErrnoException): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'needed more memory than it may use.'
    : `failed: ${error.message}.`;
}
