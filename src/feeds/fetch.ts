/** Fetches feeds and pages over HTTP: politely, within limits, and never from a private network. */

import { setMaxListeners } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Agent, type Dispatcher, request as send } from 'undici';
import type { Newsroom } from '../model.js';
import { isPublic, literalAddress, PrivateAddressError, publicLookup } from './address.js';
import { LITTLE, readBody, readWords, UnreadableBody } from './body.js';
import { keep, type ResponseHeaders, retryAfter, storable } from './headers.js';
import { createHosts, type Pauses } from './hosts.js';

export interface FetcherOptions {
  /** Sent as User-Agent: who fetches, and how to reach them. */
  readonly userAgent?: string;
  /** Bytes a body may have once it is decompressed; 15 MB where not given. */
  readonly maxBytes?: number;
  /** Milliseconds for everything from connecting to the last byte, redirects included; 20,000 where not given. */
  readonly timeout?: number;
  /** Milliseconds since 1970; for pauses and expiry dates. */
  readonly now?: () => number;
  /** Where pauses of hosts are kept; each is this fetcher's own where not given. */
  readonly pauses?: Pauses;
}

export interface FetchRequest {
  readonly url: string;
  /** What is wanted; `feed` where not given. */
  readonly accept?: 'feed' | 'page';
  /** As the last response gave it, verbatim. */
  readonly etag?: string | undefined;
  /** As the last response gave it, verbatim. */
  readonly lastModified?: string | undefined;
  /** Where both were given: a redirect to elsewhere does not get them. Any address gets them where not given. */
  readonly validatedAt?: string | undefined;
  /** Whether loopback and private addresses may be reached. */
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

export interface PostRequest extends Pick<FetchRequest, 'url' | 'allowPrivate' | 'signal'> {
  readonly form: URLSearchParams;
}

export interface Fetched {
  readonly kind: 'ok';
  /** Where the document was found after all redirects, without a password: its links are relative to that. */
  readonly url: string;
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Decompressed, not decoded. */
  readonly body: Buffer;
  /** Only what changed since the ETag that was sent: what is missing is not gone (RFC 3229, 226 and `IM: feed`). */
  readonly delta?: true;
  /** Where the feed moved for good (301, 308). Rewrite an address only after it said so several times. */
  readonly permanentUrl?: string;
}

export type FetchResult =
  | Fetched
  /** 304: the document is still the one whose validators were sent. */
  | {
      readonly kind: 'unchanged';
      readonly headers: ResponseHeaders;
      /** As in Fetched. */
      readonly permanentUrl?: string;
    }
  /** 410: it is gone for good. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'failed';
      /** A full sentence. */
      readonly reason: string;
      /** Seconds the server asked to wait. */
      readonly retryAfter?: number;
      /** What the server answered, where it did. */
      readonly status?: number;
      /** It was not asked at all: the host wants to be left alone, whatever this document is. */
      readonly notAsked?: true;
    };

export interface Fetcher {
  /**
   * Fetches one document. At most one request runs per host at a time, whoever asks; a host that
   * answered 429 or 503 with Retry-After is left alone until then. Whatever goes wrong is a result, an
   * aborted signal too; it never rejects.
   */
  get(request: FetchRequest): Promise<FetchResult>;
  /**
   * Sends a form, as to a hub, by the same rules; every 2xx is `ok`. Redirects are followed with the form,
   * but for 303, which says that the form was taken elsewhere. A refusal's own words are in the reason.
   */
  post(request: PostRequest): Promise<FetchResult>;
  /** Closes the connections, once the running requests are done. */
  close(): Promise<void>;
}

