/**
 * The queue: BullMQ on Redis, or on the ledger's own PostgreSQL. Jobs carry ids and are only hints: what
 * is to be done stands in the ledger, and the reconciler makes every job again.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPostgresBackend,
  type Job,
  type PgPool,
  type Queue,
  Queue as RedisQueue,
  Worker as RedisWorker,
  runMigrations,
  type Worker,
  withBackend,
} from 'bullmq';
import pg from 'pg';
import type { ChannelName, EditionId, FeedId, Finding } from '../model.js';
import { sessionOptions } from '../store/database.js';
import { persistently } from '../store/patience.js';
import { connectRedis, judgeRedis, redisInfo } from './redis.js';

/** Bring one edition out on one channel. */
export interface DeliverJob {
  readonly editionId: EditionId;
  readonly channel: ChannelName;
}

/** The queues, and what their jobs carry. Each channel has its own, so that none waits behind another's readers. */
export interface Jobs extends Readonly<Record<`deliver-${ChannelName}`, DeliverJob>> {
  /** Poll one feed; `forced` also before its next poll is due. */
  watch: { readonly feedId: FeedId; readonly forced?: boolean };
  /** Release what is due, and freeze and assemble its editions. */
  assemble: Record<string, never>;
}
export type QueueName = keyof Jobs;

export interface AddOptions {
  /** A job is not added while one of this id waits or runs. */
  readonly id?: string;
  /** Milliseconds. */
  readonly delay?: number;
}

/** How many jobs of a queue are in a state. */
export interface QueueDepth {
  readonly queue: QueueName;
  readonly state: (typeof unfinished)[number];
  readonly jobs: number;
}

export interface JobQueue {
  add<N extends QueueName>(name: N, data: Jobs[N], options?: AddOptions): Promise<void>;
  /** Adds a job to the queue of its channel. */
  deliver(job: DeliverJob, options?: AddOptions): Promise<void>;
  /** Adds a job at an interval (milliseconds), from now on; with the same interval again it changes nothing. */
  schedule<N extends QueueName>(name: N, id: string, every: number, data: Jobs[N]): Promise<void>;
  /** Ends the schedules of a queue but these. */
  keepSchedules(name: QueueName, ids: readonly string[]): Promise<void>;
  /** Works off a queue's jobs. A job whose processor throws is dropped: the reconciler makes it again. */
  work<N extends QueueName>(
    name: N,
    process: (data: Jobs[N]) => Promise<void>,
    concurrency: number,
  ): Promise<void>;
  /** Throws where the queue does not answer. Where it hangs, so does this: the caller sets a limit. */
  check(): Promise<void>;
  /** What is wrong with how the server of the queue is set up, or that nothing is. Throws where it does not answer. */
  examine(): Promise<readonly Finding[]>;
  /** How many jobs wait, run, or wait for their moment. Where the queue hangs, so does this. */
  depth(): Promise<readonly QueueDepth[]>;
  /** Stops taking jobs; resolves when those under way are done. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface QueueOptions {
  /** The queue is on Redis where given, and on this database otherwise. */
  readonly redisUrl?: string;
  readonly databaseUrl: string;
  readonly onError: (error: Error) => void;
}

/** Milliseconds by which a schedule may be behind: a job may wait for others, or run for long. */
const lateness = 120_000;

/** Milliseconds after which a worker asks again for a job where the queue could not be asked. */
const askAgain = 1_000;

/** Milliseconds for which the end of a job is written again and again. */
const finishFor = 10 * 60_000;

/** BullMQ's own schema in the database. */
const schema = 'bullmq';

const all: Readonly<Record<QueueName, true>> = {
  watch: true,
  assemble: true,
  'deliver-email': true,
  'deliver-discord': true,
  'deliver-rss': true,
};
const names = Object.keys(all) as QueueName[];

/** BullMQ's states of a job that is to be done. */
const unfinished = ['waiting', 'active', 'delayed'] as const;

/** Finished jobs are not kept: a kept one would block the next job of its id. */
const finished = { removeOnComplete: true, removeOnFail: true } as const;

interface Backend {
  examine(): Promise<readonly Finding[]>;
  queue(name: string): Queue;
  worker(name: string, processor: (job: Job) => Promise<void>, concurrency: number): Worker;
  /** Whether it is connected, as far as the client knows. */
  connected(): boolean;
  close(): Promise<void>;
}

