import { simpleParser } from 'mailparser';
import { expect, it, onTestFinished } from 'vitest';
import { type DiscordSandbox, startDiscord } from '../../sandbox/discord/index.js';
import type { Channel } from '../../src/channels/channel.js';
import { createDiscordChannel } from '../../src/channels/discord/index.js';
import type { ChannelName } from '../../src/model.js';
import { readStatus } from '../../src/staff/status.js';
import type { Database } from '../../src/store/database.js';
import { recordEvent } from '../../src/store/events.js';
import { keepWays } from '../../src/store/told.js';
import { createNotes } from '../../src/workers/neighbours.js';
import { createTell, type Way } from '../../src/workers/tell.js';
import { type Faults, type MailServer, startMailServer } from '../channels/email/mail-server.js';
import { channel as emailChannel } from '../channels/email/parts.js';
import { testLedger } from '../support/database.js';
import { at, later } from '../support/ledger.js';

const staffChannel = '1200000000000000007';
const mail: Way = { id: 'email:one', channel: 'email', address: 'editors@centre.example' };
const secondMail: Way = { id: 'email:two', channel: 'email', address: 'it@centre.example' };
const discordWay: Way = { id: 'discord:staff', channel: 'discord', address: staffChannel };

const newsroom = {
  name: 'Regional Policy Centre',
  language: 'en',
  timezone: 'UTC',
  postalAddress: '1 Main Street',
  colour: '#112233',
};

async function mailServer(faults: Faults = {}): Promise<MailServer> {
  const server = await startMailServer(faults);
  onTestFinished(() => server.close());
  return server;
}

async function discordServer(): Promise<DiscordSandbox> {
  const discord = await startDiscord({
    port: 0,
    token: 'token',
    guild: 'Centre',
    channels: [{ id: staffChannel, name: 'staff' }],
  });
  onTestFinished(() => discord.close());
  return discord;
}

function email(url: string): Channel {
  const channel = emailChannel(url);
  onTestFinished(() => channel.close());
  return channel;
}

function discord(apiUrl: string): Channel {
  const channel = createDiscordChannel({
    channels: [],
    staffChannel,
    newsroom,
    token: 'token',
    apiUrl,
    links: {
      edition: () => '',
      unsubscribe: () => '',
      preferences: () => '',
      outputFeed: () => '',
    },
    now: Date.now,
    timeout: 2_000,
  });
  onTestFinished(() => channel.close());
  return channel;
}

interface Process {
  /** Tells what is due so many seconds after the start. */
  tell(seconds: number): Promise<void>;
}

function processOf(
  database: Database,
  channels: Partial<Record<ChannelName, Pick<Channel, 'tell'>>>,
  ways: readonly Way[] = [mail],
): Process {
  let time = at;
  const now = () => time;
  const opened = new Map(Object.entries(channels) as [ChannelName, Pick<Channel, 'tell'>][]);
  const notes = createNotes({ database, now });
  const tell = createTell({ database, channels: opened, ways, notes, now });
  return {
    tell(seconds) {
      time = later(seconds);
      return tell();
    },
  };
}

async function ledger(ways: readonly Way[] = [mail]): Promise<Database> {
  const database = await testLedger();
  await keepWays(
    database,
    ways.map(({ id }) => id),
  );
  return database;
}

const happens = (
  database: Database,
  message: string,
  seconds = 0,
  level: 'info' | 'attention' = 'attention',
) =>
  recordEvent(database, {
    at: later(seconds),
    actor: 'schedule',
    kind: 'feed.failing',
    level,
    subject: 'feed:main',
    message,
  });

/** Subject and text of each mail. */
const mails = (server: MailServer) =>
  Promise.all(
    server.received.map(async ({ raw, to }) => {
      const { subject, text } = await simpleParser(raw);
      return { to: to.join(), subject, text: text ?? '' };
    }),
  );

const failing = async (database: Database) =>
  (await readStatus(database, [], { editions: 1 })).neighbours.map(({ title }) => title);

it('tells ten feeds that break together in one mail and one post, once, and nothing that needs nobody', async () => {
  const ways = [mail, discordWay];
  const database = await ledger(ways);
  const [server, stand] = [await mailServer(), await discordServer()];
  const channels = { email: email(server.url), discord: discord(stand.apiUrl) };
  const one = processOf(database, channels, ways);
  for (let n = 1; n <= 10; n++) await happens(database, `The feed f${n} cannot be read.`, n);
  await happens(database, 'Read 3 entries.', 10, 'info');
  await one.tell(10);
  expect(server.received).toHaveLength(0);
  for (const seconds of [22, 27, 90, 5000]) await one.tell(seconds);
  const [told, ...more] = await mails(server);
  expect(more).toEqual([]);
  expect(told).toMatchObject({
    to: mail.address,
    subject: 'Broadsheet (Steppe Policy Centre): 10 things need you',
  });
  expect(told?.text.match(/The feed f\d+ cannot be read\./g)).toHaveLength(10);
  expect(told?.text).not.toContain('Read 3 entries');
  const posts = stand.messages(staffChannel);
  expect(posts).toHaveLength(1);
  expect(JSON.stringify(posts)).toContain('The feed f10 cannot be read.');
});

it('is told by one of two processes that tell at once', async () => {
  const database = await ledger();
  const server = await mailServer();
  const processes = Array.from({ length: 4 }, () =>
    processOf(database, { email: email(server.url) }),
  );
  for (let round = 0; round < 5; round++) {
    await happens(database, `Thing ${round}.`, round * 100);
    await Promise.all(processes.map((one) => one.tell(round * 100 + 30)));
    expect(server.received).toHaveLength(round + 1);
  }
  const texts = (await mails(server)).map(({ text }) => text);
  for (let round = 0; round < 5; round++) {
    expect(texts.filter((text) => text.includes(`Thing ${round}.`))).toHaveLength(1);
  }
});

