import { describe, expect, it } from 'vitest';
import { admit } from '../../src/feeds/admit.js';
import { recentArticles } from '../../src/store/articles.js';
import type { Database } from '../../src/store/database.js';
import {
  type Claim,
  claimDeliveries,
  dueDeliveries,
  returnClaim,
} from '../../src/store/deliveries.js';
import {
  editionsUnderWay,
  holdEditions,
  putFeedHold,
  releaseEditions,
  whoHad,
} from '../../src/store/holds.js';
import { endPause, putPause, readPause } from '../../src/store/pause.js';
import { recordPoll } from '../../src/store/polls.js';
import { joinProcesses } from '../../src/store/processes.js';
import { testLedger } from '../support/database.js';
import {
  at,
  content,
  feed,
  later,
  markAll,
  poll,
  readyAlert,
  subscriber,
} from '../support/ledger.js';

const stop = { at, reason: 'A figure is wrong.' };

async function alertTo(readers: number) {
  const database = await testLedger();
  for (let n = 0; n < readers; n++) await subscriber(database, `reader${n}`);
  const { edition } = await readyAlert(database);
  const me = await joinProcesses(database, ['deliver']);
  const claim = (size = 10) =>
    claimDeliveries(database, {
      editionId: edition.id,
      channel: 'email',
      owner: me.number,
      size,
      now: at,
    });
  const mark = (taken: Claim, count: number) =>
    markAll(
      database,
      taken,
      taken.deliveries.slice(0, count).map(({ id }) => id),
      at,
    );
  return { database, edition, claim, mark, close: () => me.close() };
}

