import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../../src/store/embedded.js';
import { startPostgres } from './postgres-server.js';

/**
 * Before all tests: compiles the code, which worker threads and spawned services run, and starts one
 * PostgreSQL, in which every test makes a database of its own: the embedded one, or with
 * TEST_POSTGRES=packaged the older one of Debian's packages.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (process.env.TEST_POSTGRES === 'packaged') {
    const older = await startPostgres();
    project.provide('postgresUrl', older.url('postgres'));
    return older.close;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'broadsheet-test-'));
  // Root's server runs as another user; where that one has no way in, it leaves its data elsewhere.
  await chmod(dataDir, 0o755);
  const server = await openEmbedded({ dataDir });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}
