/**
 * A host of feeds that keeps the score of who polls it, by what publishers ask of feed readers: conditional
 * requests with the validators as they were given, no more often than asked for, pauses kept, one request
 * at a time, nothing that is of no use, and a name to write to. It goes by a clock of the test's own.
 */

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newsroom } from '../feeds/newsroom.js';
import { type Item, rss } from './watched.js';

/** A feed, as it is from moment to moment; all moments are milliseconds since 1970. */
export interface Play {
  /** What it shows, and since when. */
  readonly shows: (at: number) => { readonly items: readonly Item[]; readonly since: number };
  /** Seconds between two requests that nobody may undercut: by its server (Cache-Control), and by itself (ttl). */
  readonly maxAge?: number;
  readonly ttl?: number;
  readonly skipHours?: readonly number[];
  /** What it answers instead, such as when it is ill. */
  readonly answers?: (at: number) => Special | undefined;
  /** What its answers wait for. */
  readonly after?: () => Promise<void>;
}

export interface Special {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly at: number;
  readonly path: string;
  readonly status: number;
  readonly conditional: boolean;
}

interface Given {
  readonly etag: string;
  readonly lastModified: string;
}

/** Seconds that lie between two requests at least, whatever is asked for. */
const LEAST = 15 * 60;
const DAY = 86_400;

/** Opens the host. The faults are sentences, each with the moment and the path. */
export async function politenessRecorder(plays: Readonly<Record<string, Play>>, now: () => number) {
  const seen: Seen[] = [];
  const faults: string[] = [];
  const given = new Map<string, Given>();
  let pausedUntil = 0;
  let open = 0;

  const host = await newsroom((request, response) => {
    const at = now();
    const path = request.url ?? '';
    const fault = (what: string) => faults.push(`${new Date(at).toISOString()} ${path} ${what}`);
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    if (open > 1) fault('was asked for beside another');
    if (at < pausedUntil) fault('was asked for in a pause');
    for (const what of manners(request)) fault(what);
    const play = plays[path];
    if (play) for (const what of timing(play, path, at)) fault(what);
    else fault('is of no use to who asks for it');
    for (const what of conditions(request, path, at)) fault(what);
    const conditional = 'if-none-match' in request.headers;
    const status = play ? answer(play, request, response, at) : 404;
    seen.push({ at, path, status, conditional });
    response.statusCode = status;
    const body = status === 200 && play ? document(play, at) : '';
    void Promise.resolve(play?.after?.()).then(() => response.end(body));
  });
  return { ...host, seen, faults };

  /** Sets the headers, and returns the status. */
  function answer(play: Play, request: IncomingMessage, response: ServerResponse, at: number) {
    response.sendDate = false;
    response.setHeader('date', new Date(at).toUTCString());
    const special = play.answers?.(at);
    if (special) {
      const { 'retry-after': wait = '0' } = special.headers ?? {};
      pausedUntil = Math.max(pausedUntil, at + Number(wait) * 1000);
      response.setHeaders(new Headers(special.headers));
      return special.status;
    }
    const hash = createHash('sha256').update(document(play, at)).digest('hex');
    const validators = {
      etag: `W/"${hash.slice(0, 12)}"`,
      lastModified: new Date(play.shows(at).since).toUTCString(),
    };
    response.setHeader('etag', validators.etag).setHeader('last-modified', validators.lastModified);
    if (play.maxAge) response.setHeader('cache-control', `max-age=${play.maxAge}`);
    if (request.headers['if-none-match'] === validators.etag) return 304;
    given.set(request.url ?? '', validators);
    return 200;
  }

  function document(play: Play, at: number): string {
    const hours = play.skipHours?.map((hour) => `<hour>${hour}</hour>`).join('');
    const asks = [
      play.ttl ? `<ttl>${play.ttl / 60}</ttl>` : '',
      hours ? `<skipHours>${hours}</skipHours>` : '',
    ].join('');
    return rss(host.url, play.shows(at).items).replace('<item>', `${asks}<item>`);
  }

  /** What came too early. */
  function* timing(play: Play, path: string, at: number) {
    const before = seen.filter((one) => one.path === path);
    const last = before.at(-1);
    if (!last) return;
    const waited = (at - last.at) / 1000;
    const asked = last.status < 400 ? Math.max(play.ttl ?? 0, play.maxAge ?? 0) : 0;
    if (waited < Math.max(LEAST, asked)) yield `was asked for after ${waited} seconds`;
    if (play.skipHours?.includes(new Date(at).getUTCHours()))
      yield 'was asked for in a skipped hour';
    if (last.status === 410) yield 'was asked for though it is gone';
    const well = before.findLastIndex(({ status }) => status < 400);
    const failures = before.length - 1 - well;
    const backOff = Math.min(LEAST * 2 ** failures, DAY);
    if (failures > 0 && waited < backOff) yield `was asked for ${waited} seconds after a failure`;
  }

  /** What is wrong with the validators of a request. */
  function* conditions({ headers }: IncomingMessage, path: string, at: number) {
    const known = given.get(path);
    const { 'if-none-match': etag, 'if-modified-since': date } = headers;
    if (etag === undefined && date === undefined) {
      const whole = seen.findLast((one) => one.path === path && !one.conditional);
      const early = whole && whole.status === 200 && at - whole.at < DAY * 1000;
      if (early) yield 'was asked for whole twice in a day';
      return;
    }
    if (etag !== known?.etag) yield `was asked for with If-None-Match: ${etag}`;
    if (date !== known?.lastModified) yield `was asked for with If-Modified-Since: ${date}`;
  }
}

/** What is wrong with a request, whatever it is for. */
function* manners({ method, headers, httpVersion }: IncomingMessage) {
  if (method !== 'GET') yield `was asked for by ${method}`;
  if (httpVersion !== '1.1' || headers.connection === 'close') yield 'was not asked to keep alive';
  for (const name of ['cookie', 'referer', 'authorization', 'pragma', 'cache-control']) {
    if (name in headers) yield `was asked for with ${name}`;
  }
  if (!/^\S+ \(.*(https?:\/\/|@).*\)$/.test(headers['user-agent'] ?? '')) {
    yield 'was asked for by nobody to write to';
  }
  if (!/\bgzip\b/.test(headers['accept-encoding']?.toString() ?? ''))
    yield 'must come uncompressed';
  if (!/rss\+xml/.test(headers.accept ?? '')) yield 'was asked for by who wants no feed';
}
