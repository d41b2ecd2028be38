/** The connection to PostgreSQL that every table's module is given. */

import pg from 'pg';

/** What runs a query: the pool, or one client inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/**
 * A statement that is planned once for each connection, for those that run a hundred times a second.
 * @returns what `query` takes, with the values
 */
export function prepared(name: string, text: string) {
  return (values: unknown[]): pg.QueryConfig => ({ name, text, values });
}

export interface Database extends Queryable {
  readonly url: string;
  /** Runs `work` in one transaction: commits its result, or rolls back what it threw. */
  transaction<T>(work: (client: Queryable) => Promise<T>): Promise<T>;
  /** A connection of one's own, outside the pool, for what belongs to a session. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Tables live in a schema of their own, so that Broadsheet can share a database. */
export const schema = 'broadsheet';

/**
 * What a connection sets when it opens: its schema, and that nothing is compiled. PostgreSQL would compile
 * statements whose cost it guesses to be high, which takes a third of a second, and ours are done long before.
 */
export const sessionOptions = (searchPath: string) => `-c search_path=${searchPath} -c jit=off`;

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; 8 where not given. */
  readonly connections?: number;
  /** Told of connections that broke while idle. The pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

export function openDatabase(options: DatabaseOptions): Database {
  const settings: pg.ClientConfig = {
    connectionString: options.url,
    application_name: 'broadsheet',
    options: sessionOptions(schema),
    connectionTimeoutMillis: 10_000,
  };
  const pool = new pg.Pool({ ...settings, max: options.connections ?? 8 });
  const onError = options.onError ?? (() => {});
  pool.on('error', onError);
  return {
    url: options.url,
    query: pool.query.bind(pool),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // The pool listens to idle clients only: without this, a connection that breaks in here would end
      // the process. The query that finds it broken tells.
      const onBroken = (error: Error) => {
        broken = error;
      };
      client.on('error', onBroken);
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.off('error', onBroken);
        client.release(broken);
      }
    },
    async connect() {
      const client = new pg.Client({ ...settings, keepAlive: true });
      client.on('error', onError);
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

/** Keys of advisory locks. One-number locks: */
export const locks = {
  /** Held while the schema is migrated. */
  migration: 7_301_001,
  /** Held from taking a number in the order of release until its commit. */
  release: 7_301_002,
  /** First of two numbers; the second is the process's number. Held as long as it lives. */
  process: 7_301_003,
  /** Held while windows are closed. */
  windows: 7_301_004,
  /** Held while a poll is stored, so that polls recognise what each of them brought. */
  identity: 7_301_008,
  /** Held while staff are told in events of what fails. */
  report: 7_301_006,
  /** Held while events are marked as told to staff. */
  tell: 7_301_007,
} as const;

/** Runs `work` while no other session holds the lock; undefined, and nothing was done, where one does. */
export async function exclusively<T>(
  database: Database,
  lock: number,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const client = await database.connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as held', [lock]);
    return rows[0].held ? await work() : undefined;
  } finally {
    await client.end();
  }
}
