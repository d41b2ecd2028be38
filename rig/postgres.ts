/** A PostgreSQL of the run's own, on loopback: Debian's where there is one, else the embedded binaries. */

import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import {
  findBinaries,
  type ServerBinaries,
  serverAccount,
} from '../src/store/embedded-binaries.js';
import { eventually, execute, freePort } from './child.js';

export interface Postgres {
  /** Of an empty database. */
  readonly url: string;
  /** Resolves when the server is down. `immediate` is what a crash looks like to its clients and its disk. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again in the same place. Resolves when it answers. */
  start(): Promise<void>;
}

const debian = '/usr/lib/postgresql';

const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
`;

export async function startPostgres(directory: string): Promise<Postgres> {
  // As root the server runs as another user, who owns the data.
  const account = await serverAccount();
  const home = join(directory, 'postgres');
  await mkdir(home);
  await chmod(home, 0o700);
  if (account) await chown(home, account.uid, account.gid);
  const as = { ...account?.identity, cwd: home };
  const { initdb, pgCtl } = debianBinaries() ?? (await findBinaries(account, home, () => {}));
  const cluster = join(home, 'cluster');
  const port = await freePort();
  const url = `postgres://broadsheet@127.0.0.1:${port}/postgres`;
  // biome-ignore format: one option a line says less than the command as it is typed
  await execute(initdb, ['-D', cluster, '-U', 'broadsheet', '-A', 'trust', '-E', 'UTF8', '--locale=C'], as);
  await writeFile(join(cluster, 'postgresql.auto.conf'), settings, { flag: 'a' });

  const control = (...args: string[]) =>
    execute(pgCtl, [...args, '-D', cluster, '-w', '-t', '60', '-s'], as);

  async function start() {
    await control('start', '-l', join(home, 'server.log'), '-o', `-p ${port}`);
    await eventually(() => answers(url), {
      every: 20,
      within: 60_000,
      otherwise: `PostgreSQL does not answer. Its log is ${join(home, 'server.log')}.`,
    });
  }

  await start();
  return {
    url,
    start,
    stop: async (mode) => void (await control('stop', '-m', mode)),
  };
}

function debianBinaries(): ServerBinaries | undefined {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const [newest] = versions
    .map((version) => join(debian, version, 'bin'))
    .filter((bin) => existsSync(join(bin, 'initdb')))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return newest ? { initdb: join(newest, 'initdb'), pgCtl: join(newest, 'pg_ctl') } : undefined;
}

async function answers(url: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}