export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const stopping = new AbortController();
  const backend = options.redisUrl
    ? await redisBackend(options.redisUrl, options.onError)
    : await postgresBackend(options.databaseUrl, options.onError, stopping.signal);
  const queues = new Map<QueueName, Promise<Queue>>();
  const workers: Worker[] = [];

  function queue(name: QueueName): Promise<Queue> {
    let found = queues.get(name);
    if (!found) {
      found = open(name);
      queues.set(name, found);
    }
    return found;
  }

  async function open(name: QueueName): Promise<Queue> {
    const opened = backend.queue(name);
    opened.on('error', options.onError);
    try {
      await opened.waitUntilReady();
      return opened;
    } catch (error) {
      // BullMQ never gets ready again after it failed to once (6.7.0).
      queues.delete(name);
      await opened.close().catch(() => {});
      throw error;
    }
  }

  let closing: Promise<void> | undefined;

  async function close() {
    await stop();
    await Promise.allSettled([...queues.values()].map(async (one) => (await one).close()));
    await backend.close();
  }

  async function stop() {
    stopping.abort();
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  }

  const add: JobQueue['add'] = async (name, data, { id, delay } = {}) => {
    await (await queue(name)).add(name, data, {
      ...finished,
      ...(id && { jobId: id }),
      ...(delay && { delay }),
    });
  };

  return {
    add,
    deliver: (job, options) => add(`deliver-${job.channel}`, job, options),
    async schedule(name, id, every, data) {
      const there = await (await queue(name)).getJobScheduler(id);
      // Written again it would begin anew, and one that is written often would never run. One whose
      // moment is long past has lost its job, and nothing else would ever start it again.
      const late = Date.now() - (there?.next ?? 0) > every + lateness;
      if (there?.every === every && !late) return;
      await (await queue(name)).upsertJobScheduler(id, { every }, { name, data, opts: finished });
    },
    async keepSchedules(name, ids) {
      for (const { key } of await (await queue(name)).getJobSchedulers()) {
        if (!ids.includes(key)) await (await queue(name)).removeJobScheduler(key);
      }
    },
    async work(name, process, concurrency) {
      const worker = backend.worker(name, (job) => process(job.data), concurrency);
      worker.on('error', options.onError);
      worker.on('failed', (_job, error) => options.onError(error));
      workers.push(worker);
      await worker.waitUntilReady();
    },
    async check() {
      // Asked now, ioredis would wait for as long as Redis is away.
      if (!backend.connected()) throw new Error('There is no connection to the queue.');
      await (await queue('assemble')).getJobCounts();
    },
    examine: backend.examine,
    async depth() {
      const counted = await Promise.all(
        names.map(async (name) => {
          const counts = await (await queue(name)).getJobCounts(...unfinished);
          return unfinished.map((state) => ({ queue: name, state, jobs: counts[state] ?? 0 }));
        }),
      );
      return counted.flat();
    },
    stop,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function redisBackend(url: string, onError: (error: Error) => void): Promise<Backend> {
  const connection = await connectRedis(url, onError);
  // BullMQ asks INFO too, and fails where that is not permitted.
  const skipVersionCheck = (await redisInfo(connection)) === undefined;
  const prefix = 'broadsheet';
  return {
    examine: async () => judgeRedis(await redisInfo(connection)),
    queue: (name) => new RedisQueue(name, { connection, prefix, skipVersionCheck }),
    worker: (name, processor, concurrency) =>
      new RedisWorker(name, processor, {
        connection,
        prefix,
        concurrency,
        runRetryDelay: askAgain,
        skipVersionCheck,
      }),
    connected: () => connection.status === 'ready',
    close: async () => {
      // With Redis away, "quit" would wait for it for ever.
      if (connection.status !== 'ready') connection.disconnect();
      else await connection.quit().catch(() => connection.disconnect());
    },
  };
}

async function postgresBackend(
  url: string,
  onError: (error: Error) => void,
  stopping: AbortSignal,
): Promise<Backend> {
  // One pool for all queues. Each worker keeps one connection of it for LISTEN.
  const connection = new pg.Pool({
    connectionString: url,
    application_name: 'broadsheet queue',
    options: sessionOptions(schema),
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    max: 16,
  });
  // Each queue and each worker listens, and Node would warn of a leak at the eleventh.
  connection.setMaxListeners(50);
  connection.on('error', onError);
  try {
    const client = await connection.connect();
    try {
      await runMigrations(client, schema);
    } finally {
      client.release();
    }
  } catch (error) {
    await connection.end();
    throw error;
  }
  const { Queue, Worker } = withBackend(patientBackend(stopping));
  // The declarations of pg and BullMQ differ only in what `undefined` may stand for.
  const shared = connection as unknown as PgPool;
  return {
    async examine() {
      await connection.query('select 1');
      return [{ subject: 'queue', level: 'ok', message: 'It answers, on the same PostgreSQL.' }];
    },
    queue: (name) => new Queue(name, { connection: shared }) as unknown as Queue,
    worker: (name, processor, concurrency) =>
      new Worker(name, processor, {
        connection: shared,
        concurrency,
        runRetryDelay: askAgain,
      }) as unknown as Worker,
    connected: () => true,
    close: () => connection.end(),
  };
}

/**
 * BullMQ's backend on PostgreSQL, with patience while the database is away or full. By itself a worker
 * would ask for the next job again without a pause, and a job whose end was not written would stand in
 * the way of the next one of its id until it counts as stalled.
 */
function patientBackend(stopping: AbortSignal): typeof createPostgresBackend {
  return (...options) => {
    const backend = createPostgresBackend(...options);
    const { moveToActive, moveToCompleted, moveToFailed } = backend;
    backend.moveToActive = async (...job) => {
      try {
        return await moveToActive.apply(backend, job);
      } catch (error) {
        await sleep(askAgain, undefined, { signal: stopping }).catch(() => {});
        throw error;
      }
    };
    const trying = { stopping, for: finishFor };
    backend.moveToCompleted = (...job) =>
      persistently(() => moveToCompleted.apply(backend, job), trying);
    backend.moveToFailed = (...job) => persistently(() => moveToFailed.apply(backend, job), trying);
    return backend;
  };
}
