/** Brings one edition out on one channel: claims its deliveries in batches, and records every receipt. */

import type { Channel } from '../channels/channel.js';
import type { DeliveryPolicy } from '../config/config.js';
import { formatDuration } from '../config/duration.js';
import type { ChannelName, Deferred, DeliveryId } from '../model.js';
import type { DeliverJob } from '../queue/queue.js';
import type { Database } from '../store/database.js';
import {
  abandonClaim,
  type Claim,
  claimDeliveries,
  extendClaim,
  leases,
  returnClaim,
  skipLate,
} from '../store/deliveries.js';
import { rendering } from '../store/editions.js';
import { type Settlement, settleDeliveries } from '../store/exchange.js';
import { readFence } from '../store/fence.js';
import { claimLost, giveUpLost } from '../store/lost.js';
import type { Marks } from '../store/marks.js';
import { persistently } from '../store/patience.js';
import type { Journal } from '../subscribers/journal.js';
import { decide, retryOfLost } from './decide.js';
import { createExchange } from './exchange.js';
import type { NeighbourNotes } from './neighbours.js';
import { nextAttempt } from './retry.js';
import { tellOfLate } from './troubles.js';

/** Deliveries taken at once. What a crash leaves claimed is free again at once, so it may be large. */
const batchSize = 1000;
/** Receipts of a full batch at which the next is claimed: later than that takes longer than what is left. */
const claimAheadAt = 800;

/** Milliseconds after its planning for which a delivery lost on the wire is asked for again and again. */
const recallFor = 60 * 60 * 1000;

export interface DeliverOptions {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  /** The number this process claims under. */
  readonly owner: number;
  readonly policy: Omit<DeliveryPolicy, 'drainFor'>;
  /** Seconds after which an alert that could not go out is skipped. */
  readonly alertsWithin: number;
  /** Told after each batch whether the channel could be used. */
  readonly notes?: NeighbourNotes;
  readonly now: () => Date;
  /** Aborts when the process wants to stop. */
  readonly signal: AbortSignal;
  /** Where it is noted that something goes to the wire; nowhere where it is not given. */
  readonly marks?: Marks;
  /** Where suppressions are kept outside the database; nowhere where it is not given. */
  readonly journal?: Journal;
}

export interface DeliverResult {
  /** When the next deferred delivery wants another attempt. */
  readonly retryAt?: Date;
}

/** Why an alert that waited too long was skipped, in one sentence. */
export const tooLate = (alertsWithin: number) =>
  `It could not go out within ${formatDuration(alertsWithin)} of its release (catchUp.alertsWithin).`;

