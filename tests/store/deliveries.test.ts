import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/model.js';
import type { Database } from '../../src/store/database.js';
import {
  type Claim,
  claimDeliveries,
  dueDeliveries,
  freeExpiredClaims,
  returnClaim,
} from '../../src/store/deliveries.js';
import { suppress } from '../../src/store/destinations.js';
import { claimLost } from '../../src/store/lost.js';
import { recentEditions } from '../../src/store/overview.js';
import { joinProcesses } from '../../src/store/processes.js';
import { leavePrograms } from '../../src/store/profiles.js';
import { takeTroubles } from '../../src/store/troubles.js';
import { testLedger } from '../support/database.js';
import { at, later, markAll, readyAlert, settleAll, subscriber } from '../support/ledger.js';

async function states(database: Database): Promise<Record<string, number>> {
  const { rows } = await database.query(
    'select state, count(*)::int as n from deliveries group by state',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

async function alertTo(...names: string[]) {
  const database = await testLedger();
  const ids: Record<string, string> = {};
  for (const name of names) ids[name] = await subscriber(database, name);
  const { edition } = await readyAlert(database);
  const claim = (owner: number, size = 10) =>
    claimDeliveries(database, { editionId: edition.id, channel: 'email', owner, size, now: at });
  return { database, edition, ids, claim };
}

const idsOf = (claim: Claim) => claim.deliveries.map(({ id }) => id);
const accepted = (delivery: string): Receipt => ({
  delivery,
  outcome: 'accepted',
  detail: '250 OK',
});

describe('the ledger of deliveries', () => {
  it('claims every delivery once, however many ask at the same time', async () => {
    const { database, claim } = await alertTo('a', 'b', 'c', 'd', 'e');
    const me = await joinProcesses(database, ['deliver']);
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(me.number, 2)));
    const all = claims.flatMap(idsOf);
    expect(all).toHaveLength(5);
    expect(new Set(all).size).toBe(5);
    await me.close();
  });

  it('writes into no index when a delivery goes to the wire', async () => {
    const { database, claim } = await alertTo('a', 'b', 'c');
    const me = await joinProcesses(database, ['deliver']);
    const claimed = await claim(me.number);
    const written = await database.transaction(async (tx) => {
      const counted = async () =>
        (
          await tx.query(
            `select n_tup_upd::int as all, n_tup_hot_upd::int as "inPlace"
             from pg_stat_xact_user_tables where relname = 'deliveries'`,
          )
        ).rows[0];
      const before = await counted();
      await markAll(tx, claimed, idsOf(claimed), at);
      const after = await counted();
      return { all: after.all - before.all, inPlace: after.inPlace - before.inPlace };
    });
    expect(written).toEqual({ all: 3, inPlace: 3 });
    await me.close();
  });

  it('says how many earlier rounds of an edition its destination accepted', async () => {
    const { database, edition, ids, claim } = await alertTo('a');
    const me = await joinProcesses(database, ['deliver']);
    const rounds: [number, number][] = [];
    for (const outcome of ['rejected', 'accepted', 'uncertain', 'accepted', 'skipped']) {
      const [delivery] = (await claim(me.number)).deliveries;
      rounds.push([delivery?.round ?? -1, delivery?.earlier ?? -1]);
      await database.query(
        `update deliveries set state = $1, claim = null where state = 'claimed'`,
        [outcome],
      );
      await database.query(
        `insert into deliveries (edition_id, destination_id, round, channel, programs, created_at)
         values ($1, $2, $3, 'email', '{spp}', $4)`,
        [edition.id, ids.a, rounds.length, at],
      );
    }
    expect(rounds).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 2],
    ]);
    await me.close();
  });

  it('lets only what it marked as sending reach the wire, and records each receipt', async () => {
    const { database, claim } = await alertTo('a', 'b');
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    const going = await markAll(database, mine, idsOf(mine), at);
    expect([...going].sort()).toEqual(idsOf(mine).sort());
    expect(await states(database)).toEqual({ sending: 2 });
    await settleAll(
      database,
      mine,
      idsOf(mine).map((id) => ({ receipt: accepted(id) })),
      at,
    );
    expect(await states(database)).toEqual({ accepted: 2 });
    expect(await markAll(database, mine, idsOf(mine), at)).toEqual(new Set());
    await me.close();
  });

  it('looks at consent, suppression and profile once more before the wire', async () => {
    const { database, claim, ids } = await alertTo(
      'stays',
      'left',
      'suppressed',
      'inactive',
      'none',
    );
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    await leavePrograms(database, ids.left as string, 'all');
    await suppress(database, Buffer.from('suppressed'), 'Complained.', 'test', at);
    await database.query(`update destinations set state = 'inactive' where id = $1`, [
      ids.inactive,
    ]);
    await database.query('delete from consents where destination_id = $1', [ids.none]);
    const going = await markAll(database, mine, idsOf(mine), at);
    expect([...going]).toEqual([expect.stringContaining(ids.stays as string)]);
    const { rows } = await database.query(
      `select t.name, d.detail from deliveries d join destinations t on t.id = d.destination_id
       where d.state = 'skipped' order by t.name`,
    );
    expect(rows).toEqual([
      { name: 'inactive', detail: 'The destination is no longer active.' },
      { name: 'left', detail: 'The reader left the program before it was sent.' },
      { name: 'none', detail: 'There is no confirmed consent.' },
      { name: 'suppressed', detail: 'The address is suppressed.' },
    ]);
    await me.close();
  });

  it('frees at once what a dead process had claimed, and keeps what was on its wire apart', async () => {
    const { database, edition, claim } = await alertTo('a', 'b', 'c');
    const dead = await joinProcesses(database, ['deliver']);
    const its = await claim(dead.number);
    await markAll(database, its, idsOf(its).slice(0, 1), at);
    expect(await freeExpiredClaims(database)).toBe(0);
    await dead.close();
    expect(await freeExpiredClaims(database)).toBe(2);
    expect(await states(database)).toEqual({ pending: 2, sending: 1 });
    expect(await dueDeliveries(database, at)).toEqual([
      { editionId: edition.id, channel: 'email' },
    ]);

    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    expect(idsOf(mine)).toHaveLength(2);
    const lost = await claimLost(database, {
      editionId: edition.id,
      channel: 'email',
      owner: me.number,
    });
    expect(idsOf(lost)).toEqual(idsOf(its).slice(0, 1));
    await me.close();
  });

  it('lets a process that lost its claim neither send nor overwrite', async () => {
    const { database, claim } = await alertTo('a');
    const slow = await joinProcesses(database, ['deliver']);
    const old = await claim(slow.number);
    await slow.close();
    await freeExpiredClaims(database);
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    expect(await markAll(database, old, idsOf(old), at)).toEqual(new Set());
    await settleAll(database, old, [{ receipt: accepted(idsOf(old)[0] as string) }], at);
    expect(await states(database)).toEqual({ claimed: 1 });
    expect(await markAll(database, mine, idsOf(mine), at)).toEqual(new Set(idsOf(mine)));
    await me.close();
  });

  it('takes the true answer for a delivery that was thought uncertain', async () => {
    const { database, claim } = await alertTo('a');
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    const [id] = idsOf(mine) as [string];
    await markAll(database, mine, [id], at);
    const uncertain: Receipt = { delivery: id, outcome: 'uncertain', reason: 'No answer.' };
    await settleAll(database, mine, [{ receipt: uncertain }], at);
    expect(await states(database)).toEqual({ uncertain: 1 });
    expect(idsOf(await claim(me.number))).toEqual([]);
    await settleAll(database, mine, [{ receipt: accepted(id) }], at);
    expect(await states(database)).toEqual({ accepted: 1 });
    await me.close();
  });

  it('has staff told once of a delivery that stays uncertain, whatever its process says later', async () => {
    const { database, claim } = await alertTo('a');
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    const [id] = idsOf(mine) as [string];
    await markAll(database, mine, [id], at);
    const settle = (reason: string) =>
      settleAll(database, mine, [{ receipt: { delivery: id, outcome: 'uncertain', reason } }], at);
    await settle('The process died.');
    await settle('No answer.');
    expect(await takeTroubles(database, at)).toMatchObject([{ detail: 'No answer.' }]);
    await settle('No answer.');
    expect(await states(database)).toEqual({ uncertain: 1 });
    expect(await takeTroubles(database, at)).toEqual([]);
    await me.close();
  });

  it('brings a deferred delivery back at its time, and keeps the attempt', async () => {
    const { database, edition, claim } = await alertTo('a');
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    const [id] = idsOf(mine) as [string];
    await markAll(database, mine, [id], at);
    const receipt: Receipt = {
      delivery: id,
      outcome: 'deferred',
      reason: '451 Later.',
      scope: 'delivery',
    };
    await settleAll(database, mine, [{ receipt, notBefore: later(60) }], at);
    expect(await dueDeliveries(database, later(59))).toEqual([]);
    expect(await dueDeliveries(database, later(60))).toHaveLength(1);
    expect(idsOf(await claim(me.number))).toEqual([]);
    const again = await claimDeliveries(database, {
      editionId: edition.id,
      channel: 'email',
      owner: me.number,
      size: 10,
      now: later(61),
    });
    expect(again.deliveries[0]?.attempt).toBe(2);
    const { rows } = await database.query('select attempt, outcome, detail from attempts');
    expect(rows).toEqual([{ attempt: 1, outcome: 'deferred', detail: '451 Later.' }]);
    await me.close();
  });

  it('gives back what of a claim was not begun', async () => {
    const { database, claim } = await alertTo('a', 'b');
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claim(me.number);
    await markAll(database, mine, idsOf(mine).slice(0, 1), at);
    await returnClaim(database, mine);
    expect(await states(database)).toEqual({ pending: 1, sending: 1 });
    await me.close();
  });

  it('claims nothing of an edition that could not be rendered', async () => {
    const database = await testLedger();
    await subscriber(database, 'a');
    const { edition } = await readyAlert(database, {
      renderings: [{ channel: 'email', result: { failure: 'Broken template.' } }],
    });
    const me = await joinProcesses(database, ['deliver']);
    const mine = await claimDeliveries(database, {
      editionId: edition.id,
      channel: 'email',
      owner: me.number,
      size: 10,
      now: at,
    });
    expect(mine.deliveries).toEqual([]);
    expect(await dueDeliveries(database, at)).toEqual([]);
    expect(await recentEditions(database, { limit: 10 })).toMatchObject([
      { id: edition.id, counts: { email: { pending: 1 } } },
    ]);
    await me.close();
  });
});
