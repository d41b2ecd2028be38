/** A newsroom whose ledger, workers, channels, mail server and Discord are the real ones, under a clock of the test's. */

import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DiscordSandbox, startDiscord } from '../../sandbox/discord/index.js';
import { createLinks } from '../../src/app.js';
import type { Channel } from '../../src/channels/channel.js';
import { createChannels, syncDestinations } from '../../src/channels/registry.js';
import type { Config, DeliveryPolicy } from '../../src/config/config.js';
import type { Variables } from '../../src/config/environment.js';
import { loadConfig } from '../../src/config/load.js';
import type { ArticleContent, ArticleId, ChannelName, EditionId } from '../../src/model.js';
import { confirmResend, planResend, type ResendRequest } from '../../src/staff/resend.js';
import type { Database } from '../../src/store/database.js';
import { dueDeliveries } from '../../src/store/deliveries.js';
import { isPublic } from '../../src/store/digest-feeds.js';
import { joinProcesses } from '../../src/store/processes.js';
import { deriveKeys, type Keys } from '../../src/subscribers/keys.js';
import {
  createSubscribers,
  type NewSubscriber,
  type Subscribers,
} from '../../src/subscribers/subscribers.js';
import { returnPath } from '../../src/subscribers/tokens.js';
import { createAssemble } from '../../src/workers/assemble.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { type Faults, type MailServer, startMailServer } from '../channels/email/mail-server.js';
import { scratchFile } from '../config/scratch.js';
import { testLedger } from '../support/database.js';
import { at, poll } from '../support/ledger.js';

export const channelsOfDiscord = {
  security: '1200000000000000001',
  all: '1200000000000000002',
} as const;

export const configText = `
newsroom: { name: Test Centre, postalAddress: 1 Test Street, timezone: Asia/Almaty }
email: { from: news@centre.example, replyTo: editors@centre.example, connections: 1 }
programs:
  - { id: spp, name: Security and Politics Program (SPP), aliases: [SPP] }
  - { id: eep, name: Economics Program }
feeds: [{ id: main, url: "https://newsroom.test/feed.xml", allowPrivate: true }]
discord:
  channels:
    - { id: "${channelsOfDiscord.security}", name: security, programs: [spp] }
    - { id: "${channelsOfDiscord.all}", name: all, programs: all }
release: { after: 0s }
staff: { confirmAbove: 3 }
`;

/** Also the environment's BROADSHEET_SECRET. */
export const secret = 'a secret of the test, and long enough';

export interface Room {
  readonly database: Database;
  readonly config: Config;
  readonly keys: Keys;
  readonly subscribers: Subscribers;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly mail: MailServer;
  readonly discord: DiscordSandbox;
  readonly faults: Faults;
  /** Where the command line finds the same newsroom. */
  readonly cli: { readonly directory: string; readonly variables: Variables };
  /** The test's clock. */
  readonly clock: { now: Date };
  /** A confirmed subscriber `<name>@readers.example`, of the program spp where nothing else is said. */
  reader(name: string, over?: Partial<NewSubscriber>): Promise<string>;
  /** An article that was released, and whose editions are frozen and assembled. */
  article(guid: string, over?: Partial<ArticleContent>): Promise<ArticleId>;
  /** Its feed brings another revision of it. */
  revise(guid: string, over: Partial<ArticleContent>): Promise<void>;
  /** Delivers whatever is due, as a service would. */
  deliver(over?: Partial<DeliveryPolicy>): Promise<void>;
  /** Closes the windows that are due. */
  assemble(): Promise<void>;
  plan(name: string, over?: Partial<ResendRequest>): ReturnType<typeof planResend>;
  /** Plans and confirms at once. */
  resend(name: string, over?: Partial<ResendRequest>): ReturnType<typeof confirmResend>;
  confirm(
    plan: Awaited<ReturnType<typeof planResend>>,
    actor?: string,
  ): ReturnType<typeof confirmResend>;
  /** The recipients of the mails that were taken, with their subjects, in alphabetical order. */
  mails(): string[];
  /** `<name>: <state of round 0> <state of round 1> …`, in alphabetical order. */
  rounds(channel?: ChannelName): Promise<string[]>;
  editionOf(article: ArticleId): Promise<EditionId>;
}