/** Who fetches, and how to reach them. */
export function userAgentOf(
  { name, url }: Pick<Newsroom, 'name' | 'url'>,
  contact: string,
): string {
  return `Broadsheet (${url ?? name}; ${contact})`;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PERMANENT = new Set([301, 308]);
const ACCEPT = {
  feed: 'application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1',
  page: 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1',
} as const;

/** A form makes it a POST. */
type Sent = FetchRequest & { readonly form?: string };

/** Where a redirect leads, or the end of the way. */
type Hop = { readonly location: string; readonly permanent: boolean } | FetchResult;

export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const { maxBytes = 15_000_000, timeout = 20_000, now = Date.now } = options;
  const userAgent = ascii(options.userAgent ?? 'Broadsheet (newsletter bot)');
  // Two pools, so that a connection made for a feed that may be private serves no other.
  // One connection, as there is one request per host: another would be opened for a request that
  // follows closely upon an answer.
  const publicAgent = new Agent({ connections: 1, connect: { lookup: publicLookup } });
  const privateAgent = new Agent({ connections: 1 });
  const hosts = createHosts(now, options.pauses);

  async function follow(request: Sent): Promise<FetchResult> {
    // All that waits in line listens to one signal, that of the process; it is no leak to warn of.
    if (request.signal) setMaxListeners(0, request.signal);
    let url = request.url;
    let permanentUrl: string | undefined;
    let onlyPermanent = true;
    let left = timeout;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const target = parse(url);
      if (typeof target === 'string') return failed(target);
      const hop = await hosts.inTurn(target.host, request.signal, async (): Promise<Hop> => {
        const pause = await hosts.pausedFor(target.host);
        if (pause > 0) {
          const reason = `${target.host} asked to be left alone for ${pause} more seconds.`;
          return { kind: 'failed', reason, retryAfter: pause, notAsked: true };
        }
        const begun = performance.now();
        const result = await one(target, request, left);
        left -= performance.now() - begun;
        return result;
      });
      if (hop === undefined) return stopped(target);
      if (!('location' in hop)) {
        const answered = hop.kind === 'ok' || hop.kind === 'unchanged';
        return answered && permanentUrl !== undefined ? { ...hop, permanentUrl } : hop;
      }
      if (!URL.canParse(hop.location, target.href)) {
        return failed(`${target.host} redirects to an address that is no URL.`);
      }
      url = follows(hop.location, target);
      onlyPermanent &&= hop.permanent;
      if (onlyPermanent) permanentUrl = url;
    }
    return failed(`${hostOf(request.url)} redirects more than ${MAX_REDIRECTS} times.`);
  }

  /** One request and its answer, within `left` milliseconds. */
  async function one(target: URL, request: Sent, left: number): Promise<Hop> {
    const address = literalAddress(target);
    if (address !== undefined && !request.allowPrivate && !isPublic(address)) {
      return failed(new PrivateAddressError(address).message);
    }
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), Math.max(0, left));
    // Not AbortSignal.any, which in Node 20 never forgets a signal that lives as long as the process.
    const stop = () => limit.abort();
    request.signal?.addEventListener('abort', stop, { once: true });
    try {
      const response = await send(target.href, {
        dispatcher: request.allowPrivate ? privateAgent : publicAgent,
        method: request.form === undefined ? 'GET' : 'POST',
        headers: headersFor(target, request),
        body: request.form ?? null,
        signal: limit.signal,
      });
      return await answer(target, request, response, limit.signal);
    } catch (error) {
      if (request.signal?.aborted) return stopped(target);
      if (limit.signal.aborted) {
        return failed(`${target.host} did not answer in full within ${timeout / 1000} seconds.`);
      }
      return failed(explain(target.host, error));
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    }
  }

  function headersFor(target: URL, request: Sent) {
    const { accept = 'feed', form } = request;
    if (form !== undefined) {
      return { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded' };
    }
    return {
      'user-agent': userAgent,
      accept: ACCEPT[accept],
      'accept-encoding': 'gzip, br, deflate',
      ...authorization(target),
      ...conditions(target, request),
    };
  }

  async function answer(
    target: URL,
    request: Sent,
    { statusCode, headers, body }: Dispatcher.ResponseData,
    signal: AbortSignal,
  ): Promise<Hop> {
    const posted = request.form !== undefined;
    const asked = conditions(target, request);
    const delta = statusCode === 226 && 'a-im' in asked && headers.im === 'feed';
    if (statusCode === 200 || delta || (posted && statusCode > 200 && statusCode < 300)) {
      const bytes = await readBody(body, headers['content-encoding'], maxBytes, signal);
      return {
        kind: 'ok',
        url: withoutPassword(target),
        status: statusCode,
        headers: keep(headers, now()),
        body: bytes,
        ...(delta ? { delta } : {}),
      };
    }
    // A little is read, so that the connection can serve again; more closes it.
    let words = '';
    if (posted) words = await readWords(body, signal);
    else await body.dump({ limit: LITTLE, signal });
    const { location } = headers;
    if (
      REDIRECTS.has(statusCode) &&
      typeof location === 'string' &&
      !(posted && statusCode === 303)
    ) {
      return { location, permanent: PERMANENT.has(statusCode) };
    }
    if (statusCode === 304 && Object.keys(asked).length > 0) {
      return { kind: 'unchanged', headers: keep(headers, now()) };
    }
    if (statusCode === 410) return { kind: 'gone' };
    const reason = `${target.host} answered ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`;
    const wait = statusCode === 429 || statusCode === 503 ? retryAfter(headers, now()) : undefined;
    if (wait !== undefined) await hosts.pause(target.host, wait);
    const sentence = `${reason.trim()}${words ? `: “${words}”` : '.'}`;
    return failed(sentence, {
      status: statusCode,
      ...(wait !== undefined && { retryAfter: wait }),
    });
  }

  return {
    get: follow,
    post: ({ form, ...request }) => follow({ ...request, form: form.toString() }),
    async close() {
      await Promise.all([publicAgent.close(), privateAgent.close()]);
    },
  };
}

