import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { expect, it, onTestFinished } from 'vitest';
import { startDiscord } from '../../sandbox/discord/index.js';
import { redisPresent, startRedis } from '../support/redis.js';
import { freePort, serviceRoom } from '../support/service.js';

const readers = 120;
const connections = 5;
const discordChannel = '1200000000000000001';

/** A newsroom of one feed, whose entries have pages without anything to add. */
async function newsroom() {
  const guids = ['seeded'];
  const server = createServer((request, response) => {
    if (request.url !== '/feed.xml') {
      response.end('<html><body><article><p>A page of the newsroom.</p></article></body></html>');
      return;
    }
    const items = guids.map(
      (guid) => `<item><title>Article ${guid}</title><link>${url}/${guid}</link>
        <guid isPermaLink="false">${guid}</guid><category>SPP</category>
        <description>What ${guid} is about.</description></item>`,
    );
    response.setHeader('content-type', 'application/rss+xml');
    response.end(
      `<rss version="2.0"><channel><title>Newsroom</title><link>${url}</link><description>News</description>${items.reverse().join('')}</channel></rss>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return { feedUrl: `${url}/feed.xml`, publish: (guid: string) => void guids.push(guid) };
}

/** A mail server that takes its time, and writes down what it has accepted. */
async function mailServer() {
  const accepted: { messageId: string; recipient: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    async onData(stream, session, callback) {
      const mail = await simpleParser(stream).catch(() => undefined);
      if (!mail) return callback(new Error('The client was killed in the middle.'));
      await new Promise((resolve) => setTimeout(resolve, 15));
      accepted.push({
        messageId: mail.messageId ?? '',
        recipient: session.envelope.rcptTo[0]?.address ?? '',
      });
      callback();
    },
  });
  // A killed client is what this test is about.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, accepted };
}

const config = (feedUrl: string) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street, language: en, timezone: Asia/Almaty }
email: { from: news@centre.example, replyTo: editors@centre.example, connections: ${connections} }
programs: [{ id: spp, name: Security and Politics Program (SPP), aliases: [SPP], colour: "#7a1f3d" }]
feeds: [{ id: main, url: "${feedUrl}", every: 5s, allowPrivate: true }]
discord: { channels: [{ id: "${discordChannel}", name: all, programs: all }] }
release: { after: 0s }
`;

it(
  'loses nothing and repeats nothing when the service is killed again and again',
  () => killAgainAndAgain({}),
  240_000,
);

it.skipIf(!redisPresent)(
  'loses nothing and repeats nothing on Redis either (apt-get install redis-server)',
  async () => killAgainAndAgain({ REDIS_URL: await startRedis() }),
  240_000,
);

async function killAgainAndAgain(variables: Readonly<Record<string, string>>): Promise<void> {
  const [news, mail, discord, port] = await Promise.all([
    newsroom(),
    mailServer(),
    startDiscord({
      port: 0,
      token: 'token',
      guild: 'Test',
      channels: [{ id: discordChannel, name: 'all' }],
    }),
    freePort(),
  ]);
  onTestFinished(() => discord.close());
  const room = await serviceRoom(config(news.feedUrl), {
    SMTP_URL: mail.url,
    DISCORD_TOKEN: 'token',
    DISCORD_API_URL: discord.apiUrl,
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: String(port),
    ...variables,
  });
  const addresses = Array.from({ length: readers }, (_, n) => `reader${n}@readers.example`);
  const list = join(room.directory, 'readers.csv');
  await writeFile(list, ['address', ...addresses].join('\n'));
  const imported = await room.json(
    'subscribers',
    'import',
    list,
    '--programs',
    'spp',
    '--consent-source',
    'Test',
  );
  expect(imported).toMatchObject({ added: readers, invalid: 0 });

  let service = await room.start();
  const feed = async () => (await fetch(`${service.url}/feeds/spp.rss`)).text();
  await expect.poll(feed, { timeout: 20_000 }).toContain('Article seeded');
  expect(mail.accepted).toEqual([]);

  news.publish('fresh');
  let kills = 0;
  for (const killAt of [1, 25, 60, 90]) {
    await expect
      .poll(() => mail.accepted.length, { timeout: 40_000, interval: 5 })
      .toBeGreaterThanOrEqual(killAt);
    await service.kill();
    kills += 1;
    service = await room.start();
  }
  const counts = async () => {
    const { editions } = await room.json('status');
    return editions[0]?.counts ?? {};
  };
  await expect
    .poll(
      async () =>
        Object.keys((await counts()).email ?? {}).filter(
          (s) => !['accepted', 'uncertain'].includes(s),
        ),
      {
        timeout: 60_000,
        interval: 500,
      },
    )
    .toEqual([]);

  const { email, discord: posts, rss } = await counts();
  const perReader = new Map(addresses.map((address) => [address, 0]));
  for (const { recipient } of mail.accepted)
    perReader.set(recipient, (perReader.get(recipient) ?? 0) + 1);
  const twice = [...perReader].filter(([, times]) => times > 1);
  const never = [...perReader].filter(([, times]) => times === 0);
  expect(twice).toEqual([]);
  expect(email.accepted + (email.uncertain ?? 0)).toBe(readers);
  expect(never.length).toBeLessThanOrEqual(email.uncertain ?? 0);
  expect(email.uncertain ?? 0).toBeLessThanOrEqual(kills * connections);
  expect(new Set(mail.accepted.map(({ messageId }) => messageId)).size).toBe(mail.accepted.length);
  expect(posts).toEqual({ accepted: 1 });
  expect(discord.messages(discordChannel)).toHaveLength(1);
  expect(rss).toEqual({ accepted: 2 });
  expect(await feed()).toContain('Article fresh');
  expect(await service.stop()).toBe(0);
}