export function createDeliver(options: DeliverOptions) {
  const { database, channels, owner, policy, now, signal } = options;
  const exchange = createExchange(options);

  /** What jobs of this process are at. */
  const underWay = new Set<string>();

  /** The channels that were down, and until when this process leaves them alone: longer each time. */
  const resting = new Map<ChannelName, { readonly times: number; readonly until: Date }>();

  return async function deliver(job: DeliverJob): Promise<DeliverResult> {
    const what = `${job.editionId} ${job.channel}`;
    // The one at it takes what is due until nothing is; a second would only double its connections.
    if (underWay.has(what)) return {};
    underWay.add(what);
    try {
      return await bringOut(job);
    } finally {
      underWay.delete(what);
    }
  };

  async function bringOut(job: DeliverJob): Promise<DeliverResult> {
    const channel = channels.get(job.channel);
    const rendered = await rendering(database, job.editionId, job.channel);
    if (!channel || rendered === undefined || (await readFence(database))) return {};
    let retryAt: Date | undefined;
    const deferred = (at: Date) => {
      if (!retryAt || at < retryAt) retryAt = at;
    };
    await recallLost(channel, rendered, job, deferred);
    if (!channel.fetched) await skipWhatIsLate(job);
    const claims = claimer(job);
    try {
      while (!signal.aborted && !rests(job.channel)) {
        const claim = await claims.next();
        if (claim.deliveries.length === 0) break;
        const goOn = await sendClaim(channel, rendered, claim, {
          deferred,
          nearItsEnd: claims.ahead,
        });
        if (!goOn) break;
      }
    } finally {
      await claims.giveBack();
    }
    return retryAt ? { retryAt } : {};
  }

  /** Claims one batch after the other; the next one early where it is asked to, so that no connection waits for it. */
  function claimer(job: DeliverJob) {
    const claim = () => claimDeliveries(database, { ...job, owner, size: batchSize, now: now() });
    let early: Promise<Claim> | undefined;
    return {
      next(): Promise<Claim> {
        const next = early ?? claim();
        early = undefined;
        return next;
      },
      ahead(): void {
        early ??= claim();
        early.catch(() => {}); // Whoever takes it is told.
      },
      /** What was claimed early and nobody took. */
      async giveBack(): Promise<void> {
        const left = await early?.catch(() => undefined);
        if (left) await keepTrying(() => returnClaim(database, left));
      },
    };
  }

  function rests(channel: ChannelName): boolean {
    return (resting.get(channel)?.until ?? now()) > now();
  }

  function rest(channel: ChannelName, deferral: Deferred): void {
    // Of batches that fail at once, one counts.
    if (rests(channel)) return;
    const times = (resting.get(channel)?.times ?? 0) + 1;
    resting.set(channel, { times, until: nextAttempt(deferral, times, now()) });
  }

  async function skipWhatIsLate(job: DeliverJob): Promise<void> {
    const at = now();
    const before = new Date(at.getTime() - options.alertsWithin * 1000);
    const reason = tooLate(options.alertsWithin);
    await database.transaction(async (tx) => {
      const skipped = await skipLate(tx, { ...job, before, reason, now: at });
      if (skipped > 0) await tellOfLate(tx, job, { skipped, reason, at });
    });
  }

  /** Sends one batch. Returns whether the next one has a chance to get through. */
  async function sendClaim(
    channel: Channel,
    rendered: unknown,
    claim: Claim,
    tell: {
      /** When one of it is to be tried again. */
      readonly deferred: (at: Date) => void;
      /** A full batch will soon be through: there may be more. */
      readonly nearItsEnd: () => void;
    },
  ): Promise<boolean> {
    const claimed = new Map(claim.deliveries.map((delivery) => [delivery.id, delivery]));
    const writes: Promise<void>[] = [];
    const retryLost = triesOnceMore(channel);
    const unmarked: DeliveryId[] = [];
    let failure: unknown;
    let reached = false;
    let receipts = 0;
    let down: Deferred | undefined;
    /** Never throws, or the receipts of what is on the wire at that moment would not be waited for. */
    async function onWire(ids: readonly DeliveryId[]): Promise<ReadonlySet<DeliveryId>> {
      if (failure) return new Set();
      try {
        const allowed = await Promise.all(ids.map((id) => exchange.mark(claim, id)));
        const going = ids.filter((_, index) => allowed[index]);
        reached ||= going.length > 0;
        return new Set(going);
      } catch (error) {
        failure ??= error;
        // The database may have marked them before it went away.
        unmarked.push(...ids);
        return new Set();
      }
    }
    const heartbeat = setInterval(
      () => void extendClaim(database, claim).catch(() => {}),
      (leases.claimed / 3) * 1000,
    );
    try {
      for await (const receipt of channel.send(rendered, claim.deliveries, { onWire, signal })) {
        if (receipt.outcome === 'deferred' && receipt.scope === 'channel') {
          if (!down) rest(channel.name, receipt);
          down = receipt;
        }
        const delivery = claimed.get(receipt.delivery);
        if (!delivery) continue; // It is not under this claim, so nothing of it could be written.
        const settlement = decide(receipt, delivery, { policy, retryLost, now: now() });
        if (settlement.notBefore) tell.deferred(settlement.notBefore);
        if (++receipts === claimAheadAt && !down) tell.nearItsEnd();
        const written = exchange.settle(claim, settlement);
        written.catch(() => {}); // It is awaited below; until then it must not count as unhandled.
        writes.push(written);
        // It may hold the edition, and no more than is on the wire now should be refused until then.
        if (settlement.refusal === 'message') await written;
      }
    } finally {
      clearInterval(heartbeat);
      await Promise.all(writes);
      await keepTrying(() => returnClaim(database, claim, unmarked));
      await keepTrying(() => abandonClaim(database, claim));
    }
    if (failure) throw failure;
    if (down) await options.notes?.fails(channel.name, down.reason);
    else if (reached) {
      resting.delete(channel.name);
      await options.notes?.works(channel.name);
    }
    return !down;
  }

  function keepTrying<T>(work: () => Promise<T>): Promise<T> {
    return persistently(work, { stopping: signal, for: leases.sending * 1000 });
  }

  /** Whether policy has it try once more what was lost: only where it cannot ask what became of that. */
  function triesOnceMore(channel: Channel): boolean {
    return !channel.recall && policy.uncertain === 'retry-once';
  }

  /** Finds out what became of deliveries that were on the wire when their process died. */
  async function recallLost(
    channel: Channel,
    rendered: unknown,
    job: DeliverJob,
    deferred: (at: Date) => void,
  ): Promise<void> {
    if (!channel.recall) {
      const reason = 'The process died while the delivery was on the wire.';
      const retryAt = triesOnceMore(channel) ? retryOfLost(now()) : undefined;
      await giveUpLost(database, { ...job, reason, retryAt, now: now() });
      return;
    }
    const lost = await claimLost(database, { ...job, owner });
    for (const delivery of lost.deliveries) {
      const outcome = await channel.recall(rendered, delivery, signal);
      // The other side may only be away: it is asked again when this claim's lease has ended.
      const age = now().getTime() - delivery.plannedAt.getTime();
      if (outcome.outcome === 'uncertain' && age < recallFor) continue;
      const receipt = { ...outcome, delivery: delivery.id };
      // It is known not to have arrived, so nothing speaks against trying at once.
      const settlement: Settlement =
        receipt.outcome === 'deferred' ? { receipt, notBefore: now() } : { receipt };
      if (settlement.notBefore) deferred(settlement.notBefore);
      await settleDeliveries(database, [{ claim: lost, settlement }], now());
    }
  }
}
