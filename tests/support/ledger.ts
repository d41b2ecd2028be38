/** What tests put into a ledger: articles, subscribers, editions. */

import { randomUUID } from 'node:crypto';
import { addReaders } from '../../rig/readers.js';
import { freezeAlert } from '../../src/editions/alert.js';
import type {
  ArticleContent,
  ArticleId,
  Cadence,
  DeliveryId,
  Edition,
  ProgramId,
  Schedule,
} from '../../src/model.js';
import { releaseDue } from '../../src/store/articles.js';
import type { Database, Queryable } from '../../src/store/database.js';
import type { Claim } from '../../src/store/deliveries.js';
import { putDestination, recordConsent } from '../../src/store/destinations.js';
import { assembleChunk, freezeAlerts, type Rendering } from '../../src/store/editions.js';
import { markSending, type Settlement, settleDeliveries } from '../../src/store/exchange.js';
import type { Marks } from '../../src/store/marks.js';
import { recordPoll } from '../../src/store/polls.js';
import { replaceProfile } from '../../src/store/profiles.js';

export const at = new Date('2026-03-02T08:00:00Z');
export const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

/** Marks deliveries of one claim. */
export async function markAll(
  database: Queryable,
  claim: Pick<Claim, 'token'>,
  ids: readonly DeliveryId[],
  now: Date,
  marks?: Marks,
): Promise<ReadonlySet<DeliveryId>> {
  const markings = ids.map((delivery) => ({ claim, delivery }));
  const { going, mark } = await markSending(database, markings, now, marks?.known);
  if (mark) await marks?.note(mark);
  return going;
}

/** Writes receipts of one claim. */
export function settleAll(
  database: Database,
  claim: Pick<Claim, 'token'>,
  settlements: readonly Settlement[],
  now: Date,
) {
  return settleDeliveries(
    database,
    settlements.map((settlement) => ({ claim, settlement })),
    now,
  );
}

/** What the config says of deliveries where it says nothing. */
export const policy = {
  giveUpAfter: 86_400,
  uncertain: 'hold',
  suppressRefused: true,
  stopAfterRefusals: 20,
} as const;

export function content(over: Partial<ArticleContent> = {}): ArticleContent {
  return {
    title: 'Who keeps the canals',
    url: 'https://newsroom.test/canals',
    author: 'Dana Orazova',
    publishedAt: '2026-03-02T07:00:00.000Z',
    summary: 'Three districts share one canal and no rule for it.',
    bodyHtml: '<p>Three districts share one canal and no rule for it.</p>',
    categories: ['SPP'],
    programs: ['spp'],
    ...over,
  };
}

export const feed = { id: 'main', url: 'https://newsroom.test/feed.xml' };

/** A poll that saw these articles, oldest first, under the guard's verdict. */
export function poll(
  database: Database,
  guids: readonly string[],
  options: {
    verdict?: 'seed' | 'hold' | 'pass';
    at?: Date;
    hash?: string;
    content?: Partial<ArticleContent>;
    feed?: { id: string; url: string };
    releaseAfter?: number;
  } = {},
) {
  const of = options.feed ?? feed;
  return recordPoll(database, {
    feed: of,
    at: options.at ?? at,
    next: () => ({ at: later(900), reason: 'every 15 minutes' }),
    document: { bodyHash: 'hash', from: of.url, whole: true },
    address: { url: of.url, movedTo: null, moving: null },
    asks: {},
    total: guids.length,
    releaseAfter: options.releaseAfter ?? 0,
    admit: () => ({ verdict: options.verdict ?? 'pass', reason: 'The test says so.' }),
    articles: guids.map((guid) => ({
      aliases: [`guid:${of.id}:${guid}`, `url:https://newsroom.test/${guid}`],
      entryHash: options.hash ?? 'first',
      words: () => ({ title: `Article ${guid}`, text: '' }),
      content: content({ title: `Article ${guid}`, ...options.content }),
    })),
  });
}

/** A confirmed subscriber; their address is `<name>@readers.test`. */
export async function subscriber(
  database: Database,
  name: string,
  options: {
    programs?: readonly ProgramId[];
    cadence?: Cadence;
    consent?: boolean;
    schedule?: Schedule;
  } = {},
): Promise<string> {
  const programs = options.programs ?? ['spp'];
  const { id } = await putDestination(
    database,
    {
      id: randomUUID(),
      channel: 'email',
      address: `${name}@readers.test`,
      addressHash: Buffer.from(name),
      name,
      language: 'en',
      schedule: options.schedule ?? { timezone: 'UTC', hour: 9, weekday: 1 },
    },
    at,
  );
  await replaceProfile(database, id, [{ programs, cadence: options.cadence ?? 'instant' }], at);
  if (options.consent !== false) {
    await recordConsent(database, {
      destinationId: id,
      at,
      act: 'given',
      programs,
      origin: 'test',
      actor: 'test',
    });
  }
  return id;
}

/** Confirmed readers of the program spp, written at once; their addresses are `reader<n>@readers.example`, from 1. */
export const manyReaders = (database: Database, count: number) =>
  addReaders(database, count, 'spp');

export const programs = [
  {
    id: 'spp',
    name: 'Security and Politics Program (SPP)',
    aliases: ['SPP'],
    colour: '#7a1f3d',
    urls: [],
  },
  { id: 'eep', name: 'Economics Program', aliases: [], colour: '#0b5c6b', urls: [] },
];

/** Releases one new article and freezes its alert for every active subscriber: a ready edition. */
export async function readyAlert(
  database: Database,
  options: {
    guid?: string;
    renderings?: readonly Rendering[];
    programs?: readonly ProgramId[];
  } = {},
): Promise<{ article: ArticleId; edition: Edition }> {
  const { fresh } = await poll(database, [options.guid ?? 'one'], {
    content: { programs: options.programs ?? ['spp'] },
  });
  await releaseDue(database, at);
  const article = fresh[0] as ArticleId;
  const { key, edition } = freezeAlert(
    { id: article, revision: 1, content: content({ programs: options.programs ?? ['spp'] }) },
    'en',
    programs,
    at.toISOString(),
  );
  const renderings = options.renderings ?? [
    { channel: 'email' as const, result: { rendered: { subject: 'Canals' } } },
  ];
  await freezeAlerts(database, article, [{ key, edition, renderings, waitsSince: at }], at);
  while (!(await assembleChunk(database, edition.id, { size: 100, now: at })).ready);
  return { article, edition };
}
