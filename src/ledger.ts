/** Opens the ledger: the database with all that is kept beside it, and the queue where it is asked for. */

import type { Config, Environment } from './config/config.js';
import { journalOf, marksOf, mergeJournalOf } from './outside.js';
import type { JobQueue } from './queue/queue.js';
import { type Database, openDatabase } from './store/database.js';
import { openEmbedded } from './store/embedded.js';
import { keepAlive } from './store/embedded-alive.js';
import type { Marks } from './store/marks.js';
import { migrate } from './store/migrate.js';
import { whenThere } from './store/patience.js';
import type { Journal } from './subscribers/journal.js';
import { embeddedSecret, type Keys, openKeys } from './subscribers/keys.js';
import { createSubscribers, type Subscribers } from './subscribers/subscribers.js';

/** What the log is told: a sentence, and ids. Never an address or a secret. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}

/** Closes what was opened, the last first. One that fails does not keep the others open. */
export async function releaseAll(releasers: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const release of releasers.splice(0).reverse()) {
    await release().catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** The ledger, opened: all that the command line needs for looking and for most acts. */
export interface Ledger {
  readonly database: Database;
  readonly keys: Keys;
  readonly subscribers: Subscribers;
  /** Where leavings and suppressions are kept outside the database. */
  readonly journal: Journal;
  /** Brings into the ledger what the journal has and it lacks, and tells staff of that. */
  mergeJournal(): Promise<void>;
  /** How far the ledger has come, as it is kept outside the database. */
  marks(): Promise<Marks>;
  /** Opens the queue when it is first asked for. */
  queue(): Promise<JobQueue>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Log;
  readonly now: () => Date;
  /** A database or a queue that is away is waited for until this aborts; not at all where not given. */
  readonly waiting?: AbortSignal;
}

/** Opens the database (the embedded one where DATABASE_URL is not set), migrates it, and checks the secret. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { config, env, log, now, waiting } = options;
  const releasers: (() => Promise<unknown>)[] = [];
  const close = () => releaseAll(releasers);
  try {
    let url = env.databaseUrl;
    let revive = () => {};
    if (!url) {
      const say = (sentence: string) => log.info({}, sentence);
      const server = await openEmbedded({ dataDir: env.dataDir, say });
      releasers.push(() => server.close());
      url = server.url;
      revive = keepAlive(server, log);
    }
    const onError = (error: Error) => {
      log.warn({ error: error.message }, 'The database went away.');
      revive();
    };
    const database = openDatabase({ url, onError });
    releasers.push(() => database.close());
    await whenThere(() => migrate(database), {
      waiting,
      onAway: ({ message }) =>
        log.warn({ error: message }, 'The database does not answer. It is waited for.'),
    });
    const secret = env.secret ?? (await embeddedSecret(env.dataDir));
    const keys = await openKeys(database, secret, env.oldSecrets);
    const outside = { database, env, log, now };
    const journal = journalOf(outside);
    let marks: Promise<Marks> | undefined;
    const openMarks = async () => {
      const opened = await marksOf(outside);
      releasers.push(() => opened.close());
      return opened;
    };
    let queue: Promise<JobQueue> | undefined;
    const openJobs = async () => {
      // BullMQ takes its time to load, and most commands do without it.
      const { openQueue } = await import('./queue/queue.js');
      const open = () =>
        openQueue({
          databaseUrl: database.url,
          ...(env.redisUrl && { redisUrl: env.redisUrl }),
          onError: (error) => log.warn({ error: error.message }, 'A job or the queue failed.'),
        });
      const onAway = ({ message }: Error) => log.warn({}, `${message} It is waited for.`);
      const opened = await whenThere(open, { waiting, onAway });
      releasers.push(() => opened.close());
      return opened;
    };
    return {
      database,
      keys,
      subscribers: createSubscribers({
        database,
        keys,
        programs: config.programs,
        schedule: config.digest,
        now,
        unwantedDomains: config.subscribers.unwantedDomains,
        journal,
      }),
      journal,
      mergeJournal: () => mergeJournalOf(outside),
      marks() {
        marks ??= openMarks();
        return marks;
      },
      queue() {
        queue ??= openJobs();
        return queue;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
