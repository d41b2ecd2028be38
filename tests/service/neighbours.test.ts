import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { startDiscord } from '../../sandbox/discord/index.js';
import { startMailServer } from '../channels/email/mail-server.js';
import { redisPresent, startRedisServer } from '../support/redis.js';
import { freePort, serviceRoom } from '../support/service.js';

const staffChannel = '1200000000000000007';

/** A feed of one program, to which an entry can be added that belongs to none. */
async function newsroom() {
  const items = ['<item><title>Old</title><guid>old</guid><category>SPP</category>'];
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/rss+xml');
    const entries = items.map((item, n) => `${item}<link>${url}/${n}</link></item>`).reverse();
    response.end(
      `<rss version="2.0"><channel><title>Newsroom</title><link>${url}</link><description>News</description>${entries.join('')}</channel></rss>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const publish = () =>
    items.push('<item><title>Unmatched</title><guid>new</guid><category>Unheard of</category>');
  return { feedUrl: `${url}/feed.xml`, publish };
}

const config = (feedUrl: string) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program (SPP), aliases: [SPP] }]
feeds: [{ id: main, url: "${feedUrl}", every: 5s, allowPrivate: true, fullText: never }]
staff: { mail: [staff@centre.example], discordChannel: "${staffChannel}" }
release: { after: 0s }
`;

it.skipIf(!redisPresent)(
  'shows in /readyz and status what cannot be used, and tells staff by the way that is left (apt-get install redis-server)',
  async () => {
    let refusing = true;
    const [news, redis, mail, discord, port] = await Promise.all([
      newsroom(),
      startRedisServer(),
      startMailServer({ mail: () => (refusing ? '421 4.3.2 Not now' : undefined) }),
      startDiscord({
        port: 0,
        token: 'token',
        guild: 'Test',
        channels: [{ id: staffChannel, name: 'staff' }],
      }),
      freePort(),
    ]);
    onTestFinished(async () => {
      await mail.close();
      await discord.close();
    });
    const room = await serviceRoom(config(news.feedUrl), {
      SMTP_URL: mail.url,
      REDIS_URL: redis.url,
      DISCORD_TOKEN: 'token',
      DISCORD_API_URL: discord.apiUrl,
      PUBLIC_URL: `http://localhost:${port}`,
      PORT: String(port),
    });
    const reader = ['subscribers', 'add', 'reader@readers.example', '--programs', 'spp'];
    await room.json(...reader, '--consent-source', 'Test');
    const service = await room.start();
    const ready = async () => {
      const begun = Date.now();
      const answer = await fetch(`${service.url}/readyz`);
      expect(Date.now() - begun).toBeLessThan(3_000);
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    const parts = { database: 'ok', queue: 'ok', email: 'ok', discord: 'ok' };
    expect(await ready()).toMatchObject({ status: 200, ready: true, parts });
    const feed = async () => (await fetch(`${service.url}/feeds/spp.rss`)).text();
    await expect.poll(feed, { timeout: 20_000 }).toContain('Old');

    news.publish();
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({
      status: 200,
      ready: true,
      parts: { ...parts, email: 'down' },
    });
    const failing = async () => (await room.json('status')).neighbours;
    expect(await failing()).toEqual([
      expect.objectContaining({ name: 'email', title: 'The mail server' }),
    ]);

    await redis.stop();
    await expect.poll(ready, { timeout: 10_000 }).toMatchObject({
      status: 503,
      ready: false,
      parts: { ...parts, queue: 'down', email: 'down' },
    });
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    await expect
      .poll(async () => (await failing()).map(({ name }: { name: string }) => name), {
        timeout: 20_000,
      })
      .toContain('queue');
    const posts = () => discord.messages(staffChannel).map(({ embeds }) => JSON.stringify(embeds));
    await expect.poll(posts, { timeout: 40_000 }).toHaveLength(1);
    expect(posts()[0]).toMatch(/Unmatched.*matches no program/);

    await redis.start();
    refusing = false;
    await expect
      .poll(ready, { timeout: 90_000, interval: 200 })
      .toMatchObject({ status: 200, ready: true, parts });
    const received = () => mail.received.map(({ to }) => to.join()).sort();
    await expect
      .poll(received, { timeout: 60_000 })
      .toEqual(['reader@readers.example', 'staff@centre.example']);
    expect(await failing()).toEqual([]);
    expect(posts()).toHaveLength(1);
    expect(await service.stop()).toBe(0);
  },
  240_000,
);
