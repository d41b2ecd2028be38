import { expect, it } from 'vitest';
import { addReaders } from '../../rig/readers.js';
import type { Channel } from '../../src/channels/channel.js';
import type { ChannelName, EditionId } from '../../src/model.js';
import { recentEvents } from '../../src/store/events.js';
import { recentEditions } from '../../src/store/overview.js';
import { chunkSize, createAssemble } from '../../src/workers/assemble.js';
import { testLedger } from '../support/database.js';
import { later, poll, programs, subscriber } from '../support/ledger.js';

function channel(
  name: ChannelName,
  render: Channel['render'] = async ({ id }) => ({ id }),
): Channel {
  return { name, render, async *send() {}, check: async () => [], close: async () => {} };
}

async function room(channels: readonly Channel[]) {
  const database = await testLedger();
  const ready: EditionId[] = [];
  const assemble = (seconds: number) =>
    createAssemble({
      database,
      channels: new Map(channels.map((one) => [one.name, one])),
      programs,
      now: () => later(seconds),
      signal: new AbortController().signal,
      onReady: async (edition) => void ready.push(edition),
    })();
  const editions = () => recentEditions(database, { limit: 10 });
  return { database, ready, assemble, editions };
}

it('releases an article when its undo window is over, and says when that will be', async () => {
  const { database, ready, assemble, editions } = await room([channel('email')]);
  await subscriber(database, 'reader');
  await poll(database, ['one'], { releaseAfter: 60 });
  expect(await assemble(30)).toEqual({ next: later(60) });
  expect(ready).toEqual([]);
  await assemble(60);
  expect(await editions()).toMatchObject([
    {
      id: ready[0],
      kind: 'alert',
      state: 'ready',
      title: 'Article one',
      counts: { email: { pending: 1 } },
    },
  ]);
});

it('freezes an article once, also when several assemble at the same time', async () => {
  const { database, assemble, editions } = await room([channel('email')]);
  for (let n = 0; n < 5; n++) await subscriber(database, `reader${n}`);
  await poll(database, ['one', 'two']);
  await Promise.all([assemble(1), assemble(1), assemble(2)]);
  await assemble(3);
  expect((await editions()).map(({ counts }) => counts)).toEqual([
    { email: { pending: 5 } },
    { email: { pending: 5 } },
  ]);
});

it('sends nothing anywhere of an article that nobody reads', async () => {
  const { database, ready, assemble } = await room([channel('email')]);
  await subscriber(database, 'daily', { cadence: 'daily' });
  await poll(database, ['one']);
  await assemble(1);
  expect(ready).toEqual([]);
});

it('goes on without a channel that cannot render, and tells staff', async () => {
  const broken = channel('email', async () => {
    throw new Error('The template is broken.');
  });
  const { database, ready, assemble, editions } = await room([broken, channel('rss')]);
  await subscriber(database, 'reader');
  await poll(database, ['one']);
  await assemble(1);
  expect(ready).toHaveLength(1);
  expect(await editions()).toMatchObject([{ failures: { email: 'The template is broken.' } }]);
  const [event] = await recentEvents(database, { level: 'attention', limit: 1 });
  expect(event?.message).toContain('could not be rendered for email');
});

it('has PostgreSQL know of a large edition before it is out', async () => {
  const { database, ready, assemble } = await room([channel('email')]);
  const known = async () =>
    (await database.query(`select reltuples from pg_class where oid = 'deliveries'::regclass`))
      .rows[0].reltuples;
  await subscriber(database, 'reader');
  await poll(database, ['one']);
  await assemble(1);
  expect(await known()).toBeLessThan(1);
  await addReaders(database, chunkSize, 'spp');
  await poll(database, ['two']);
  await assemble(2);
  expect(ready).toHaveLength(2);
  expect(await known()).toBeGreaterThan(chunkSize);
});
