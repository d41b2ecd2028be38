import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { claimDeliveries, dueDeliveries } from '../../src/store/deliveries.js';
import {
  beyond,
  ledgerIdentity,
  liftFence,
  lookAtFence,
  putFence,
  readFence,
} from '../../src/store/fence.js';
import { createMarks, type Mark, type MarkPlace } from '../../src/store/marks.js';
import { joinProcesses } from '../../src/store/processes.js';
import { testLedger } from '../support/database.js';
import { at, markAll, readyAlert, subscriber } from '../support/ledger.js';

/** A place in memory. */
function memory(marks: Mark[] = []): MarkPlace & { marks: Mark[] } {
  return {
    marks,
    read: async () => marks,
    note: async (mark) => void marks.push(mark),
    close: async () => {},
  };
}

const silent = () => {};

async function ready() {
  const database = await testLedger();
  await subscriber(database, 'amina');
  const { edition } = await readyAlert(database);
  const me = await joinProcesses(database, ['deliver']);
  const claim = () =>
    claimDeliveries(database, {
      editionId: edition.id,
      channel: 'email',
      owner: me.number,
      size: 10,
      now: at,
    });
  return { database, claim, close: () => me.close() };
}

describe('what a ledger reaches', () => {
  const ledger = { instance: 'a', mark: 10, systemIdentifier: null, continues: { b: 5 } };
  it.each([
    ['its own mark', [{ instance: 'a', mark: 10 }], []],
    ['less than its own mark', [{ instance: 'a', mark: 3 }], []],
    ['more than its own mark', [{ instance: 'a', mark: 11 }], ['a']],
    ['a ledger that it goes on from', [{ instance: 'b', mark: 5 }], []],
    ['one that went on by itself', [{ instance: 'b', mark: 6 }], ['b']],
    ['one that it does not know', [{ instance: 'c', mark: 1 }], ['c']],
  ])('%s', (_, outside, stray) => {
    expect(beyond(ledger, outside).map(({ instance }) => instance)).toEqual(stray);
  });
});

describe('the mark', () => {
  it('goes up with each batch that goes to the wire', async () => {
    const { database, claim, close } = await ready();
    const place = memory();
    const marks = createMarks([place], silent);
    await lookAtFence(database, marks, at);
    const batch = await claim();
    const ids = batch.deliveries.map(({ id }) => id);
    expect(await markAll(database, batch, ids, at, marks)).toEqual(new Set(ids));
    const { instance, mark } = await ledgerIdentity(database);
    expect(mark).toBe(1);
    expect(place.marks).toEqual([{ instance, mark: 1 }]);
    await close();
  });

  it('lets nothing go where the ledger has fallen behind, or become another one, under a running process', async () => {
    const { database, claim, close } = await ready();
    const marks = createMarks([], silent);
    await lookAtFence(database, marks, at);
    const { instance, mark } = await ledgerIdentity(database);
    marks.accept({ instance, mark: mark + 3 });
    const batch = await claim();
    const ids = batch.deliveries.map(({ id }) => id);
    expect(await markAll(database, batch, ids, at, marks)).toEqual(new Set());
    await database.query('update ledger set instance = $1', [randomUUID()]);
    await database.query('update ledger_marks set mark = 50 where stripe = 0');
    expect(await markAll(database, batch, ids, at, marks)).toEqual(new Set());
    expect(await lookAtFence(database, marks, at)).toMatchObject({
      marks: [{ instance, mark: mark + 3 }],
    });
    await close();
  });

  it('is of as many batches as went out, whoever sends at the same time', async () => {
    const { database, claim, close } = await ready();
    const marks = createMarks([], silent);
    await lookAtFence(database, marks, at);
    const batch = await claim();
    const one = [batch.deliveries[0]?.id as string];
    const tokens = [...'0123456789abcdef0123'].map((digit) => `${digit}${batch.token.slice(1)}`);
    await Promise.all(tokens.map((token) => markAll(database, { token }, one, at, marks)));
    expect((await ledgerIdentity(database)).mark).toBe(20);
    await close();
  });
});

describe('a ledger', () => {
  it('that is new goes on from whatever was here before', async () => {
    const database = await testLedger();
    const place = memory([{ instance: randomUUID(), mark: 9 }]);
    expect(await lookAtFence(database, createMarks([place], silent), at)).toBeUndefined();
    await readyAlert(database);
    expect(await lookAtFence(database, createMarks([place], silent), at)).toBeUndefined();
  });

  it('that sent, and lost its files outside, is not suspected', async () => {
    const { database, close } = await ready();
    expect(await lookAtFence(database, createMarks([], silent), at)).toBeUndefined();
    await close();
  });

  it('behind what was noted is fenced for every process: nothing is claimed or due', async () => {
    const { database, claim, close } = await ready();
    const { instance } = await ledgerIdentity(database);
    const place = memory([{ instance, mark: 4 }]);
    const fence = await lookAtFence(database, createMarks([place], silent), at);
    expect(fence).toEqual({ at, marks: [{ instance, mark: 4 }], moved: null });
    expect(await lookAtFence(database, createMarks([], silent), at)).toEqual(fence);
    expect((await claim()).deliveries).toEqual([]);
    expect(await dueDeliveries(database, at)).toEqual([]);
    await close();
  });

  it('on another server than before is fenced, also where nothing is known outside', async () => {
    const { database, close } = await ready();
    await lookAtFence(database, createMarks([], silent), at);
    const { systemIdentifier } = await ledgerIdentity(database);
    expect(systemIdentifier).toMatch(/^\d+$/);
    await database.query(`update ledger set system_identifier = '123'`);
    expect(await lookAtFence(database, createMarks([], silent), at)).toMatchObject({
      moved: { from: '123', to: systemIdentifier },
    });
    await close();
  });

  it('is not fenced again by who looked at it before it was confirmed', async () => {
    const { database, close } = await ready();
    const { instance } = await ledgerIdentity(database);
    const found = { at, marks: [{ instance, mark: 4 }], moved: null };
    const marks = createMarks([memory([...found.marks])], silent);
    await lookAtFence(database, marks, at);
    const putting = await database.transaction(async (tx) => {
      await liftFence(tx, found.marks);
      const late = putFence(database, instance, found);
      const waiting = async () =>
        (await database.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)).rows;
      await expect.poll(waiting).not.toEqual([]);
      return { late };
    });
    expect(await putting.late).toBeUndefined();
    expect(await readFence(database)).toBeUndefined();
    await close();
  });

  it('goes on once it is confirmed, on every host, until another copy has sent more', async () => {
    const { database, claim, close } = await ready();
    const { instance } = await ledgerIdentity(database);
    const here = memory([{ instance, mark: 4 }]);
    const there = createMarks([memory([{ instance, mark: 6 }])], silent);
    const marks = createMarks([here], silent);
    await lookAtFence(database, marks, at);
    // A process elsewhere has noted more, and finds the fence standing.
    await lookAtFence(database, there, at);
    await database.transaction((tx) => liftFence(tx, here.marks));
    expect(await readFence(database)).toBeUndefined();
    expect(await lookAtFence(database, marks, at)).toBeUndefined();
    expect(await lookAtFence(database, there, at)).toBeUndefined();
    const batch = await claim();
    const ids = batch.deliveries.map(({ id }) => id);
    expect(await markAll(database, batch, ids, at, marks)).toEqual(new Set(ids));

    const original = createMarks([memory([{ instance, mark: 7 }])], silent);
    expect(await lookAtFence(database, original, at)).toMatchObject({
      marks: [{ instance, mark: 7 }],
    });
    await close();
  });
});
