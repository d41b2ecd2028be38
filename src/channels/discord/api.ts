/** The wire client: one request to Discord at a time, tried once, its answer or its failure as a value. */

import type { REST } from 'discord.js';

export type Failure =
  /** Asked too often (429), by Discord or by its limits as already known here. */
  | { readonly kind: 'limited'; readonly everywhere: boolean; readonly retryAfter: number }
  /** Any other 4xx: nothing was done. `code` is missing where it was not Discord itself that answered. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code?: number;
      readonly message: string;
    }
  /** No connection came about: nothing was done. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** 5xx, time ran out, the connection broke, or no JSON came: it may have been done. */
  | { readonly kind: 'lost'; readonly message: string };

export type Answer<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly failure: Failure };

export interface DiscordApi {
  /** `route` is a path below the API's version, such as `/users/@me`. */
  get<T extends object>(route: `/${string}`, query?: Record<string, string>): Promise<Answer<T>>;
  post<T extends object>(route: `/${string}`, body: object): Promise<Answer<T>>;
  close(): void;
}

export interface ApiOptions {
  readonly token: string;
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  /** Milliseconds until an answer has to be here in full. */
  readonly timeout: number;
}

/**
 * By itself the REST client of discord.js posts the same message four times on a timeout or a 502 and
 * waits in silence on a 429, so all of that is turned off here: the queue owns delay and retry.
 */
export function createApi({ token, apiUrl, timeout }: ApiOptions): DiscordApi {
  let client: Promise<{ rest: REST; failureOf: (error: unknown) => Failure }> | undefined;

  /** discord.js takes half a second to load, so only who sends pays for it. */
  async function connect() {
    const discord = await import('discord.js');
    const rest = new discord.REST({
      api: apiUrl.replace(/\/+$/, ''),
      retries: 0,
      timeout,
      rejectOnRateLimit: () => true,
    });
    const failureOf = (error: unknown): Failure => {
      if (error instanceof discord.RateLimitError) {
        const everywhere = error.global || error.scope === 'global';
        const wait = error.retryAfter || error.timeToReset;
        return { kind: 'limited', everywhere, retryAfter: Math.max(1, Math.ceil(wait / 1000)) };
      }
      if (error instanceof discord.DiscordAPIError) {
        const code = typeof error.code === 'number' ? { code: error.code } : {};
        const message = error.message.replaceAll('\n', '; ');
        return { kind: 'refused', status: error.status, ...code, message };
      }
      if (error instanceof discord.HTTPError) {
        return { kind: 'lost', message: `Discord answered ${error.status}` };
      }
      return brokenConnection(error);
    };
    return { rest, failureOf };
  }

  async function request<T extends object>(
    perform: (rest: REST, signal: AbortSignal) => Promise<unknown>,
  ): Promise<Answer<T>> {
    client ??= connect();
    const { rest, failureOf } = await client;
    rest.setToken(token); // One 401 makes the client forget it.
    try {
      // The client's own timeout ends with the headers; this one holds for the body too.
      const data = await perform(rest, AbortSignal.timeout(timeout));
      if (isJson(data)) return { ok: true, data: data as T };
      return { ok: false, failure: { kind: 'lost', message: 'The answer was not JSON' } };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  return {
    get: (route, query) =>
      request((rest, signal) =>
        rest.get(route, { signal, ...(query && { query: new URLSearchParams(query) }) }),
      ),
    post: (route, body) => request((rest, signal) => rest.post(route, { body, signal })),
    close() {
      void client?.then(({ rest }) => {
        rest.clearHashSweeper();
        rest.clearHandlerSweeper();
      });
    },
  };
}

/** The client gives an ArrayBuffer for what did not call itself JSON, such as a proxy's page. */
function isJson(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !(data instanceof ArrayBuffer);
}

function brokenConnection(error: unknown): Failure {
  const { name, message, code } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'AbortError' || name === 'TimeoutError') {
    return { kind: 'lost', message: 'No answer came in time' };
  }
  const words = [message, code].filter((word) => word).join(', ');
  if (neverConnected(error)) return { kind: 'unreachable', message: words };
  return { kind: 'lost', message: `The connection broke (${words})` };
}

/** Whether the error came before a byte was sent. Node tries each address of a host, and adds up why not. */
function neverConnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(neverConnected);
  const { syscall, code } = error as Partial<NodeJS.ErrnoException>;
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return code === 'UND_ERR_CONNECT_TIMEOUT';
}
