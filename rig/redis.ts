/** A Redis of the run's own, on loopback, which keeps nothing on disk. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, startBackground } from './child.js';

export interface RedisServer {
  readonly url: string;
  flush(): Promise<void>;
  /** Kills it and starts it again, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(directory: string): Promise<RedisServer> {
  const home = join(directory, 'redis');
  await mkdir(home);
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  // biome-ignore format: one option a line says less than the command as it is typed
  const run = () => startBackground('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', '', '--maxmemory-policy', 'noeviction'], home);
  let server = run();
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => {}); // It is tried until the server listens.
  await client.ping();
  return {
    url,
    flush: async () => void (await client.flushall()),
    async restart() {
      await server.end('SIGKILL');
      server = run();
      await client.ping();
    },
    async stop() {
      client.disconnect();
      await server.end('SIGTERM');
    },
  };
}
