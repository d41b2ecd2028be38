/** Brings the ledger's schema up to date. A new migration is a numbered file in migrations/. */

import { readdirSync, readFileSync } from 'node:fs';
import { type Database, locks, type Queryable, schema } from './database.js';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const directory = new URL('./migrations/', import.meta.url);

function migrations(): Migration[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      version: Number.parseInt(name, 10),
      name,
      sql: readFileSync(new URL(name, directory), 'utf8'),
    }));
}

/**
 * Applies what is missing, each migration in a transaction of its own with its mark. Several
 * processes may start at once: they wait for each other. Throws where the schema is newer than this
 * Broadsheet, or where PostgreSQL is older than 13.
 */
export async function migrate(database: Database): Promise<void> {
  const client = await database.connect().catch((error) => {
    throw new Error(
      `The database cannot be used (${error.message}). Look whether its server runs, and mend DATABASE_URL where that is set.`,
      { cause: error },
    );
  });
  try {
    const { rows: about } = await client.query('show server_version_num');
    if (Number(about[0].server_version_num) < 130_000) {
      throw new Error(
        'Broadsheet needs PostgreSQL 13 or newer. Point DATABASE_URL at a newer server.',
      );
    }
    await client.query('select pg_advisory_lock($1)', [locks.migration]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(
      `create table if not exists migrations (
         version integer primary key, name text not null, applied_at timestamptz not null default now()
       )`,
    );
    const { rows } = await client.query('select version from migrations');
    const applied = new Set<number>(rows.map(({ version }) => version));
    const known = migrations();
    const unknown = [...applied].find((version) => !known.some((one) => one.version === version));
    if (unknown !== undefined) {
      throw new Error(
        `The database's schema (${unknown}) is newer than this Broadsheet knows (${known.at(-1)?.version ?? 0}). Start a newer Broadsheet on it.`,
      );
    }
    for (const migration of known.filter(({ version }) => !applied.has(version))) {
      await client.query('begin');
      await client.query(migration.sql);
      await client.query('insert into migrations (version, name) values ($1, $2)', [
        migration.version,
        migration.name,
      ]);
      await client.query('commit');
    }
  } finally {
    await client.end(); // Frees the lock, and rolls back what was begun.
  }
}

/** When the ledger was made. */
export async function madeAt(db: Queryable): Promise<Date> {
  return (await db.query('select min(applied_at) as at from migrations')).rows[0].at;
}
