import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openQueue } from '../../src/queue/queue.js';
import { createHealth } from '../../src/staff/health.js';
import { openDatabase } from '../../src/store/database.js';
import { testLedger } from '../support/database.js';
import { redisPresent, startRedisServer } from '../support/redis.js';
import { freePort } from '../support/service.js';

const works = { check: async () => {} };
const channels = ['email', 'discord'];

it('is ready where all answers, and tells of the parts that this process uses only', async () => {
  const database = await testLedger();
  expect(await createHealth({ database, channels: [] })()).toEqual({
    ready: true,
    parts: { database: 'ok' },
  });
  expect(await createHealth({ database, queue: works, channels })()).toEqual({
    ready: true,
    parts: { database: 'ok', queue: 'ok', email: 'ok', discord: 'ok' },
  });
});

it('stays ready while a way out is down, as what waits is safe', async () => {
  const database = await testLedger();
  await database.query(
    `insert into neighbours (name, failing_since, tried_at, message) values ('email', now(), now(), 'Down.')`,
  );
  expect(await createHealth({ database, queue: works, channels })()).toEqual({
    ready: true,
    parts: { database: 'ok', queue: 'ok', email: 'down', discord: 'ok' },
  });
});

it('answers at once where the database refuses, and soon where it hangs', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const hanging = (silent.address() as { port: number }).port;
  for (const port of [await freePort(), hanging]) {
    const database = openDatabase({ url: `postgres://nobody@127.0.0.1:${port}/none` });
    const health = createHealth({ database, queue: works, channels, patience: 200 });
    const asked = Date.now();
    for (let n = 0; n < 3; n++) {
      expect(await health()).toEqual({
        ready: false,
        parts: { database: 'down', queue: 'ok', email: 'unknown', discord: 'unknown' },
      });
    }
    expect(Date.now() - asked).toBeLessThan(2_000);
  }
});

it.skipIf(!redisPresent)(
  'is not ready while Redis is away or hangs, and again when it is back (apt-get install redis-server)',
  async () => {
    const database = await testLedger();
    const redis = await startRedisServer();
    const queue = await openQueue({ databaseUrl: '', redisUrl: redis.url, onError() {} });
    onTestFinished(() => queue.close());
    const health = createHealth({ database, queue, channels: [], patience: 300 });
    const part = async () => (await health()).parts.queue;
    expect(await part()).toBe('ok');
    const troubles: [() => unknown, () => unknown][] = [
      [redis.hang, redis.goOn],
      [redis.stop, redis.start],
    ];
    for (const [begin, end] of troubles) {
      await begin();
      await expect.poll(part).toBe('down');
      expect((await health()).ready).toBe(false);
      await end();
      await expect.poll(part, { timeout: 10_000 }).toBe('ok');
    }
  },
);
