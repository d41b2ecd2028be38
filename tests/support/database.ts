import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';

/** A new, empty database, which is dropped when the test is over. */
export async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  return url;
}

async function createDatabase() {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await once(server, `create database ${name}`);
  return {
    url: server.replace(/\/[^/]*$/, `/${name}`),
    drop: () => once(server, `drop database ${name} with (force)`),
  };
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** A ledger of the test's own, migrated and empty. */
export async function testLedger(): Promise<Database> {
  const url = await emptyDatabase();
  const database = openDatabase({ url });
  onTestFinished(() => database.close());
  await migrate(database);
  return database;
}

/** A ledger for all tests of a file, to be opened in a hook; `close` drops it. */
export async function sharedLedger(): Promise<{ database: Database; close: () => Promise<void> }> {
  const { url, drop } = await createDatabase();
  const database = openDatabase({ url });
  await migrate(database);
  const close = async () => {
    await database.close();
    await drop();
  };
  return { database, close };
}
