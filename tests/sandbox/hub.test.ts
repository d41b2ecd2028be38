import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { createHub } from '../../sandbox/newsroom/hub.js';

const topic = 'http://127.0.0.1:4011/feed.xml';

/** The hub, and a subscriber that agrees to what it is asked, and takes what it is sent, while it `agrees`. */
async function room() {
  const hub = createHub(() => topic);
  const questions: Record<string, string>[] = [];
  const pushes: { body: string; signature: unknown }[] = [];
  const subscriber = { agrees: true };
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const { searchParams } = new URL(request.url ?? '/', 'http://subscriber');
      questions.push(Object.fromEntries(searchParams));
      return response.end(subscriber.agrees ? searchParams.get('hub.challenge') : 'No.');
    }
    pushes.push({ body: await text(request), signature: request.headers['x-hub-signature'] });
    return response.writeHead(subscriber.agrees ? 202 : 410).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    ...{ questions, pushes, subscriber },
    async ask(over: Record<string, string> = {}) {
      const body = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.topic': topic,
        'hub.callback': `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
        'hub.secret': 'key',
        ...over,
      });
      return (await hub.routes.request('/hub', { method: 'POST', body })).status;
    },
    /** Resolves once a document that is pushed arrives, or arrives no more. */
    arrives: (times: 0 | 1) =>
      expect
        .poll(
          async () => {
            pushes.length = 0;
            await hub.push('<rss/>');
            return pushes.length;
          },
          { timeout: 20_000 },
        )
        .toBe(times),
  };
}

it('pushes to who subscribed, and was asked whether that was meant', async () => {
  const { questions, pushes, ask, arrives } = await room();
  expect(await ask()).toBe(202);
  await arrives(1);
  expect(questions).toMatchObject([
    { 'hub.mode': 'subscribe', 'hub.topic': topic, 'hub.lease_seconds': '300' },
  ]);
  const hex = createHmac('sha256', 'key').update('<rss/>').digest('hex');
  expect(pushes).toEqual([{ body: '<rss/>', signature: `sha256=${hex}` }]);
  expect(await ask({ 'hub.mode': 'unsubscribe' })).toBe(202);
  await arrives(0);
});

it('takes nobody for a subscriber who did not mean it, and forgets who says that it is gone', async () => {
  const { questions, subscriber, ask, arrives } = await room();
  subscriber.agrees = false;
  await ask();
  await expect.poll(() => questions.length, { timeout: 20_000 }).toBe(1);
  await arrives(0);
  subscriber.agrees = true;
  await ask();
  await arrives(1);
  subscriber.agrees = false;
  await arrives(0);
});

it.each<[string, Record<string, string>]>([
  ['another topic', { 'hub.topic': 'https://elsewhere.example/feed' }],
  ['another mode', { 'hub.mode': 'publish' }],
  ['a callback on another machine', { 'hub.callback': 'http://elsewhere.example/' }],
  ['a callback that is no address', { 'hub.callback': 'nowhere' }],
])('refuses %s', async (_what, over) => {
  const { questions, ask } = await room();
  expect(await ask(over)).toBe(400);
  expect(questions).toEqual([]);
});
