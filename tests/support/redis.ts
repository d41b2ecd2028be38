import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { freePort } from './service.js';

/** Whether this machine has Redis; "apt-get install redis-server" brings it. */
export const redisPresent = (() => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/**
 * A Redis of the test's own, on loopback, gone when the test is over.
 *
 * @param args more of redis-server's options
 * @param user what stands before the host in its URL, such as `:password@`
 */
export async function startRedis(args: readonly string[] = [], user = ''): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const server = spawn('redis-server', [...options, ...args], { stdio: 'ignore' });
  const url = `redis://${user}127.0.0.1:${port}`;
  onTestFinished(async () => {
    server.kill();
    await once(server, 'exit');
    await rm(directory, { recursive: true, force: true });
  });
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => {}); // It is tried until the server listens.
  await client.ping();
  client.disconnect();
  return url;
}
