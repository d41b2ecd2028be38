/**
 * Which processes are alive. Each holds the advisory lock of its number on a connection of its own, so
 * PostgreSQL knows of a death the moment the connection breaks, and what the dead one had claimed is
 * free at once. Safety does not rest on it: a process that only lost its connection finds at the next
 * step that its claim is gone (deliveries.ts).
 */

import { hostname } from 'node:os';
import { type Database, locks } from './database.js';

export interface LiveProcess {
  /** The number that claims are made under. */
  readonly number: number;
  close(): Promise<void>;
}

/** `roles` is for staff to read: `cli`, or what a service runs. */
export async function joinProcesses(
  database: Database,
  roles: readonly string[],
): Promise<LiveProcess> {
  const { rows } = await database.query(`select nextval('process_number')::int as number`);
  const number: number = rows[0].number;
  let closed = false;
  let client = await hold();

  async function hold() {
    const fresh = await database.connect();
    try {
      await fresh.query('select pg_advisory_lock($1, $2)', [locks.process, number]);
      // Again too, as whoever thought it dead may have forgotten it.
      await fresh.query(
        `insert into processes (number, host, pid, roles) values ($1, $2, $3, $4)
         on conflict (number) do nothing`,
        [number, hostname(), process.pid, roles],
      );
    } catch (error) {
      await fresh.end().catch(() => {});
      throw error;
    }
    fresh.once('end', () => {
      if (!closed) void holdAgain();
    });
    return fresh;
  }

  async function holdAgain() {
    while (!closed) {
      try {
        client = await hold();
        if (closed) await client.end();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  return {
    number,
    async close() {
      closed = true;
      await database.query('delete from processes where number = $1', [number]).catch(() => {});
      await client.end();
    },
  };
}

/** Seconds that a process has after a restart of the database to take its lock again. */
const grace = 10;

/**
 * SQL for "the process of this number is alive". A restart of the database takes every lock from its
 * process, so those that joined before have a grace, or the first one back would rob the others.
 */
export const isAlive = (number: string) =>
  `(exists (select from pg_locks where locktype = 'advisory' and granted
     and database = (select oid from pg_database where datname = current_database())
     and classid = ${locks.process} and objid = ${number} and objsubid = 2)
   or exists (select from processes joined where joined.number = ${number}
     and joined.started_at < pg_postmaster_start_time()
     and pg_postmaster_start_time() > now() - interval '${grace} seconds'))`;

export interface ProcessRow {
  readonly number: number;
  readonly host: string;
  readonly pid: number;
  readonly roles: readonly string[];
  readonly startedAt: Date;
}

/** The processes that are alive now. Forgets the dead. */
export async function liveProcesses(database: Database): Promise<ProcessRow[]> {
  await database.query(`delete from processes p where not ${isAlive('p.number')}`);
  const { rows } = await database.query(
    `select number, host, pid, roles, started_at as "startedAt" from processes order by number`,
  );
  return rows;
}
