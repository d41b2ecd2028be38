/** What a process does beside its work: it keeps an eye on the neighbours, and tells of its health. */

import type { Ledger, Log, Role } from './app.js';
import type { Channel } from './channels/channel.js';
import type { Config } from './config/config.js';
import type { ChannelName } from './model.js';
import type { JobQueue } from './queue/queue.js';
import { bounded, createHealth, type Health } from './staff/health.js';
import type { Database } from './store/database.js';
import { createLookAfter, createNotes, type NeighbourNotes } from './workers/neighbours.js';
import { repeat } from './workers/repeat.js';

export interface LookAfterOptions {
  readonly config: Config;
  readonly database: Database;
  readonly queue: JobQueue;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  /** Whether this process sends. */
  readonly delivers: boolean;
  readonly log: Log;
  readonly now: () => Date;
}

/** Milliseconds between two looks. */
const every = 5_000;
/** Milliseconds in which the queue has to answer. */
const patience = 2_000;

export interface LookingAfter {
  readonly notes: NeighbourNotes;
  stop(): Promise<void>;
}

export function startLookingAfter(options: LookAfterOptions): LookingAfter {
  const { config, database, queue, delivers, log, now } = options;
  const notes = createNotes({ database, now });
  const answers = bounded(() => queue.check().then(() => true), patience);
  const used = delivers ? waysOut(config) : [];
  const lookAfter = createLookAfter({
    database,
    notes,
    queueAnswers: async () => (await answers()) === true,
    channels: new Map([...options.channels].filter(([name]) => used.includes(name))),
    now,
  });
  const looking = repeat(every, lookAfter, (error) =>
    log.debug({ error: String(error) }, 'The neighbours were not looked after.'),
  );
  return { notes, stop: () => looking.stop() };
}

/** Asks only for what a process of these roles uses. */
export async function openHealth(options: {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'queue'>;
  readonly roles: readonly Role[];
}): Promise<() => Promise<Health>> {
  const { config, ledger, roles } = options;
  const works = roles.some((role) => role !== 'web');
  return createHealth({
    database: ledger.database,
    ...(works && { queue: await ledger.queue() }),
    channels: roles.includes('deliver') ? waysOut(config) : [],
    works,
  });
}

/** The channels that need a neighbour to send over. */
function waysOut({ discord }: Config): ChannelName[] {
  return discord.channels.length > 0 ? ['email', 'discord'] : ['email'];
}
