import { describe, expect, it } from 'vitest';
import type { Channel, Wire } from '../../src/channels/channel.js';
import type { DeliveryPolicy } from '../../src/config/config.js';
import type { Delivery, EditionId, Outcome, Receipt } from '../../src/model.js';
import type { Database } from '../../src/store/database.js';
import { claimDeliveries, freeExpiredClaims } from '../../src/store/deliveries.js';
import { recentEvents } from '../../src/store/events.js';
import { holdEditions, releaseEditions } from '../../src/store/holds.js';
import { endPause, putPause } from '../../src/store/pause.js';
import { joinProcesses } from '../../src/store/processes.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { testLedger } from '../support/database.js';
import {
  at,
  later,
  manyReaders,
  markAll,
  policy,
  readyAlert,
  subscriber,
} from '../support/ledger.js';

/** A channel that writes down what it puts on the wire, and answers as the test says. */
function recordingChannel(answer: (delivery: Delivery, sent: number) => Outcome | 'crash') {
  const wire: string[] = [];
  const channel: Channel = {
    name: 'email',
    render: async () => ({}),
    async *send(_, deliveries, { onWire }: Wire): AsyncGenerator<Receipt> {
      for (const delivery of deliveries) {
        if (!(await onWire([delivery.id])).has(delivery.id)) continue;
        wire.push(delivery.destination.address);
        const outcome = answer(delivery, wire.length);
        if (outcome === 'crash') throw new Error('The process is gone.');
        yield { ...outcome, delivery: delivery.id };
        if (outcome.outcome === 'deferred' && outcome.scope === 'channel') return;
      }
    },
    check: async () => [],
    close: async () => {},
  };
  return { channel, wire };
}

const accepted: Outcome = { outcome: 'accepted', detail: '250 OK' };

