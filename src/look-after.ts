/** What a process does beside its work: it keeps an eye on the neighbours, tells staff, and tells of its health. */

import type { Role } from './app.js';
import type { Channel } from './channels/channel.js';
import type { Config } from './config/config.js';
import type { Ledger, Log } from './ledger.js';
import type { ChannelName } from './model.js';
import { bounded, createHealth, type Health } from './staff/health.js';
import { keepWays } from './store/told.js';
import type { Keys } from './subscribers/keys.js';
import { createWriteLetters } from './workers/letters.js';
import {
  createLookAfter,
  createNotes,
  createProbe,
  type NeighbourNotes,
} from './workers/neighbours.js';
import { repeat } from './workers/repeat.js';
import { createSilenceAlarm } from './workers/silence.js';
import { createTell, type Way } from './workers/tell.js';

interface Options {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'keys' | 'queue'>;
  readonly roles: readonly Role[];
}

export interface LookAfterOptions extends Options {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly log: Log;
  readonly now: () => Date;
}

/** Milliseconds between two looks. */
const every = 5_000;
/** Milliseconds: whoever signs up waits for a letter. */
const lettersEvery = 1_000;
/** Milliseconds: a silence is counted in days. */
const silencesEvery = 10 * 60_000;
/** Milliseconds in which the queue has to answer. */
const patience = 2_000;

export interface LookingAfter {
  readonly notes: NeighbourNotes;
  stop(): Promise<void>;
}

/** For a process that works; only one that delivers tries channels and tells staff. */
export async function startLookingAfter(options: LookAfterOptions): Promise<LookingAfter> {
  const { config, ledger, roles, channels, log, now } = options;
  const { database, keys } = ledger;
  const queue = await ledger.queue();
  const notes = createNotes({ database, now });
  const answers = bounded(() => queue.check().then(() => true), patience);
  const queueAnswers = async () => (await answers()) === true;
  // Each by itself, as each may wait long for what hangs.
  const tasks = [createLookAfter({ database, notes, queueAnswers, now })];
  if (roles.includes('deliver')) {
    const ways = waysToStaff(config, keys);
    await keepWays(
      database,
      ways.map(({ id }) => id),
    );
    tasks.push(createProbe({ database, channels, notes, now }));
    tasks.push(createTell({ database, channels, ways, notes, now }));
  }
  const repeated = tasks.map((task) =>
    repeat(every, task, (error) =>
      log.debug({ error: String(error) }, 'The neighbours were not looked after.'),
    ),
  );
  if (roles.includes('deliver')) {
    const writeLetters = createWriteLetters({ database, channels, notes, now });
    const onError = (error: unknown) =>
      log.warn({ error: String(error) }, 'Letters could not be sent.');
    repeated.push(repeat(lettersEvery, writeLetters, onError));
  }
  if (roles.includes('watch')) {
    const { feeds, programs, newsroom } = config;
    const { timezone } = newsroom;
    const lookForSilences = createSilenceAlarm({ database, feeds, programs, timezone, now });
    const onError = (error: unknown) =>
      log.debug({ error: String(error) }, 'Silences were not looked for.');
    const looking = repeat(silencesEvery, lookForSilences, onError);
    // At once too: a service that is often started again would never come to it.
    looking.now();
    repeated.push(looking);
  }
  return {
    notes,
    async stop() {
      await Promise.all(repeated.map((one) => one.stop()));
    },
  };
}

/** Asks only for what a process of these roles uses. */
export async function openHealth({
  config,
  ledger,
  roles,
}: Options): Promise<() => Promise<Health>> {
  const works = roles.some((role) => role !== 'web');
  return createHealth({
    database: ledger.database,
    ...(works && { queue: await ledger.queue() }),
    channels: roles.includes('deliver') ? waysOut(config) : [],
    works,
  });
}

/** The channels that need a neighbour to send over. */
function waysOut({ discord, staff }: Config): ChannelName[] {
  const posts = discord.channels.length > 0 || staff.discordChannel !== undefined;
  return posts ? ['email', 'discord'] : ['email'];
}

/** Each mailbox is a way of its own, so that one that takes no mail keeps nothing from the others. */
function waysToStaff({ staff }: Config, keys: Pick<Keys, 'addressHash'>): Way[] {
  const way = (channel: ChannelName, address: string): Way => {
    const hash = keys.addressHash(channel, address).toString('hex').slice(0, 16);
    return { id: `${channel}:${hash}`, channel, address };
  };
  const mailboxes = staff.mail.map((address) => way('email', address));
  return staff.discordChannel ? [...mailboxes, way('discord', staff.discordChannel)] : mailboxes;
}
