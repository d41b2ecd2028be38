/** The processors of the queues: which worker does a job, and which job follows from what it says. */

import type { Channel, Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import { startHubs } from './hubs.js';
import type { Ledger, Log } from './ledger.js';
import type { ChannelName } from './model.js';
import type { DeliverJob, JobQueue } from './queue/queue.js';
import type { Steps } from './steps.js';
import type { Marks } from './store/marks.js';
import type { NeighbourNotes } from './workers/neighbours.js';
import { deliverJobId } from './workers/reconcile.js';

export interface ProcessorsOptions {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'journal' | 'keys'>;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly marks: Marks;
  readonly publicUrl: string;
  readonly links: Pick<Links, 'outputFeed'>;
  readonly log: Log;
  readonly now: () => Date;
  /** Aborts when the process wants to stop. */
  readonly signal: AbortSignal;
  readonly steps: Steps;
  readonly queue: JobQueue;
  /** The number this process claims under. */
  readonly owner: number;
}

/** Most of them wait for a slow server, or for their turn at it, and must not keep other hosts' feeds waiting. */
const POLLS_AT_ONCE = 32;
/** On each channel. They share its connections. */
const EDITIONS_AT_ONCE = 4;

/** Each begins to work off its queue when it is called. */
export function createProcessors(options: ProcessorsOptions) {
  const { config, ledger, channels, marks, now, signal, steps, queue, owner } = options;
  const { database } = ledger;
  return { watch, assemble, deliver };

  /** Returns what lets go of hubs, the feeds' connections and the parser's thread. */
  async function watch(): Promise<() => Promise<unknown>> {
    const [{ createFetcher, userAgentOf }, { createReader }, { createPauses }, { createWatch }] =
      await Promise.all([
        import('./feeds/fetch.js'),
        import('./feeds/reader.js'),
        import('./store/host-pauses.js'),
        import('./workers/watch.js'),
      ]);
    const { newsroom, email } = config;
    const fetcher = createFetcher({
      userAgent: userAgentOf(newsroom, email.replyTo),
      now: () => now().getTime(),
      pauses: createPauses(database, now),
    });
    const reader = createReader({});
    const hubs = await startHubs({ ...options, fetcher });
    const poll = createWatch({
      database,
      fetcher,
      reader,
      feeds: config.feeds,
      programs: config.programs,
      fallback: config.fallbackProgram,
      releaseAfter: config.release.after,
      now,
      signal,
      onRead: hubs.onRead,
      onFresh: () => queue.add('assemble', {}),
      onPolled: steps.polled,
    });
    await queue.work(
      'watch',
      async (job) => {
        const { again } = await poll(job);
        if (!again) return;
        const delay = Math.max(0, again.getTime() - now().getTime());
        await queue.add('watch', job, { delay, id: `due-${job.feedId}-${again.getTime()}` });
      },
      POLLS_AT_ONCE,
    );
    return () => Promise.all([hubs.stop(), fetcher.close(), reader.close()]);
  }

  async function assemble(): Promise<void> {
    const { createAssemble } = await import('./workers/assemble.js');
    const work = createAssemble({
      database,
      channels,
      programs: config.programs,
      now,
      signal,
      async onReady(editionId, names) {
        await steps.ready(editionId, names);
        for (const channel of names) {
          const job = { editionId, channel };
          await queue.deliver(job, { id: deliverJobId(job, owner, now()) });
        }
      },
    });
    await queue.work(
      'assemble',
      async () => {
        const { next } = await work();
        if (!next) return;
        const delay = Math.max(0, next.getTime() - now().getTime());
        await queue.add('assemble', {}, { delay, id: `next-${next.getTime()}` });
      },
      1,
    );
  }

  async function deliver(notes: NeighbourNotes): Promise<void> {
    const { createDeliver } = await import('./workers/deliver.js');
    const policy = config.delivery;
    const { alertsWithin } = config.catchUp;
    const send = createDeliver({
      ...{ database, channels, owner, policy, alertsWithin, notes, now, signal, marks },
      journal: ledger.journal,
    });
    const work = async (job: DeliverJob) => {
      const { retryAt } = await send(job);
      if (!retryAt) return;
      const delay = Math.max(0, retryAt.getTime() - now().getTime());
      await queue.deliver(job, { delay });
    };
    for (const channel of channels.keys())
      await queue.work(`deliver-${channel}`, work, EDITIONS_AT_ONCE);
  }
}