async function states(database: Database) {
  const { rows } = await database.query(
    'select state, count(*)::int as n from deliveries group by state order by state',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

async function edition(readers: number, seenBy = (database: Database) => database) {
  const database = await testLedger();
  if (readers > 100) await manyReaders(database, readers);
  else for (let n = 0; n < readers; n++) await subscriber(database, `reader${n}`);
  const { edition: ready } = await readyAlert(database);
  const me = await joinProcesses(database, ['deliver']);
  const deliver = (channel: Channel, now = at, over: Partial<DeliveryPolicy> = {}) =>
    createDeliver({
      database: seenBy(database),
      channels: new Map([['email', channel]]),
      owner: me.number,
      policy: { ...policy, ...over },
      alertsWithin: 7 * 86_400,
      now: () => now,
      signal: new AbortController().signal,
    })({ editionId: ready.id, channel: 'email' });
  return { database, edition: ready, deliver, me };
}

/** A process claims the whole edition, puts the first `count` of it on the wire, and dies. */
async function dieOnWire(database: Database, editionId: EditionId, count: number) {
  const dead = await joinProcesses(database, ['deliver']);
  const claim = await claimDeliveries(database, {
    editionId,
    channel: 'email',
    owner: dead.number,
    size: 10,
    now: at,
  });
  const onWire = claim.deliveries.slice(0, count);
  await markAll(
    database,
    claim,
    onWire.map(({ id }) => id),
    at,
  );
  await dead.close();
  return onWire;
}

describe('delivering an edition', () => {
  it('keeps the receipts it has, and takes back what it did not send, when the database goes away', async () => {
    let marks = 0;
    // It did mark the third, and its answer is lost.
    const { database, deliver } = await edition(
      4,
      (real) =>
        ({
          ...real,
          async query(...asked: Parameters<Database['query']>) {
            const answer = await (real.query as (...same: unknown[]) => Promise<unknown>)(...asked);
            const isMark = /case when skip is null then 'sending'/.test(JSON.stringify(asked[0]));
            if (isMark && ++marks === 3) throw new Error('Connection terminated unexpectedly');
            return answer;
          },
        }) as Database,
    );
    const { channel, wire } = recordingChannel(() => accepted);
    await expect(deliver(channel)).rejects.toThrow('Connection terminated');
    expect(wire).toHaveLength(2);
    expect(await states(database)).toEqual({ accepted: 2, pending: 2 });
    const { rows } = await database.query(
      `select attempts from deliveries where state = 'pending'`,
    );
    expect(rows).toEqual([{ attempts: 0 }, { attempts: 0 }]);
    await deliver(channel);
    expect(new Set(wire).size).toBe(4);
    expect(wire).toHaveLength(4);
  });

  it('brings it to everybody once, in several batches, and again to nobody', async () => {
    const { database, deliver, me } = await edition(450);
    const { channel, wire } = recordingChannel(() => accepted);
    await Promise.all([deliver(channel), deliver(channel), deliver(channel)]);
    await deliver(channel);
    expect(new Set(wire).size).toBe(450);
    expect(wire).toHaveLength(450);
    expect(await states(database)).toEqual({ accepted: 450 });
    await me.close();
  });

  it('tries what was deferred again at its time, and gives it up in the end', async () => {
    const { database, deliver, me } = await edition(1);
    const busy: Outcome = { outcome: 'deferred', reason: '451 Later.', scope: 'delivery' };
    const { channel, wire } = recordingChannel(() => busy);
    const { retryAt } = await deliver(channel);
    expect(retryAt).toEqual(later(60));
    await deliver(channel, later(30));
    expect(wire).toHaveLength(1);
    await deliver(channel, later(60));
    expect(wire).toHaveLength(2);
    await deliver(channel, later(86_400));
    const { rows } = await database.query('select state, detail from deliveries');
    expect(rows).toEqual([
      { state: 'rejected', detail: 'Given up after 3 attempts. The last one: 451 Later.' },
    ]);
    await me.close();
  });

  it('skips an alert that could not go out in time, and sends nothing of it', async () => {
    const { database, deliver, me } = await edition(2);
    const down: Outcome = { outcome: 'deferred', reason: 'Refused.', scope: 'channel' };
    await deliver(recordingChannel(() => down).channel);
    const { channel, wire } = recordingChannel(() => accepted);
    await deliver(channel, later(7 * 86_400 + 1));
    expect(wire).toEqual([]);
    const { rows } = await database.query('select distinct state, detail from deliveries');
    expect(rows).toEqual([
      {
        state: 'skipped',
        detail: 'It could not go out within 7d of its release (catchUp.alertsWithin).',
      },
    ]);
    const [told] = await recentEvents(database, { kind: 'delivery.late', limit: 9 });
    expect(told?.level).toBe('attention');
    expect(told?.message).toMatch(
      /^\d deliver(y|ies) by e-mail of the alert “.+” w(as|ere) skipped\. It could not .* broadsheet resend [0-9a-f]{8}$/,
    );
    await me.close();
  });

  it('counts neither the time of a hold nor that of a pause as waiting', async () => {
    const { database, edition: ready, deliver, me } = await edition(1);
    const day = 86_400;
    const stop = { at: later(day), reason: 'A figure is wrong.' };
    await holdEditions(database, [ready.id], stop);
    await putPause(database, { ...stop, at: later(2 * day), actor: 'dana' });
    const { channel, wire } = recordingChannel(() => accepted);
    await deliver(channel, later(20 * day));
    await releaseEditions(database, [ready.id], later(21 * day));
    await deliver(channel, later(30 * day));
    await endPause(database, later(40 * day));
    await deliver(channel, later(41 * day));
    expect(wire).toHaveLength(1);
    await me.close();
  });

  it('skips nothing that readers fetch, nor what may have arrived', async () => {
    const { database, deliver, me } = await edition(1);
    await database.query(
      `insert into attempts select edition_id, destination_id, 0, 1, $1, 'uncertain', 'Lost.' from deliveries`,
      [at],
    );
    const { channel, wire } = recordingChannel(() => accepted);
    await deliver(channel, later(30 * 86_400));
    expect(wire).toHaveLength(1);
    await me.close();

    const feeds = await edition(1);
    const fetched = recordingChannel(() => accepted);
    await feeds.deliver({ ...fetched.channel, fetched: true }, later(30 * 86_400));
    expect(fetched.wire).toHaveLength(1);
    await feeds.me.close();
  });

  it('leaves the rest alone when the whole channel is down', async () => {
    const { database, deliver, me } = await edition(5);
    const down: Outcome = { outcome: 'deferred', reason: 'Refused.', scope: 'channel' };
    const { channel, wire } = recordingChannel(() => down);
    await deliver(channel);
    expect(wire).toHaveLength(1);
    expect(await states(database)).toEqual({ pending: 5 });
    await me.close();
  });

  it('leaves a channel that is down alone for longer each time, until it is back', async () => {
    const { database, edition: ready, me } = await edition(5);
    let answer: Outcome = { outcome: 'deferred', reason: 'Refused.', scope: 'channel' };
    const { channel, wire } = recordingChannel(() => answer);
    let now = at;
    const deliver = createDeliver({
      ...{ database, owner: me.number, policy, alertsWithin: 7 * 86_400 },
      channels: new Map([['email', channel]]),
      now: () => now,
      signal: new AbortController().signal,
    });
    const triedAt: number[] = [];
    for (let seconds = 0; seconds < 130; seconds += 5) {
      now = later(seconds);
      const before = wire.length;
      await deliver({ editionId: ready.id, channel: 'email' });
      if (wire.length > before) triedAt.push(seconds);
    }
    expect(triedAt).toEqual([0, 5, 15, 30, 60, 120]);
    answer = accepted;
    now = later(300);
    await deliver({ editionId: ready.id, channel: 'email' });
    expect(await states(database)).toEqual({ accepted: 5 });
    await me.close();
  });

  it('calls uncertain what was on the wire when a process died, and never sends it again', async () => {
    const { database, edition: ready, deliver, me } = await edition(3);
    const [onWire] = (await dieOnWire(database, ready.id, 1)) as unknown as [Delivery];
    await freeExpiredClaims(database);
    const { channel, wire } = recordingChannel(() => accepted);
    await deliver(channel);
    await deliver(channel);
    expect(wire).toHaveLength(2);
    expect(wire).not.toContain(onWire.destination.address);
    expect(await states(database)).toEqual({ accepted: 2, uncertain: 1 });
    await me.close();
  });

  it('asks a channel that can tell what became of it, and believes the answer', async () => {
    const { database, edition: ready, deliver, me } = await edition(2);
    const [there, gone] = (await dieOnWire(database, ready.id, 2)) as unknown as [
      Delivery,
      Delivery,
    ];
    const { channel, wire } = recordingChannel(() => accepted);
    const knowing: Channel = {
      ...channel,
      recall: async (_, delivery) =>
        delivery.id === there.id
          ? accepted
          : { outcome: 'deferred', reason: 'It is not there.', scope: 'delivery' },
    };
    await deliver(knowing);
    expect(wire).toEqual([gone.destination.address]);
    expect(await states(database)).toEqual({ accepted: 2 });
    await me.close();
  });

  it('keeps every receipt it got when a channel breaks in the middle', async () => {
    const { database, deliver, me } = await edition(4);
    const { channel } = recordingChannel((_, sent) => (sent === 3 ? 'crash' : accepted));
    await expect(deliver(channel)).rejects.toThrow('The process is gone.');
    expect(await states(database)).toEqual({ accepted: 2, pending: 1, sending: 1 });
    await me.close();
  });
});

describe('an edition of several batches', () => {
  /** Sends a hundred at a time, and does as the test says after the ninth hundred. */
  function inHundreds(database: Database, then: 'go on' | 'fail'): Channel {
    let sent = 0;
    return {
      ...recordingChannel(() => accepted).channel,
      async *send(_, deliveries, { onWire }) {
        for (let from = 0; from < deliveries.length; from += 100) {
          const going = await onWire(deliveries.slice(from, from + 100).map(({ id }) => id));
          for (const delivery of going) yield { ...accepted, delivery };
          sent += going.size;
          if (sent !== 900) continue;
          await expect
            .poll(async () => (await states(database)).claimed, { timeout: 30_000 })
            .toBe(600);
          if (then === 'go on') continue;
          const delivery = deliveries[900]?.id as string;
          yield { delivery, outcome: 'deferred', scope: 'channel', reason: 'It is down.' };
          return;
        }
      },
    };
  }

  it('has the next batch claimed before the last one is through', async () => {
    const { database, deliver, me } = await edition(1500);
    await deliver(inHundreds(database, 'go on'));
    expect(await states(database)).toEqual({ accepted: 1500 });
    await me.close();
  });

  it('gives back what was claimed early where the channel goes down', async () => {
    const { database, deliver, me } = await edition(1500);
    await deliver(inHundreds(database, 'fail'));
    expect(await states(database)).toEqual({ accepted: 900, pending: 600 });
    await me.close();
  });
});