/** What makes a request a conditional one. Only with an ETag can a server tell what has changed since. */
function conditions(target: URL, { accept, etag, lastModified, validatedAt }: Sent) {
  if (validatedAt !== undefined && validatedAt !== withoutPassword(target)) return {};
  return {
    ...(storable(etag) ? { 'if-none-match': etag } : {}),
    ...(storable(lastModified) ? { 'if-modified-since': lastModified } : {}),
    ...(storable(etag) && accept !== 'page' ? { 'a-im': 'feed' } : {}),
  };
}

/** Why a form was not taken, in a full sentence; undefined where it was. */
export function refusalOf(answer: FetchResult): string | undefined {
  if (answer.kind === 'ok') return undefined;
  return answer.kind === 'failed'
    ? answer.reason
    : 'There is nothing at this address any more (410).';
}

/** A name and password in the address itself are for that host (RFC 7617); a redirect to another has none. */
function authorization({ username, password }: URL) {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Where a redirect leads. On the same origin the name and password go with it, as servers write them into no Location. */
function follows(location: string, from: URL): string {
  const to = new URL(location, from);
  if (to.origin === from.origin && to.username === '' && to.password === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return to.href;
}

function withoutPassword(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

function stopped({ host }: URL): FetchResult {
  return failed(`The fetch from ${host} was stopped before it was done.`);
}

function failed(reason: string, more: { status?: number; retryAfter?: number } = {}): FetchResult {
  return { kind: 'failed', reason, ...more };
}

/** The URL, or why it is none that can be fetched. */
function parse(url: string): URL | string {
  if (!URL.canParse(url)) return 'The address is no URL; write it as https://example.org/feed.';
  const parsed = new URL(url);
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  return `Only http and https addresses are fetched, and this one is "${parsed.protocol}".`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'The server';
}

/** Of the reasons in a chain of causes, the one that helps most. */
function explain(host: string, error: unknown): string {
  if (error instanceof PrivateAddressError) return error.message;
  if (error instanceof UnreadableBody) return `${host} ${error.message}`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND') return `No address is known for ${host}; check how it is written.`;
  if (code === 'EAI_AGAIN') return `The name server gave no answer for ${host}.`;
  if (code === 'ECONNREFUSED') return `${host} refuses connections.`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `${host} could not be reached in time.`;
  return `The connection to ${host} failed: ${message || code}.`;
}

/** Header values are ASCII; a newsroom's name may be anything. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
