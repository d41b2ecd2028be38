/** The three combinations that Broadsheet runs on, as the tests of whole services start them. */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type PostgresServer, sql, startPostgres } from './postgres-server.js';
import { type RedisServer, redisPresent, startRedisServer } from './redis.js';
import type { ServiceRoom } from './service.js';

export interface Engine {
  readonly name: 'embedded' | 'PostgreSQL' | 'PostgreSQL with Redis';
  /** The command that brings what is missing here; undefined where nothing is. */
  readonly missing: string | undefined;
  /** Brings its servers up for one test. */
  start(): Promise<StartedEngine>;
}

export interface StartedEngine {
  /** For the environment of a room's services. */
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined where Broadsheet runs its own. */
  readonly postgres?: PostgresServer;
  readonly redis?: RedisServer;
  /** Runs a statement on the ledger of a room whose service runs. */
  sql(room: ServiceRoom, statement: string): ReturnType<typeof sql>;
  /** Ends the database at once, as a power cut would. Broadsheet starts its own again by itself. */
  killDatabase(room: ServiceRoom): Promise<void>;
  /** Takes every job and schedule from the queue. */
  flushQueue(room: ServiceRoom): Promise<void>;
}

/** The engines, for the test file that calls it: its tests share one server of PostgreSQL. */
export function useEngines(): readonly Engine[] {
  let server: Promise<PostgresServer> | undefined;
  afterAll(async () => (await server)?.close());

  async function onServer(redis?: RedisServer): Promise<StartedEngine> {
    server ??= startPostgres();
    const postgres = await server;
    const name = `test_${randomBytes(6).toString('hex')}`;
    await sql(postgres.url('postgres'), `create database ${name}`);
    const url = postgres.url(name);
    return {
      variables: {
        DATABASE_URL: url,
        BROADSHEET_SECRET: 'a secret of the tests, which is long enough',
        ...(redis && { REDIS_URL: redis.url }),
      },
      postgres,
      ...(redis && { redis }),
      sql: (_room, statement) => sql(url, statement),
      killDatabase: () => postgres.stop(),
      flushQueue: () => (redis ? redis.flush() : emptyQueue(url)),
    };
  }

  return [
    {
      name: 'embedded',
      missing: undefined,
      async start() {
        const of = async (room: ServiceRoom) => (await embedded(room)).url;
        return {
          variables: {},
          sql: async (room, statement) => sql(await of(room), statement),
          killDatabase: async (room) => void process.kill((await embedded(room)).pid, 'SIGQUIT'),
          flushQueue: async (room) => emptyQueue(await of(room)),
        };
      },
    },
    { name: 'PostgreSQL', missing: undefined, start: () => onServer() },
    {
      name: 'PostgreSQL with Redis',
      missing: redisPresent ? undefined : 'apt-get install redis-server',
      start: async () => onServer(await startRedisServer()),
    },
  ];
}

/** Empties BullMQ's tables, but for what it notes of itself. */
async function emptyQueue(url: string): Promise<void> {
  const [{ tables }] = await sql(
    url,
    `select string_agg(format('bullmq.%I', table_name), ', ') as tables from information_schema.tables
     where table_schema = 'bullmq' and table_name not in ('migration', 'meta')`,
  );
  await sql(url, `truncate ${tables}`);
}

/** The database that runs in the room's DATA_DIR. */
async function embedded({ directory }: ServiceRoom): Promise<{ url: string; pid: number }> {
  const own = join(directory, 'data/postgres');
  const password = await readFile(join(own, 'password'), 'utf8');
  const location = await readFile(join(own, 'location'), 'utf8').catch(() => own);
  const lines = (await readFile(join(location, 'cluster/postmaster.pid'), 'utf8')).split('\n');
  const url = `postgres://broadsheet:${password}@127.0.0.1:${lines[3]}/broadsheet`;
  return { url, pid: Number(lines[0]) };
}
