/** A PostgreSQL server of the tests' own, which they may stop and start. */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../rig/child.js';
import {
  findBinaries,
  type ServerBinaries,
  serverAccount,
} from '../../src/store/embedded-binaries.js';

const run = promisify(execFile);

/** Where Debian's packages put their versions; "apt-get install postgresql" brings one. */
const packaged = '/usr/lib/postgresql';

export interface PostgresServer {
  /** The URL of a database in it. */
  url(database: string): string;
  /** Ends every connection and the server at once, as a power cut would (`pg_ctl stop -m immediate`). */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and deletes what it stored. */
  close(): Promise<void>;
}

/** Debian's PostgreSQL where there is one, as it is older than the embedded one; else that. */
async function binaries(home: string): Promise<ServerBinaries> {
  const versions = existsSync(packaged) ? readdirSync(packaged) : [];
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  const bin = newest && join(packaged, newest, 'bin');
  if (bin && existsSync(join(bin, 'initdb'))) {
    return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl') };
  }
  return findBinaries(await serverAccount(), home, () => {});
}

/** Starts one. `directory` is where it stores its data: a new one in the temporary folder by default. */
export async function startPostgres(directory?: string): Promise<PostgresServer> {
  const account = await serverAccount();
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'broadsheet-postgres-')));
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  if (account) await chown(home, account.uid, account.gid);
  const { initdb, pgCtl } = await binaries(home);
  const as = { ...account?.identity, cwd: '/' };
  const cluster = join(home, 'cluster');
  const port = await freePort();
  await run(
    initdb,
    ['-D', cluster, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    as,
  );
  await writeFile(
    join(cluster, 'postgresql.auto.conf'),
    `listen_addresses = '127.0.0.1'\nport = ${port}\nunix_socket_directories = ''\n`,
    { flag: 'a' },
  );
  const control = (...args: string[]) => run(pgCtl, [...args, '-D', cluster, '-w', '-s'], as);
  const stop = async () => void (await control('stop', '-m', 'immediate'));
  const start = async () => void (await control('start', '-l', join(home, 'server.log')));
  await start();
  return {
    url: (database) => `postgres://test@127.0.0.1:${port}/${database}`,
    stop,
    start,
    async close() {
      await stop().catch(() => {}); // A test may have left it stopped.
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs one statement, on a connection of its own. */
// biome-ignore lint/suspicious/noExplicitAny: rows are whatever the statement says
export async function sql(url: string, statement: string): Promise<any[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=broadsheet' });
  client.on('error', () => {}); // Some tests stop the server meanwhile.
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
