import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JobQueue, openQueue } from '../../src/queue/queue.js';
import { emptyDatabase } from '../support/database.js';
import { redisPresent, startRedis } from '../support/redis.js';

interface Engine {
  readonly name: string;
  readonly present: boolean;
  open(): Promise<{
    queue: JobQueue;
    again(): Promise<JobQueue>;
    flush(): Promise<void>;
    /** How many jobs it keeps, whatever became of them. */
    kept(): Promise<number>;
  }>;
}

const engines: readonly Engine[] = [
  {
    name: 'PostgreSQL',
    present: true,
    async open() {
      const databaseUrl = await emptyDatabase();
      const again = () => track(openQueue({ databaseUrl, onError() {} }));
      const flush = async () => {
        const client = new pg.Client({ connectionString: databaseUrl });
        await client.connect();
        const { rows } = await client.query(
          `select tablename from pg_tables where schemaname = 'bullmq' and tablename not like '%migration%'`,
        );
        const tables = rows.map(({ tablename }) => `bullmq."${tablename}"`);
        await client.query(`truncate ${tables.join(', ')}`);
        await client.end();
      };
      const kept = async () => {
        const client = new pg.Client({ connectionString: databaseUrl });
        await client.connect();
        const { rows } = await client.query('select count(*)::int as n from bullmq.job');
        await client.end();
        return rows[0].n;
      };
      return { queue: await again(), again, flush, kept };
    },
  },
  {
    name: 'Redis (apt-get install redis-server)',
    present: redisPresent,
    async open() {
      const redisUrl = await startRedis();
      const again = () => track(openQueue({ databaseUrl: '', redisUrl, onError() {} }));
      const flush = async () => {
        const client = new Redis(redisUrl);
        await client.flushall();
        client.disconnect();
      };
      const kept = async () => {
        const client = new Redis(redisUrl);
        const found = await client.keys('broadsheet:assemble:own-*');
        client.disconnect();
        return found.length;
      };
      return { queue: await again(), again, flush, kept };
    },
  },
];

async function track(opening: Promise<JobQueue>): Promise<JobQueue> {
  const queue = await opening;
  onTestFinished(() => queue.close());
  return queue;
}

for (const { name, present, open } of engines) {
  describe.skipIf(!present)(`the queue on ${name}`, () => {
    it('brings a job to a worker, with what it carries', async () => {
      const { queue } = await open();
      const done: unknown[] = [];
      await queue.work('watch', async (data) => void done.push(data), 1);
      await queue.add('watch', { feedId: 'main', forced: true });
      await expect.poll(() => done).toEqual([{ feedId: 'main', forced: true }]);
    });

    it('adds a job of an id once while it waits, and again after it ran', async () => {
      const { queue } = await open();
      const job = { editionId: 'e', channel: 'email' } as const;
      await queue.deliver(job, { id: 'e-email-1' });
      await queue.deliver(job, { id: 'e-email-1' });
      let ran = 0;
      await queue.work('deliver-email', async () => void ran++, 1);
      await expect.poll(() => ran).toBe(1);
      // The first one is forgotten a moment after its processor returned.
      await expect
        .poll(async () => {
          await queue.deliver(job, { id: 'e-email-1' });
          return ran;
        })
        .toBeGreaterThan(1);
    });

    it('does not let a job that failed stand in the way of the next of its id', async () => {
      const { queue } = await open();
      let tries = 0;
      await queue.work(
        'assemble',
        async () => {
          tries += 1;
          if (tries === 1) throw new Error('Not this time.');
        },
        1,
      );
      await expect
        .poll(async () => {
          await queue.add('assemble', {}, { id: 'one' });
          return tries;
        })
        .toBeGreaterThan(1);
    });

    it('keeps a schedule going that is written again and again, and ends what is no longer wanted', async () => {
      const { queue } = await open();
      const ran: string[] = [];
      await queue.work('watch', async ({ feedId }) => void ran.push(feedId), 1);
      await queue.schedule('watch', 'old', 60_000, { feedId: 'old' });
      await expect.poll(() => ran).toEqual(['old']);
      await queue.keepSchedules('watch', ['main']);
      const writing = setInterval(
        () => void queue.schedule('watch', 'main', 200, { feedId: 'main' }).catch(() => {}),
        50,
      );
      await expect.poll(() => ran.filter((id) => id === 'main').length).toBeGreaterThan(3);
      clearInterval(writing);
      expect(ran.filter((id) => id === 'old')).toHaveLength(1);
    });

    it('keeps no job that is finished or failed, and asks for the same work once', async () => {
      const { queue, kept } = await open();
      let ran = 0;
      const process = async () => {
        ran += 1;
        if (ran % 2 === 0) throw new Error('Not this time.');
      };
      for (let n = 0; n < 40; n++) await queue.add('assemble', {}, { id: `own-${n % 20}` });
      expect(await kept()).toBe(20);
      await queue.work('assemble', process, 4);
      await expect.poll(kept).toBe(0);
      expect(ran).toBe(20);
    });

    it('keeps jobs for the next process', async () => {
      const { queue, again } = await open();
      await queue.add('watch', { feedId: 'main' });
      await queue.close();
      const next = await again();
      const done: unknown[] = [];
      await next.work('watch', async (data) => void done.push(data), 1);
      await expect.poll(() => done).toEqual([{ feedId: 'main' }]);
    });

    it('is filled again after it lost everything', async () => {
      const { queue, flush } = await open();
      const ran: string[] = [];
      await queue.work('watch', async ({ feedId }) => void ran.push(feedId), 1);
      await queue.schedule('watch', 'main', 60_000, { feedId: 'main' });
      await expect.poll(() => ran).toEqual(['main']);
      await flush();
      await queue.schedule('watch', 'main', 60_000, { feedId: 'main' });
      await expect.poll(() => ran).toEqual(['main', 'main']);
    });

    it('finishes what it works on before it stops', async () => {
      const { queue } = await open();
      let finished = false;
      let begun = false;
      await queue.work(
        'assemble',
        async () => {
          begun = true;
          await new Promise((resolve) => setTimeout(resolve, 300));
          finished = true;
        },
        1,
      );
      await queue.add('assemble', {});
      await expect.poll(() => begun).toBe(true);
      await queue.stop();
      expect(finished).toBe(true);
    });
  });
}
