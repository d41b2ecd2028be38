/** What the tests of whole services have around them: a newsroom, a mail server, a Discord, and readers. */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, onTestFinished } from 'vitest';
import { startDiscord } from '../../sandbox/discord/index.js';
import { type Faults, startMailServer } from '../channels/email/mail-server.js';
import type { StartedEngine } from '../support/engines.js';
import { freePort, type ServiceRoom, serviceRoom } from '../support/service.js';

export const discordChannel = '1200000000000000001';

/** Connections to the mail server that one process makes. */
export const connections = 5;

/** Seconds that a process has to finish what is on the wire when it is told to stop. */
export const drainFor = 5;

/** Enough that a few new ones are no burst. */
const thirty = Array.from({ length: 30 }, (_, n) => `seeded${n}`);

/** A feed whose entries can be added, and rewritten; each has a page without anything to add. */
export async function newsFeed(seeded: readonly string[] = thirty) {
  const items = new Map(seeded.map((guid) => [guid, `Article ${guid}`]));
  let polls = 0;
  let hub = '';
  const server = createServer((request, response) => {
    if (request.url !== '/feed.xml') {
      response.end('<html><body><article><p>A page of the newsroom.</p></article></body></html>');
      return;
    }
    polls += 1;
    const entries = [...items].map(
      ([guid, title]) => `<item><title>${title}</title><link>${url}/${guid}</link>
        <guid isPermaLink="false">${guid}</guid><category>SPP</category>
        <description>What ${guid} is about.</description></item>`,
    );
    response.setHeader('content-type', 'application/rss+xml');
    if (hub) response.setHeader('link', `<${hub}>; rel=hub, <${url}/feed.xml>; rel=self`);
    response.end(
      `<rss version="2.0"><channel><title>Newsroom</title><link>${url}</link><description>News</description>${entries.reverse().join('')}</channel></rss>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    feedUrl: `${url}/feed.xml`,
    polls: () => polls,
    publish: (guid: string, title = `Article ${guid}`) => void items.set(guid, title),
    /** The WebSub hub that it names from now on. */
    nameHub: (named: string) => {
      hub = named;
    },
  };
}

export interface Mail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Whom the process signed in as that sent it; empty where it did not. */
  readonly by: string;
}

/** A mail server that takes its time, writes down what it has accepted, and misbehaves as it is told. */
async function mailbox() {
  const accepted: Mail[] = [];
  /**
   * May be changed at any time. `takes` is how long the answer to a message takes (milliseconds); the
   * others are how many more connections are dropped, before a message and after its final dot.
   */
  const faults = { takes: 5, dropsBefore: 0, dropsAfter: 0 };
  let openings = 0;
  const own: Faults = {
    dropAtRcpt: () => faults.dropsBefore > 0 && faults.dropsBefore-- > 0,
    dropAfterDot: () => faults.dropsAfter > 0 && faults.dropsAfter-- > 0,
    beforeAnswer: () => new Promise((resolve) => setTimeout(resolve, faults.takes)),
  };
  const port = await freePort();
  let server = await open();
  onTestFinished(() => server.close());
  function open(options: { greeting?: number } = {}) {
    const opening = openings;
    return startMailServer(own, {
      closeTimeout: 100,
      onAuth: ({ username }, _session, done) => done(null, { user: username }),
      port,
      async onAccepted({ to, raw }, user) {
        const { messageId = '', subject = '', text = '' } = await simpleParser(raw);
        // Closed in between, it never took the message.
        if (opening !== openings) await new Promise(() => {});
        accepted.push({ messageId, to: to[0] ?? '', subject, text, by: user ?? '' });
      },
      ...(options.greeting && {
        onConnect: (_session, done) =>
          done(Object.assign(new Error('Come back later'), { responseCode: options.greeting })),
      }),
    });
  }
  const mail = {
    /** Its URL for a process of this name. */
    url: (name?: string) => `smtp://${name ? `${name}:secret@` : ''}127.0.0.1:${port}`,
    accepted,
    faults,
    close() {
      openings += 1;
      return server.close();
    },
    async open(options?: { greeting?: number }) {
      server = await open(options);
    },
    /** Behaves again, as after a restart. */
    async heal() {
      await mail.close();
      faults.takes = 5;
      await mail.open();
    },
  };
  return mail;
}

interface RoomOptions {
  /** How often the feed is polled, as in the config. */
  readonly every?: string;
  /** Of the output feeds. */
  readonly hubs?: readonly string[];
}

const config = (feedUrl: string, { every = '5s', hubs = [] }: RoomOptions) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street, language: en, timezone: Asia/Almaty }
email: { from: news@centre.example, replyTo: editors@centre.example, connections: ${connections} }
programs: [{ id: spp, name: Security and Politics Program (SPP), aliases: [SPP], colour: "#7a1f3d" }]
feeds: [{ id: main, url: "${feedUrl}", every: ${every}, allowPrivate: true, fullText: never, burst: 100 }]
discord: { channels: [{ id: "${discordChannel}", name: all, programs: all }] }
outputFeeds: { hubs: ${JSON.stringify(hubs)} }
release: { after: 0s }
delivery: { drainFor: ${drainFor}s }
`;

/** All of it, and a room in which services run on it. */
export async function newsroomRoom(engine: StartedEngine, options: RoomOptions = {}) {
  const [news, mail, discord, port] = await Promise.all([
    newsFeed(),
    mailbox(),
    startDiscord({
      port: 0,
      token: 'token',
      guild: 'Test',
      channels: [{ id: discordChannel, name: 'all' }],
      // What is tested here is not how long Discord makes one wait.
      rateLimit: { posts: 50, seconds: 5 },
    }),
    freePort(),
  ]);
  onTestFinished(() => discord.close());
  const room = await serviceRoom(config(news.feedUrl, options), {
    SMTP_URL: mail.url(),
    DISCORD_TOKEN: 'token',
    DISCORD_API_URL: discord.apiUrl,
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: String(port),
    ...engine.variables,
  });
  const sql = (statement: string) => engine.sql(room, statement);
  return {
    news,
    mail,
    discord,
    room,
    sql,
    posts: () => discord.messages(discordChannel),
    /** Waits for the first, silent poll. */
    firstPoll: () =>
      expect
        .poll(() => sql('select from articles').catch(() => []), { timeout: 60_000, interval: 100 })
        .not.toEqual([]),
    settled: (editions = 1) => settled(sql, editions),
  };
}

/**
 * Waits until there are this many editions and every delivery has a receipt, and returns how many there
 * are of each, as in `{ email: { accepted: 2 } }`.
 */
async function settled(
  sql: (statement: string) => ReturnType<StartedEngine['sql']>,
  editions: number,
): Promise<Record<string, Record<string, number>>> {
  type Row = { channel: string; state: string; count: number };
  let rows: Row[] = [];
  async function open() {
    const [{ count }] = await sql(
      `select count(*)::int from editions e where state = 'ready'
       and exists (select from deliveries d where d.edition_id = e.id)`,
    );
    if (count < editions) return `${count} editions`;
    rows = await sql('select channel, state, count(*)::int from deliveries group by 1, 2');
    const final = ['accepted', 'uncertain', 'rejected', 'skipped'];
    return rows.filter(({ state }) => !final.includes(state));
  }
  await expect.poll(() => open().catch(String), { timeout: 120_000, interval: 100 }).toEqual([]);
  const sums: Record<string, Record<string, number>> = {};
  for (const { channel, state, count } of rows) {
    sums[channel] = { ...sums[channel], [state]: count };
  }
  return sums;
}

/** Adds this many subscribers of the program; their addresses are in the order of their numbers. */
export async function addReaders(room: ServiceRoom, count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, n) => `reader${n}@readers.example`);
  const list = join(room.directory, 'readers.csv');
  await writeFile(list, ['address', ...addresses].join('\n'));
  const imported = await room.json(
    ...['subscribers', 'import', list],
    ...['--programs', 'spp', '--consent-source', 'Test'],
  );
  expect(imported).toMatchObject({ added: count, invalid: 0 });
  return addresses;
}

/** How often each pair of reader and subject was accepted, where that was not once. */
export function notOnce(
  mails: readonly Mail[],
  addresses: readonly string[],
  subjects: readonly string[],
): { readonly never: string[]; readonly twice: string[] } {
  const times = new Map(addresses.flatMap((to) => subjects.map((what) => [`${to} ${what}`, 0])));
  for (const { to, subject } of mails) {
    times.set(`${to} ${subject}`, (times.get(`${to} ${subject}`) ?? 0) + 1);
  }
  const those = (wanted: (count: number) => boolean) =>
    [...times].filter(([, count]) => wanted(count)).map(([key]) => key);
  return { never: those((count) => count === 0), twice: those((count) => count > 1) };
}
