/** Keeps an eye on the neighbours: what fails is noted at once, and told to staff when it lasts. */

import type { ChannelName } from '../model.js';
import { type Database, locks, type Queryable } from '../store/database.js';
import { recordEvent, wasRecorded } from '../store/events.js';
import {
  endFailing,
  endFailingDestinations,
  type FailingNeighbour,
  type NeighbourName,
  putFailing,
  takeTry,
  takeUnreported,
} from '../store/neighbours.js';
import { withoutAddresses } from '../subscribers/address.js';
import { closed } from '../templates/plain.js';
import { reportTroubles } from './troubles.js';
import { lasting } from './words.js';

/** Milliseconds: a neighbour that fails longer is told to staff. */
const patience = 60_000;
/** Milliseconds between two notes of the same, so that a note costs nothing where much is sent. */
const noteEvery = 10_000;
/** Milliseconds after which one that nothing is sent to any more is tried; retries come more often than that. */
const tryAfter = 10 * 60_000;

export interface NeighbourNotes {
  /** It was tried in vain; `why` is a full sentence. */
  fails(name: NeighbourName, why: string): Promise<void>;
  works(name: NeighbourName): Promise<void>;
}

export interface NotesOptions {
  readonly database: Database;
  readonly now: () => Date;
}

/**
 * Writes a change at once, and the same again every few seconds at most: of several processes, the last
 * word counts. Never rejects, as the next note says the same.
 */
export function createNotes({ database, now }: NotesOptions): NeighbourNotes {
  const last = new Map<NeighbourName, { works: boolean; at: number }>();

  async function note(name: NeighbourName, works: boolean, write: () => Promise<void>) {
    const before = last.get(name);
    if (before?.works === works && Date.now() - before.at < noteEvery) return;
    await write().then(
      () => last.set(name, { works, at: Date.now() }),
      () => last.delete(name),
    );
  }

  return {
    // What the other side says may name a mailbox.
    fails: (name, why) =>
      note(name, false, () =>
        putFailing(database, { name, message: withoutAddresses(why), at: now() }),
      ),
    works: (name) =>
      note(name, true, () =>
        database.transaction(async (tx) => {
          const ended = await endFailing(tx, name);
          if (ended) await tellEnd(tx, ended, now());
        }),
      ),
  };
}

export interface LookAfterOptions extends NotesOptions {
  readonly notes: NeighbourNotes;
  /** Whether the queue answers, and in time. */
  readonly queueAnswers: () => Promise<boolean>;
}

/** Looks at the database and the queue, and tells staff of what lasts. Rejects where the database is away. */
export function createLookAfter(options: LookAfterOptions): () => Promise<void> {
  const { database, notes, now } = options;
  let awaySince: Date | undefined;

  return async function lookAfter() {
    try {
      await database.query('select 1');
    } catch (error) {
      awaySince ??= now();
      throw error;
    }
    if (awaySince) await tellReturn(database, awaySince, now());
    awaySince = undefined;
    if (await options.queueAnswers()) await notes.works('queue');
    else {
      const why =
        'The queue does not answer. Look whether its server runs: REDIS_URL where it is set, and the database otherwise.';
      await notes.fails('queue', why);
    }
    await report();
  };

  /** One process at a time, and in one transaction: each thing is told once. */
  async function report() {
    const at = now();
    await database.transaction(async (tx) => {
      const { rows } = await tx.query('select pg_try_advisory_xact_lock($1) as held', [
        locks.report,
      ]);
      if (!rows[0].held) return;
      await reportTroubles(tx, at);
      for (const ended of await endFailingDestinations(tx)) await tellEnd(tx, ended, at);
      const before = new Date(at.getTime() - patience);
      for (const failing of await takeUnreported(tx, { before, at })) {
        await recordEvent(tx, {
          at,
          actor: 'schedule',
          kind: 'neighbour.failing',
          level: 'attention',
          subject: `neighbour:${failing.name}`,
          message: failingSentence(failing),
        });
      }
    });
  }
}

export interface ProbeOptions extends NotesOptions {
  readonly notes: NeighbourNotes;
  /** Those that this process sends over. */
  readonly channels: ReadonlyMap<ChannelName, { reach?(): Promise<string | undefined> }>;
}

/**
 * Tries the channels that fail and that nobody has tried for long: what was to be sent over them may have
 * been held, skipped or paused meanwhile, and then no delivery would ever find out that they are back.
 */
export function createProbe({ database, notes, channels, now }: ProbeOptions): () => Promise<void> {
  return async function probe() {
    for (const [name, channel] of channels) {
      const at = now();
      const before = new Date(at.getTime() - tryAfter);
      if (!channel.reach || !(await takeTry(database, name, { before, at }))) continue;
      const why = await channel.reach();
      if (why !== undefined) await notes.fails(name, why);
      else await notes.works(name);
    }
  };
}

function failingSentence({ name, title, message }: FailingNeighbour): string {
  if (name.startsWith('destination:')) {
    return `${closed(message)} What it refused can be sent again afterwards: see "broadsheet resend --help".`;
  }
  const kept = name === 'queue' ? 'Nothing is lost' : 'What waits for it is kept';
  const but = name === 'email' || name === 'discord' ? ' (alerts within catchUp.alertsWithin)' : '';
  return `${title} has failed for over a minute. ${closed(message)} ${kept}, and goes out when it is back${but}.`;
}

async function tellEnd(tx: Queryable, ended: FailingNeighbour, at: Date): Promise<void> {
  if (!ended.reportedAt) return;
  await recordEvent(tx, {
    at,
    actor: 'schedule',
    kind: 'neighbour.back',
    level: 'info',
    subject: `neighbour:${ended.name}`,
    message: `${ended.title} works again, after ${lasting(ended.since, at)}.`,
  });
}

/** Of the processes that missed the database, the first to find it again tells. */
async function tellReturn(database: Database, since: Date, at: Date): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [locks.report]);
    const event = { kind: 'neighbour.back', subject: 'neighbour:database' };
    if (await wasRecorded(tx, { ...event, since })) return;
    const message = `The database works again, after ${lasting(since, at)}.`;
    await recordEvent(tx, {
      at,
      actor: 'schedule',
      ...event,
      level: 'info',
      message,
    });
  });
}