it('leaves a minute between two messages by one way', async () => {
  const database = await ledger();
  const server = await mailServer();
  const [one, other] = [
    processOf(database, { email: email(server.url) }),
    processOf(database, { email: email(server.url) }),
  ];
  await happens(database, 'The first.', 0);
  await one.tell(20);
  await happens(database, 'The second.', 21);
  await happens(database, 'The third.', 25);
  await one.tell(45);
  await other.tell(75);
  expect(server.received).toHaveLength(1);
  await other.tell(81);
  const [, second, ...more] = await mails(server);
  expect(more).toEqual([]);
  expect(second?.text).toMatch(/The second\.[\s\S]*The third\./);
});

it('tells on Discord while the mail server is down, and by mail what waited when it is back', async () => {
  const ways = [mail, discordWay];
  const database = await ledger(ways);
  const [gone, stand] = [await mailServer(), await discordServer()];
  await gone.close();
  const down = processOf(
    database,
    { email: email(gone.url), discord: discord(stand.apiUrl) },
    ways,
  );
  await happens(database, 'The first.', 0);
  await down.tell(30);
  expect(stand.messages(staffChannel)).toHaveLength(1);
  expect(await failing(database)).toEqual(['The mail server']);
  await happens(database, 'The second.', 100);
  await down.tell(130);
  expect(stand.messages(staffChannel)).toHaveLength(2);
  const server = await mailServer();
  const back = processOf(
    database,
    { email: email(server.url), discord: discord(stand.apiUrl) },
    ways,
  );
  await back.tell(400);
  expect((await mails(server)).map(({ text }) => text)).toEqual([
    expect.stringMatching(/The first\.[\s\S]*The second\./),
  ]);
  expect(stand.messages(staffChannel)).toHaveLength(2);
  expect(await failing(database)).toEqual([]);
});

it('tells by mail while Discord is down, and there when it is back', async () => {
  const ways = [mail, discordWay];
  const database = await ledger(ways);
  const [server, stand] = [await mailServer(), await discordServer()];
  const one = processOf(
    database,
    { email: email(server.url), discord: discord(stand.apiUrl) },
    ways,
  );
  stand.inject({ kind: '401', on: 'any' });
  await happens(database, 'The first.', 0);
  await one.tell(30);
  expect([server.received.length, stand.messages(staffChannel).length]).toEqual([1, 0]);
  expect(await failing(database)).toEqual(['Discord']);
  await one.tell(60);
  expect([server.received.length, stand.messages(staffChannel).length]).toEqual([1, 1]);
});

it('keeps what one mailbox refuses, tells the others, and shows that it refuses', async () => {
  const ways = [mail, secondMail];
  const database = await ledger(ways);
  let full = true;
  const server = await mailServer({
    rcpt: (address) => (full && address === mail.address ? '452 4.2.2 Full' : undefined),
  });
  const one = processOf(database, { email: email(server.url) }, ways);
  await happens(database, 'The first.', 0);
  await one.tell(30);
  await one.tell(40);
  expect((await mails(server)).map(({ to }) => to)).toEqual([secondMail.address]);
  expect(await failing(database)).toEqual(['The mail to a mailbox of staff']);
  full = false;
  await one.tell(100);
  await one.tell(200);
  expect((await mails(server)).map(({ to }) => to)).toEqual([secondMail.address, mail.address]);
  expect(await failing(database)).toEqual([]);
});

it('tells nothing twice after a crash: again what had not begun, never what may be out', async () => {
  const database = await ledger();
  const server = await mailServer();
  const alive = processOf(database, { email: email(server.url) });
  const dying = (begins: boolean) =>
    processOf(database, {
      email: {
        async tell(_notice, _address, begin) {
          if (begins) await begin();
          throw new Error('The process is gone.');
        },
      },
    });
  await happens(database, 'Before the wire.', 0);
  await expect(dying(false).tell(30)).rejects.toThrow('gone');
  await alive.tell(31);
  expect(server.received).toHaveLength(1);
  await happens(database, 'On the wire.', 100);
  await expect(dying(true).tell(130)).rejects.toThrow('gone');
  await alive.tell(300);
  expect(server.received).toHaveLength(1);
  await happens(database, 'After it.', 400);
  await alive.tell(430);
  expect((await mails(server)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('Before the wire.'),
    expect.stringContaining('After it.'),
  ]);
});

it('keeps it told where the answer was lost after the whole mail', async () => {
  const database = await ledger();
  const seen: string[] = [];
  const server = await mailServer({ dropAfterDot: ({ raw }) => seen.push(String(raw)) === 1 });
  const one = processOf(database, { email: email(server.url) });
  await happens(database, 'It may be out.', 0);
  for (const seconds of [30, 100, 1000]) await one.tell(seconds);
  expect(seen).toHaveLength(1);
});

it('tells a new way nothing of what happened before it was named', async () => {
  const database = await ledger([mail]);
  const server = await mailServer();
  await happens(database, 'Long ago.', 0);
  const ways = [mail, secondMail];
  for (let start = 0; start < 2; start++) {
    await keepWays(
      database,
      ways.map(({ id }) => id),
    );
  }
  const one = processOf(database, { email: email(server.url) }, ways);
  await happens(database, 'Just now.', 50);
  await one.tell(100);
  const told = new Map((await mails(server)).map(({ to, text }) => [to, text]));
  expect(told.get(mail.address)).toMatch(/Long ago\.[\s\S]*Just now\./);
  expect(told.get(secondMail.address)).not.toContain('Long ago.');
  expect(told.get(secondMail.address)).toContain('Just now.');
});
