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

/** A Redis of the test's own, on loopback, gone when the test is over. See `startRedisServer`. */
export async function startRedis(args: readonly string[] = [], user = ''): Promise<string> {
  return (await startRedisServer(args, user)).url;
}

/**
 * The same, to be stopped and started again: it forgets what it held.
 *
 * @param args more of redis-server's options
 * @param user what stands before the host in its URL, such as `:password@`
 */
export async function startRedisServer(args: readonly string[] = [], user = '') {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const url = `redis://${user}127.0.0.1:${port}`;
  const run = () => spawn('redis-server', [...options, ...args], { stdio: 'ignore' });
  let server = run();
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL'); // Also one that hangs.
    await once(server, 'exit');
  };
  onTestFinished(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });
  const answers = async () => {
    const client = new Redis(url, { maxRetriesPerRequest: null });
    client.on('error', () => {}); // It is tried until the server listens.
    await client.ping();
    client.disconnect();
  };
  await answers();
  return {
    url,
    stop,
    async start() {
      server = run();
      await answers();
    },
    async flush() {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    /** From now on it answers nothing, and keeps its connections. */
    hang: () => void server.kill('SIGSTOP'),
    goOn: () => void server.kill('SIGCONT'),
  };
}

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>;
