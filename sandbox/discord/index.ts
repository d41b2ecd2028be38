/**
 * A Discord on loopback: the part of its API that Broadsheet's channel uses, stricter than Discord
 * itself, with faults on demand, and a page that shows the posts as Discord would.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type Fault } from './faults.js';
import { createGuild, type SandboxChannel } from './guild.js';
import { createLimits, type RateLimit } from './limits.js';
import { createPages } from './page.js';
import { type ApiRequest, type ApiResponse, createRoutes, errors } from './routes.js';
import { openState, type SandboxMessage } from './state.js';

export type { Fault } from './faults.js';
export type { SandboxChannel } from './guild.js';

export interface DiscordOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Where messages are kept over a restart; nowhere when not given. */
  readonly stateFile?: string;
  /** The one token that is accepted. */
  readonly token: string;
  /** The name of the server. */
  readonly guild: string;
  readonly channels: readonly SandboxChannel[];
  readonly faults?: readonly Fault[];
  /** 5 posts in 5 seconds in one Discord channel where not given. */
  readonly rateLimit?: RateLimit;
  /** Seconds for which a nonce is remembered: 300 where not given. */
  readonly nonceWindow?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** One request to the API. */
interface RecordedRequest {
  readonly method: string;
  /** Below the version, such as `/users/@me`. */
  readonly path: string;
  readonly body: unknown;
  /** What was answered: 0 where the connection was dropped, nothing where the answer is still to come. */
  readonly status?: number;
  /** What was wrong with the message, where it was refused for that. */
  readonly problems?: readonly string[];
}

export interface DiscordSandbox {
  /** Without the version, as DISCORD_API_URL wants it. */
  readonly apiUrl: string;
  /** The page. */
  readonly url: string;
  readonly port: number;
  /** From the oldest on; of all Discord channels where none is named. */
  messages(channelId?: string): readonly SandboxMessage[];
  /** The latest thousand, from the oldest on. */
  readonly requests: readonly RecordedRequest[];
  inject(fault: Fault): void;
  close(): Promise<void>;
}

/** More than a message can hold. */
const maxBody = 1024 * 1024;
const keptRequests = 1_000;
const apiRoot = /^\/api\/v10(?=\/)/;

/** Listens on 127.0.0.1. Rejects where the port is taken. */
export async function startDiscord(options: DiscordOptions): Promise<DiscordSandbox> {
  const { now = Date.now, nonceWindow = 300, rateLimit = { posts: 5, seconds: 5 } } = options;
  const guild = createGuild(options.guild, options.channels);
  const state = openState(options.stateFile, nonceWindow * 1000, now);
  const faults = createFaults(options.faults);
  const take = createLimits(rateLimit, now);
  const answer = createRoutes(guild, state, now);
  const pageAt = createPages(guild, state);
  const requests: RecordedRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const wait = (seconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, seconds * 1000);
      timers.add(timer);
    });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!apiRoot.test(url.pathname)) {
      const { status, headers, body } = pageAt(url.pathname);
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    const body = await readJson(request);
    const asked: ApiRequest = {
      method: request.method ?? 'GET',
      path: url.pathname.replace(apiRoot, ''),
      query: url.searchParams,
      body,
    };
    const { method, path } = asked;
    const record: RecordedRequest = { method, path, body };
    requests.push(record);
    if (requests.length > keptRequests) requests.shift();
    const given = await respond(asked, request.headers.authorization);
    const { status, problems } = given;
    Object.assign(record, { status, ...(problems && { problems }) });
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, {
      'Content-Type': given.type ?? 'application/json',
      ...given.headers,
    });
    response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
  }

  async function respond(request: ApiRequest, authorization: string | undefined): Promise<Given> {
    if (authorization !== `Bot ${options.token}`) return errors.unauthorized;
    if (request.body === notJson) return errors.notJson;
    const fault = faults.strike(request);
    const seconds = fault?.seconds ?? 1;
    switch (fault?.kind) {
      case 'drop before commit':
        return dropped;
      case '502 before commit':
        return badGateway;
      case '429 route':
        return tooMany('user', seconds);
      case '429 shared':
        return tooMany('shared', seconds);
      case '429 global':
        return tooMany('global', seconds);
      case '401':
        return errors.unauthorized;
      case '403':
        return errors.missingPermissions;
      case '404':
        return errors.unknownChannel;
      case 'slow commit':
        await wait(seconds);
    }
    const given = limited(request);
    switch (fault?.kind) {
      case 'drop after commit':
        return dropped;
      case '502 after commit':
        return badGateway;
      case 'slow answer':
        await wait(seconds);
    }
    return given;
  }

  function limited(request: ApiRequest): Given {
    const channel = /^\/channels\/(\d+)\/messages$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || !channel) return answer(request);
    const bucket = take(channel);
    const given: Given = bucket.allowed ? answer(request) : tooMany('user', bucket.retryAfter);
    return { ...given, headers: { ...bucket.headers, ...given.headers } };
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    apiUrl: `${url}/api`,
    url: `${url}/`,
    port,
    messages: state.messages,
    requests,
    inject: faults.inject,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Given extends ApiResponse {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const dropped: Given = { status: 0 };
/** What stands before Discord answers in HTML. */
const badGateway: Given = { status: 502, type: 'text/html' };
const notJson = Symbol('a body that is not JSON');

function tooMany(scope: 'user' | 'shared' | 'global', seconds: number): Given {
  const global = scope === 'global';
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global },
    headers: {
      'Retry-After': String(Math.ceil(seconds)),
      'X-RateLimit-Scope': scope,
      ...(global && { 'X-RateLimit-Global': 'true' }),
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return notJson;
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return notJson;
  }
}
