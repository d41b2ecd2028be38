/**
 * A WebSub hub on loopback (https://www.w3.org/TR/websub/) that holds its subscribers and publishers to the
 * letter of the recommendation: what they do wrong stands in `complaints`.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** How a hub of a path behaves; at every other path it does all that it should. */
const manners: Readonly<Record<string, { status: number; location?: string }>> = {
  '/found': { status: 302, location: '/' },
  '/detour': { status: 307, location: '/' },
  '/moved': { status: 308, location: '/' },
  '/rejects': { status: 403 },
  '/busy': { status: 503 },
};

export interface HubRequest {
  readonly mode: string;
  readonly topic: string;
  readonly callback: string;
  readonly secret: string;
  readonly lease: number;
}

export type Signing = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'none' | 'wrong';

export interface Hub {
  /** Without a slash at its end. */
  readonly url: string;
  /** What was taken with 202, the first one first. */
  readonly requests: readonly HubRequest[];
  /** The subscriptions that are confirmed, by callback. */
  readonly subscribers: ReadonlyMap<string, HubRequest>;
  /** The topics that publishers said have changed. */
  readonly pings: readonly string[];
  /** What others did against the recommendation. */
  readonly complaints: readonly string[];
  /** Seconds that it grants, whatever was asked. */
  lease: number;
  /** How many forms it answers with 500 before it behaves. */
  fails: number;
  /** Asks a callback; returns the status. */
  question(callback: string, query: Readonly<Record<string, string>>): Promise<number>;
  /** Pushes a document to every subscriber of a topic; returns the statuses. */
  push(topic: string, body: string, signing?: Signing): Promise<number[]>;
}

export interface HubOptions {
  /** Whether it fetches the topics that publishers tell it of, and looks whether they name it. */
  readonly fetches?: boolean;
}

export async function startHub({ fetches = false }: HubOptions = {}): Promise<Hub> {
  const requests: HubRequest[] = [];
  const subscribers = new Map<string, HubRequest>();
  const pings: string[] = [];
  const complaints: string[] = [];
  const hub = {
    ...{ url: '', requests, subscribers, pings, complaints, lease: 864_000, fails: 0 },
    question,
    push,
  };

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const form = await readForm(request);
    const manner = manners[pathname];
    if (manner) {
      response.writeHead(manner.status, manner.location ? { location: manner.location } : {});
      return response.end('This hub wants none of it.');
    }
    if (hub.fails > 0) {
      hub.fails -= 1;
      return response.writeHead(500).end();
    }
    if (form.get('hub.mode') === 'publish') {
      const topic = form.get('hub.topic') ?? '';
      if (form.get('hub.url') !== topic) complaints.push('hub.url and hub.topic differ.');
      pings.push(topic);
      if (fetches) await examine(topic);
      return response.writeHead(204).end();
    }
    const asked = readRequest(form);
    requests.push(asked);
    response.writeHead(202).end();
    if (pathname === '/denies') await deny(asked);
    else if (pathname !== '/silent') await verify(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return hub;

  async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
    const type = request.headers['content-type'];
    if (request.method !== 'POST') complaints.push(`A ${request.method} came to the hub.`);
    if (type !== 'application/x-www-form-urlencoded') complaints.push(`The form is a ${type}.`);
    return new URLSearchParams(await text(request));
  }

  /** Section 5.1. */
  function readRequest(form: URLSearchParams): HubRequest {
    const read = (name: string) => form.get(`hub.${name}`) ?? '';
    const [mode, topic, callback, secret, lease] = [
      read('mode'),
      read('topic'),
      read('callback'),
      read('secret'),
      read('lease_seconds'),
    ];
    for (const [name, values] of Object.entries({ mode, topic, callback })) {
      if (form.getAll(`hub.${name}`).length !== 1) complaints.push(`hub.${name}: “${values}”.`);
    }
    if (!/^(un)?subscribe$/.test(mode)) complaints.push(`The mode is “${mode}”.`);
    for (const url of [topic, callback]) {
      if (!/^https?:\/\//.test(url) || !URL.canParse(url)) complaints.push(`“${url}” is no URL.`);
    }
    if (new Set(callback.split('/').at(-1)).size < 10)
      complaints.push(`${callback} can be guessed.`);
    const other = requests.find((one) => one.callback === callback && one.topic !== topic);
    if (other) complaints.push(`${callback} is that of ${other.topic} too.`);
    if (mode === 'subscribe' && !/^[1-9]\d*$/.test(lease)) complaints.push(`Lease: “${lease}”.`);
    if (Buffer.byteLength(secret) >= 200) complaints.push('The secret is long.');
    if (mode === 'subscribe' && secret.length < 20) complaints.push('The secret is short.');
    return { mode, topic, callback, secret, lease: Number(lease) };
  }

  /** Section 5.3. */
  async function verify(asked: HubRequest): Promise<void> {
    const { mode, topic, callback } = asked;
    const challenge = randomBytes(20).toString('base64url');
    const query = {
      ...{ 'hub.mode': mode, 'hub.topic': topic, 'hub.challenge': challenge },
      ...(mode === 'subscribe' && { 'hub.lease_seconds': String(hub.lease) }),
    };
    const response = await ask(callback, query);
    if (!response?.ok || (await response.text()) !== challenge) return;
    if (response.headers.get('content-type') !== 'application/octet-stream') {
      complaints.push('The challenge comes back as something that browsers show.');
    }
    if (response.headers.get('x-content-type-options') !== 'nosniff') {
      complaints.push('The challenge comes back without nosniff.');
    }
    if (mode === 'subscribe') subscribers.set(callback, asked);
    else subscribers.delete(callback);
  }

  /** Section 5.2. */
  async function deny({ topic, callback }: HubRequest): Promise<void> {
    const query = { 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': 'Members only' };
    await ask(callback, query);
  }

  /** Section 4. */
  async function examine(topic: string): Promise<void> {
    const response = await fetch(topic);
    const link = response.headers.get('link') ?? '';
    const body = (await response.text()).replaceAll('&#x26;', '&');
    for (const [relation, url] of Object.entries({ hub: `${hub.url}/`, self: topic })) {
      if (!link.includes(`<${url}>; rel="${relation}"`)) {
        complaints.push(`The headers of ${topic} do not say rel=${relation}: “${link}”.`);
      }
      if (!body.includes(`"${url}"`)) complaints.push(`${topic} does not name ${url}.`);
    }
  }

  async function question(callback: string, query: Readonly<Record<string, string>>) {
    return (await ask(callback, query))?.status ?? 0;
  }

  async function ask(callback: string, query: Readonly<Record<string, string>>) {
    const url = new URL(callback);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
    return fetch(url, { redirect: 'manual' }).catch(() => undefined);
  }

  /** Section 7. */
  function push(topic: string, body: string, signing: Signing = 'sha256'): Promise<number[]> {
    const own = [...subscribers.values()].filter((one) => one.topic === topic);
    return Promise.all(own.map((one) => distribute(one, body, signing)));
  }

  async function distribute(subscriber: HubRequest, body: string, signing: Signing) {
    const algorithm = signing === 'wrong' ? 'sha256' : signing;
    const secret = signing === 'wrong' ? 'guessed' : subscriber.secret;
    const response = await fetch(subscriber.callback, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/rss+xml',
        link: `<${hub.url}/>; rel="hub", <${subscriber.topic}>; rel="self"`,
        ...(algorithm !== 'none' && {
          'x-hub-signature': `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`,
        }),
      },
    });
    await response.arrayBuffer();
    return response.status;
  }
}
