import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmbedded } from '../../src/store/embedded.js';
import { findBinaries, packagedBinaries } from '../../src/store/embedded-binaries.js';

const run = promisify(execFile);

async function dataDir(name = 'data'): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'broadsheet embedded '));
  // Root's server runs as another user, who has to get in.
  await chmod(parent, 0o755);
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return join(parent, name);
}

async function ask(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded database', () => {
  it('starts in a path with spaces, keeps its data, and stops with the last one out', async () => {
    const dir = await dataDir('with spaces');
    const first = await openEmbedded({ dataDir: dir });
    await ask(first.url, 'create table kept (x int); insert into kept values (1)');
    const second = await openEmbedded({ dataDir: dir });
    expect(second.url).toBe(first.url);
    const guest = new pg.Client({ connectionString: second.url });
    await guest.connect();
    await first.close();
    expect((await guest.query('select x from kept')).rows).toEqual([{ x: 1 }]);
    await guest.end();
    await second.close();
    await expect(ask(second.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    const again = await openEmbedded({ dataDir: dir });
    expect(await ask(again.url, 'select x from kept')).toEqual([{ x: 1 }]);
    await again.close();
  });

  it('is made once when several processes start at the same moment', async () => {
    const dir = await dataDir();
    const servers = await Promise.all([1, 2, 3].map(() => openEmbedded({ dataDir: dir })));
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    for (const server of servers) await server.close();
  });

  it('keeps its password to itself', async () => {
    const dir = await dataDir();
    const server = await openEmbedded({ dataDir: dir });
    expect((await stat(join(dir, 'postgres', 'password'))).mode & 0o077).toBe(0);
    const wrong = server.url.replace(/:[^:@/]+@/, ':wrong@');
    await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
    await server.close();
  });

  it('is found again after the process that started it was killed', async () => {
    const dir = await dataDir();
    const module = new URL('../../dist/src/store/embedded.js', import.meta.url).href;
    const script = `import { openEmbedded } from ${JSON.stringify(module)};
      const { url } = await openEmbedded({ dataDir: ${JSON.stringify(dir)} });
      console.log(url);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const found = await openEmbedded({ dataDir: dir });
    expect(found.url).toBe(line.toString().trim());
    expect(await ask(found.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await found.close();
  });

  it('recovers when the server itself was killed, and takes another port where its own is taken', async () => {
    const dir = await dataDir();
    const first = await openEmbedded({ dataDir: dir });
    await ask(first.url, 'create table kept (x int); insert into kept values (1)');
    const pidFile = await readFile(join(first.location, 'postmaster.pid'), 'utf8');
    const pid = Number(pidFile.split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isGone(pid), { timeout: 20_000 }).toBe(true);
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const second = await openEmbedded({ dataDir: dir });
    expect(second.url).not.toBe(first.url);
    expect(await ask(second.url, 'select x from kept')).toEqual([{ x: 1 }]);
    await second.close();
  });

  it('lies where its user can reach it when the data directory is closed to others', async () => {
    const dir = await dataDir('closed/data');
    await mkdir(dirname(dir), { mode: 0o700 });
    const said: string[] = [];
    const server = await openEmbedded({ dataDir: dir, say: (sentence) => said.push(sentence) });
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.close();
    if (process.getuid?.() === 0) {
      expect(server.location).toMatch(/^\/var\/lib\/broadsheet\//);
      expect(said.join()).toContain(dirname(server.location));
      await rm(dirname(server.location), { recursive: true });
    } else {
      expect(server.location).toBe(join(dir, 'postgres', 'cluster'));
    }
  });

  it('makes the links to its libraries where no install script has', async () => {
    const native = join(await dataDir('package'), 'native');
    await cp(packagedBinaries(), native, { recursive: true, verbatimSymlinks: true });
    await cp(join(packagedBinaries(), '../package.json'), join(native, '../package.json'));
    const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
    expect(list).not.toEqual([]);
    for (const { target } of list) await rm(join(native, '..', target), { force: true });
    const binaries = await findBinaries(undefined, native, () => {}, native);
    expect(binaries.initdb).toBe(join(native, 'bin', 'initdb'));
    const { stdout } = await run(binaries.initdb, ['--version']);
    expect(stdout).toContain('PostgreSQL');
  });
});

/** A killed server whose parent does not collect it stays as a zombie; it is gone all the same. */
async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return /State:\t[XZ]/.test(status);
}