export async function openRoom(): Promise<Room> {
  const database = await testLedger();
  const file = scratchFile(configText);
  const loaded = loadConfig(file);
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const { config } = loaded;
  const clock = { now: at };
  const now = () => clock.now;
  const faults: Faults = {};
  const mail = await startMailServer({
    rcpt: (address) => faults.rcpt?.(address),
    data: (received) => faults.data?.(received),
    dropAfterDot: (received) => faults.dropAfterDot?.(received) ?? false,
    beforeAnswer: async (received) => faults.beforeAnswer?.(received),
  });
  onTestFinished(() => mail.close());
  const discord = await startDiscord({
    port: 0,
    token: 'token',
    guild: 'Test',
    channels: Object.entries(channelsOfDiscord).map(([name, id]) => ({ id, name })),
  });
  onTestFinished(() => discord.close());
  const keys = deriveKeys(secret);
  const channels = createChannels({
    config,
    env: {
      smtpUrl: mail.url,
      discordToken: 'token',
      discordApiUrl: discord.apiUrl,
      dataDir: '/nowhere',
      logLevel: 'error',
    },
    links: createLinks('https://letters.test', keys),
    keys: { ...keys, returnPath: (delivery) => returnPath(keys, delivery) },
    isPublic: (outputFeed, issue) => isPublic(database, outputFeed, issue),
    onServed: async () => {},
    now,
  });
  onTestFinished(async () => {
    for (const channel of channels.values()) await channel.close();
  });
  await syncDestinations(database, config, keys, at);
  const { programs } = config;
  const subscribers = createSubscribers({
    database,
    keys,
    programs,
    schedule: config.digest,
    now,
  });
  const { signal } = new AbortController();
  const assembleOnce = createAssemble({
    database,
    channels,
    programs,
    now,
    signal,
    onReady: async () => {},
  });
  const tools = { database, keys, renderers: channels, programs, now };
  const request = (name: string, over: Partial<ResendRequest>): ResendRequest => ({
    name,
    only: 'missing',
    reason: 'The test says so',
    ...over,
  });
  const room: Room = {
    database,
    config,
    keys,
    subscribers,
    channels,
    mail,
    discord,
    faults,
    clock,
    cli: {
      directory: dirname(file),
      variables: {
        DATABASE_URL: database.url,
        BROADSHEET_SECRET: secret,
        SMTP_URL: mail.url,
        PUBLIC_URL: 'https://letters.test',
        DISCORD_TOKEN: 'token',
        DISCORD_API_URL: discord.apiUrl,
      },
    },
    async reader(name, over = {}) {
      const added = await subscribers.add(
        {
          address: `${name}@readers.example`,
          name,
          language: 'en',
          programs: ['spp'],
          cadence: 'instant',
          consentOrigin: 'test',
          ...over,
        },
        'test',
      );
      if (!('id' in added)) throw new Error(added.reason);
      return added.id;
    },
    async article(guid, over = {}) {
      const { fresh } = await poll(database, [guid], { content: over, at: clock.now });
      await room.assemble();
      return fresh[0] as ArticleId;
    },
    async revise(guid, over) {
      await poll(database, [guid], { content: over, at: clock.now, hash: JSON.stringify(over) });
    },
    async deliver(over = {}) {
      const me = await joinProcesses(database, ['deliver']);
      const { alertsWithin } = config.catchUp;
      const deliver = createDeliver({
        database,
        channels,
        owner: me.number,
        policy: { ...config.delivery, ...over },
        alertsWithin,
        now,
        signal,
      });
      for (const job of await dueDeliveries(database, clock.now)) await deliver(job);
      await me.close();
    },
    assemble: async () => void (await assembleOnce()),
    plan: (name, over = {}) => planResend(tools, request(name, over)),
    confirm: (plan, actor = 'alma') => confirmResend(tools, plan, actor),
    resend: async (name, over = {}) => room.confirm(await room.plan(name, over)),
    mails: () =>
      mail.received
        .map(
          ({ to, raw }) =>
            `${to[0]?.split('@')[0]}: ${/^Subject: (.*)$/m.exec(String(raw))?.[1]?.trim()}`,
        )
        .sort(),
    async rounds(channel = 'email') {
      const { rows } = await database.query(
        `select t.name, string_agg(d.state, ' ' order by d.round) as states
         from deliveries d join destinations t on t.id = d.destination_id
         where d.channel = $1 group by t.name order by t.name`,
        [channel],
      );
      return rows.map(({ name, states }) => `${name}: ${states}`);
    },
    async editionOf(article) {
      const { rows } = await database.query(
        `select e.id from editions e join edition_articles a on a.edition_id = e.id
         where a.article_id = $1 and e.corrects is null and e.kind = 'alert'`,
        [article],
      );
      return rows[0].id;
    },
  };
  return room;
}
