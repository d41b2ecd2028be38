/** The newsroom's WebSub hub (https://www.w3.org/TR/websub/): it pushes the feed to those who subscribed to it. */

import { createHmac, randomBytes } from 'node:crypto';
import { Hono } from 'hono';

/** Seconds. It forgets its subscribers with the process, so they should not rely on it for long. */
const LEASE = 300;
/** Milliseconds that a subscriber has for its answer. */
const PATIENCE = 5_000;

interface Subscriber {
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface NewsroomHub {
  /** `/hub`, where subscriptions are asked for. */
  readonly routes: Hono;
  /** Pushes a document to all subscribers. One that cannot be reached finds it when it polls. */
  push(document: string): Promise<void>;
}

/** A hub for one topic. `topic` is asked each time, as the newsroom knows its own address late. */
export function createHub(topic: () => string): NewsroomHub {
  const subscribers = new Map<string, Subscriber>();
  const routes = new Hono();

  routes.post('/hub', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const read = (name: string) => form.get(`hub.${name}`) ?? '';
    const [mode, callback] = [read('mode'), read('callback')];
    if (mode !== 'subscribe' && mode !== 'unsubscribe') return c.text(`No such mode: ${mode}`, 400);
    if (read('topic') !== topic()) return c.text(`The only topic here is ${topic()}`, 400);
    if (!isOnThisMachine(callback)) return c.text('Only this machine can subscribe.', 400);
    // Whether it was meant is asked after the answer (section 5.3).
    setImmediate(() => verify(mode, callback, read('secret')).catch(() => {}));
    return c.body(null, 202);
  });

  async function verify(mode: string, callback: string, secret: string): Promise<void> {
    const challenge = randomBytes(16).toString('hex');
    const url = new URL(callback);
    url.searchParams.append('hub.mode', mode);
    url.searchParams.append('hub.topic', topic());
    url.searchParams.append('hub.challenge', challenge);
    url.searchParams.append('hub.lease_seconds', String(LEASE));
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok || (await answer.text()) !== challenge) return;
    if (mode === 'unsubscribe') subscribers.delete(callback);
    // By this machine's clock: that of the demo leaps.
    else subscribers.set(callback, { secret, until: Date.now() + LEASE * 1000 });
  }

  async function send(callback: string, { secret, until }: Subscriber, body: string) {
    if (until < Date.now()) return subscribers.delete(callback);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const links = `<${new URL('/hub', topic())}>; rel="hub", <${topic()}>; rel="self"`;
    const answer = await fetch(callback, {
      ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) },
      headers: {
        'content-type': 'application/rss+xml; charset=utf-8',
        link: links,
        ...(secret && { 'x-hub-signature': `sha256=${signature}` }),
      },
    });
    return answer.status === 410 && subscribers.delete(callback);
  }

  return {
    routes,
    async push(body) {
      await Promise.allSettled([...subscribers].map(([url, one]) => send(url, one, body)));
    },
  };
}

function isOnThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
}
