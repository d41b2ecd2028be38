import { expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.js';
import { type ChannelObserver, measured } from '../../src/channels/measured.js';
import type { Delivery, Edition } from '../../src/model.js';

const deliveries = ['a', 'b', 'c', 'd'].map((id) => ({ id, editionId: 'edition' }) as Delivery);

/** A channel that takes a second for each of its steps, and writes only what it may. */
function slow() {
  let milliseconds = 0;
  const channel: Channel<string> = {
    name: 'email',
    async render() {
      milliseconds += 1_000;
      return 'rendered';
    },
    async *send(_rendered, all, { onWire }) {
      const going = await onWire(all.map(({ id }) => id));
      milliseconds += 1_000;
      for (const { id } of all) {
        if (!going.has(id)) continue;
        if (id === 'b') yield { delivery: id, outcome: 'rejected', reason: 'No such user.' };
        else yield { delivery: id, outcome: 'accepted', detail: '250 ok' };
        milliseconds += 1_000;
      }
    },
    recall: async () => ({ outcome: 'uncertain', reason: 'Nobody knows.' }),
    check: async () => [],
    async close() {},
  };
  const told: unknown[][] = [];
  const observer: ChannelObserver = {
    rendered: (...facts) => told.push(['rendered', ...facts]),
    settled: (...facts) => told.push(['settled', ...facts]),
    sent: (batch) => told.push(['sent', batch]),
  };
  const same = measured(channel as Channel, observer, () => milliseconds);
  const wire = {
    onWire: async (ids: readonly string[]) => new Set(ids.filter((id) => id !== 'c')),
    signal: new AbortController().signal,
  };
  return { same, told, wire };
}

it('tells of each receipt, of what was withheld, and of the whole batch', async () => {
  const { same, told, wire } = slow();
  expect(await same.render({} as Edition)).toBe('rendered');
  const receipts = [];
  for await (const receipt of same.send('rendered', deliveries, wire)) receipts.push(receipt);
  expect(receipts.map(({ delivery }) => delivery)).toEqual(['a', 'b', 'd']);
  expect(told).toEqual([
    ['rendered', 'email', 1],
    ['settled', 'email', 'withheld', undefined],
    ['settled', 'email', 'accepted', 1],
    ['settled', 'email', 'rejected', 2],
    ['settled', 'email', 'accepted', 3],
    [
      'sent',
      {
        channel: 'email',
        edition: 'edition',
        counts: { withheld: 1, accepted: 2, rejected: 1 },
        seconds: 4,
      },
    ],
  ]);
});

it('tells of a batch that was broken off', async () => {
  const { same, told, wire } = slow();
  for await (const _receipt of same.send('rendered', deliveries, wire)) break;
  expect(told.at(-1)).toMatchObject(['sent', { counts: { withheld: 1, accepted: 1 } }]);
});

it('is asked what became of a delivery only where the channel can be', async () => {
  const { same, told, wire } = slow();
  const delivery = deliveries[0] as Delivery;
  expect(await same.recall?.('rendered', delivery, wire.signal)).toMatchObject({
    outcome: 'uncertain',
  });
  expect(told).toEqual([]);
  const { recall, ...mute } = same;
  expect(measured(mute, {} as ChannelObserver)).not.toHaveProperty('recall');
});
