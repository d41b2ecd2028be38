import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { serverAccount } from '../../src/store/embedded-binaries.js';
import { freePort } from './service.js';

const run = promisify(execFile);
const versions = '/usr/lib/postgresql';

/** Whether this machine has Debian's PostgreSQL; "apt-get install postgresql" brings it. */
export const postgresPresent = existsSync('/usr/bin/pg_dump') && existsSync(versions);

/** A PostgreSQL of the test's own, on loopback, with an empty database of an ordinary user; gone when the test is over. */
export async function startPostgres(): Promise<{ url: string; directory: string }> {
  const [newest = ''] = (await readdir(versions)).sort((a, b) => Number(b) - Number(a));
  const tool = (name: string) => join(versions, newest, 'bin', name);
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-postgres-'));
  const account = await serverAccount();
  await chmod(directory, 0o755);
  if (account) await chown(directory, account.uid, account.gid);
  const cluster = join(directory, 'cluster');
  const port = await freePort();
  const as = { ...account?.identity, cwd: directory };
  await run(tool('initdb'), ['-D', cluster, '-A', 'trust', '-U', 'owner', '-N'], as);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  await run(
    tool('pg_ctl'),
    ['start', '-D', cluster, '-l', join(directory, 'log'), '-w', '-o', options],
    as,
  );
  onTestFinished(async () => {
    await run(tool('pg_ctl'), ['stop', '-D', cluster, '-m', 'immediate', '-w'], as);
    await rm(directory, { recursive: true, force: true });
  });
  const server = `postgres://owner@127.0.0.1:${port}/postgres`;
  await run('psql', [
    server,
    '-q',
    '-c',
    'create role guest login',
    '-c',
    'create database broadsheet owner guest',
  ]);
  return { url: `postgres://guest@127.0.0.1:${port}/broadsheet`, directory };
}