async function states(database: Database): Promise<Record<string, number>> {
  const { rows } = await database.query(
    'select state, count(*)::int as n from deliveries group by state',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

const stops = {
  'a hold of its edition': {
    begin: (database: Database, id: string) => holdEditions(database, [id], stop),
    end: (database: Database, id: string) => releaseEditions(database, [id], later(60)),
  },
  'a pause': {
    begin: (database: Database) => putPause(database, { ...stop, actor: 'dana' }),
    end: (database: Database) => endPause(database, later(60)),
  },
};

describe.each(Object.entries(stops))('%s', (_, { begin, end }) => {
  it('stops a batch that was claimed before, and the rest goes when it ends', async () => {
    const { database, edition, claim, mark, close } = await alertTo(5);
    const taken = await claim();
    const first = await mark(taken, 2);
    expect(first.size).toBe(2);
    await begin(database, edition.id);
    expect((await mark(taken, 5)).size).toBe(0);
    expect(await states(database)).toEqual({ sending: 2, claimed: 3 });
    await returnClaim(database, taken);
    expect(await states(database)).toEqual({ sending: 2, pending: 3 });
    expect((await claim()).deliveries).toEqual([]);
    expect(await dueDeliveries(database, at)).toEqual([]);

    await end(database, edition.id);
    expect(await dueDeliveries(database, at)).toEqual([
      { editionId: edition.id, channel: 'email' },
    ]);
    const rest = await claim();
    const second = await mark(rest, 5);
    expect(second.size).toBe(3);
    expect(new Set([...first, ...second]).size).toBe(5);
    await close();
  });
});

describe('a pause', () => {
  it('keeps who paused first, and when', async () => {
    const database = await testLedger();
    const first = { at, actor: 'dana', reason: 'The server is down.' };
    expect(await putPause(database, first)).toEqual(first);
    expect(
      await putPause(database, { at: later(60), actor: 'marat', reason: 'So it is.' }),
    ).toEqual(first);
    expect(await endPause(database, later(60))).toEqual(first);
    expect(await readPause(database)).toBeUndefined();
  });

  it('does not keep what died on the wire from being asked for', async () => {
    const { database, edition, claim, mark, close } = await alertTo(1);
    await mark(await claim(), 1);
    await putPause(database, { ...stop, actor: 'dana' });
    await close();
    expect(await dueDeliveries(database, at)).toEqual([
      { editionId: edition.id, channel: 'email' },
    ]);
  });
});

it('tells a hold of one edition from another', async () => {
  const { database, edition, claim, close } = await alertTo(1);
  const other = await readyAlert(database, { guid: 'two' });
  await holdEditions(database, [other.edition.id], stop);
  expect((await claim()).editionId).toBe(edition.id);
  expect(await dueDeliveries(database, at)).toEqual([]);
  await close();
});

describe('a held feed', () => {
  const read = (database: Database, guids: readonly string[], verdict?: 'hold' | 'seed') =>
    recordPoll(database, {
      feed,
      at,
      next: () => ({ at: later(900), reason: 'every 15 minutes' }),
      document: { bodyHash: 'hash', from: feed.url, whole: true },
      address: { url: feed.url, movedTo: null, moving: null },
      asks: {},
      total: guids.length,
      releaseAfter: 0,
      admit: (facts) =>
        verdict ? { verdict, reason: 'The guard.' } : admit({ ...facts, burst: 20 }),
      articles: guids.map((guid) => ({
        aliases: [`guid:main:${guid}`],
        entryHash: 'first',
        words: () => ({ title: guid, text: '' }),
        content: content({ title: guid }),
      })),
    });

  it('has its new articles held as they come, and only those', async () => {
    const database = await testLedger();
    await poll(database, [], { verdict: 'seed' });
    await read(database, ['before']);
    await putFeedHold(database, 'main', stop);
    expect(await read(database, ['before'])).toMatchObject({ verdict: 'pass', fresh: [] });
    const result = await read(database, ['during']);
    expect(result).toMatchObject({
      verdict: 'hold',
      reason: 'The feed is held: A figure is wrong.',
    });
    await putFeedHold(database, 'main', null);
    await read(database, ['after']);
    const rows = await recentArticles(database, { limit: 10 });
    expect(rows.map(({ content: { title }, state }) => `${title}: ${state}`)).toEqual([
      'after: waiting',
      'during: held',
      'before: waiting',
    ]);
  });

  it('never sends what a guard would seed', async () => {
    const database = await testLedger();
    await poll(database, [], { verdict: 'seed' });
    await putFeedHold(database, 'main', stop);
    expect(await read(database, ['one'], 'seed')).toMatchObject({ verdict: 'seed' });
  });
});

it('counts who had it, each destination once, over several editions', async () => {
  const { database, edition, claim, mark, close } = await alertTo(3);
  const taken = await claim();
  await mark(taken, 3);
  await database.query(`update deliveries set state = 'accepted' where destination_id = $1`, [
    taken.deliveries[0]?.destination.id,
  ]);
  await database.query(`update deliveries set state = 'uncertain' where destination_id = $1`, [
    taken.deliveries[1]?.destination.id,
  ]);
  const other = await readyAlert(database, { guid: 'two' });
  await database.query(`update deliveries set state = 'accepted' where edition_id = $1`, [
    other.edition.id,
  ]);
  expect(await whoHad(database, [edition.id])).toEqual({
    accepted: { email: 1 },
    perhaps: { email: 2 },
    discordChannels: [],
  });
  expect(await whoHad(database, [edition.id, other.edition.id])).toMatchObject({
    accepted: { email: 3 },
    perhaps: {},
  });
  await close();
});

it('does not wait for what could not be rendered', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  await readyAlert(database, {
    guid: 'broken',
    renderings: [{ channel: 'email', result: { failure: 'The template is broken.' } }],
  });
  expect(await editionsUnderWay(database)).toEqual([]);
  const { edition } = await readyAlert(database, { guid: 'whole' });
  expect(await editionsUnderWay(database)).toMatchObject([
    { id: edition.id, progress: { email: { waiting: 1, unrendered: 0 } } },
  ]);
});
