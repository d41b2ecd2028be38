/** A channel that tells how long its work took and what came of it, and is the same channel otherwise. */

import type { ChannelName, DeliveryId, EditionId, Outcome } from '../model.js';
import type { Channel } from './channel.js';

/**
 * What became of one try: an outcome, or `withheld` where nothing was written: at the last look its
 * reader had left, staff had stopped it, or the ledger could not be asked.
 */
export type Settled = Outcome['outcome'] | 'withheld';

/** One call of `send`. */
export interface SentBatch {
  readonly channel: ChannelName;
  readonly edition: EditionId;
  readonly counts: Readonly<Partial<Record<Settled, number>>>;
  readonly seconds: number;
}

export interface ChannelObserver {
  /** An edition was rendered, or could not be. */
  rendered(channel: ChannelName, seconds: number): void;
  /** One delivery settled; `seconds` since it was let onto the wire, where it was. */
  settled(channel: ChannelName, outcome: Settled, seconds: number | undefined): void;
  sent(batch: SentBatch): void;
}

/** `clock` counts milliseconds. */
export function measured(
  channel: Channel,
  observer: ChannelObserver,
  clock: () => number = () => performance.now(),
): Channel {
  const { name, recall } = channel;
  const secondsSince = (begun: number) => (clock() - begun) / 1000;

  return {
    ...channel,
    async render(edition) {
      const begun = clock();
      try {
        return await channel.render(edition);
      } finally {
        observer.rendered(name, secondsSince(begun));
      }
    },
    async *send(rendered, deliveries, wire) {
      const begun = clock();
      const onWireSince = new Map<DeliveryId, number>();
      const counts: Partial<Record<Settled, number>> = {};
      const settle = (outcome: Settled, since?: number) => {
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        observer.settled(name, outcome, since === undefined ? undefined : secondsSince(since));
      };
      async function onWire(ids: readonly DeliveryId[]): Promise<ReadonlySet<DeliveryId>> {
        const going = await wire.onWire(ids);
        for (const id of ids) {
          if (going.has(id)) onWireSince.set(id, clock());
          else settle('withheld');
        }
        return going;
      }
      try {
        for await (const receipt of channel.send(rendered, deliveries, { ...wire, onWire })) {
          settle(receipt.outcome, onWireSince.get(receipt.delivery));
          yield receipt;
        }
      } finally {
        const edition = deliveries[0]?.editionId;
        if (edition)
          observer.sent({ channel: name, edition, counts, seconds: secondsSince(begun) });
      }
    },
    ...(recall && {
      async recall(...asked: Parameters<typeof recall>) {
        const outcome = await recall.apply(channel, asked);
        // One that nobody can tell of yet is asked for again.
        if (outcome.outcome !== 'uncertain') observer.settled(name, outcome.outcome, undefined);
        return outcome;
      },
    }),
  };
}
