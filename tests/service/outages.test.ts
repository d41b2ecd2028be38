/** Neighbours that go away in the middle of an edition, and come back: nothing is lost, nothing comes twice. */

import { describe, expect, it } from 'vitest';
import { useEngines } from '../support/engines.js';
import type { RedisServer } from '../support/redis.js';
import type { RunningService } from '../support/service.js';
import { addReaders, drainFor, newsroomRoom, notOnce } from './newsroom.js';

const engines = useEngines();
const redis = engines.find(({ name }) => name === 'PostgreSQL with Redis');

/** Milliseconds that a neighbour is away. By hand: OUTAGE=60000. */
const away = Number(process.env.OUTAGE ?? 3_000);
const outage = () => new Promise((resolve) => setTimeout(resolve, away));

const readers = 60;

/** A service that has the first half of an edition's mails behind it when this resolves. */
async function inTheMiddle(engine: (typeof engines)[number] | undefined, log = 'error') {
  if (!engine) throw new Error('There is no such engine.');
  const started = await engine.start();
  const around = await newsroomRoom(started);
  const { room, mail, news, firstPoll } = around;
  const addresses = await addReaders(room, readers);
  const service = await room.start({ variables: { LOG_LEVEL: log } });
  await firstPoll();
  mail.faults.takes = 50;
  news.publish('fresh');
  await expect
    .poll(() => mail.accepted.length, { timeout: 60_000, interval: 10 })
    .toBeGreaterThan(readers / 3);
  return { ...around, started, service, addresses };
}

const alive = async ({ url, process: child }: RunningService) => {
  expect(child.exitCode).toBe(null);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
};

describe.each(engines)('on $name', (engine) => {
  it.skipIf(engine.missing)(
    `outlives a database that dies in the middle of an edition${engine.missing ? ` (${engine.missing})` : ''}`,
    async () => {
      const all = await inTheMiddle(engine);
      const { room, mail, news, service, started, settled, posts, addresses } = all;
      const { postgres } = started;
      const polls = news.polls();
      await started.killDatabase(room);
      news.publish('meanwhile');
      if (postgres) await outage();
      await alive(service);
      await postgres?.start();
      const { email } = await settled(2);
      expect(news.polls()).toBeGreaterThan(polls);
      const subjects = ['Article fresh', 'Article meanwhile'];
      expect(notOnce(mail.accepted, addresses, subjects)).toEqual({ never: [], twice: [] });
      expect(email).toEqual({ accepted: 2 * readers });
      expect(posts()).toHaveLength(2);
      await expect
        .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 20_000 })
        .toBe(200);
      expect(await room.json('status')).toMatchObject({ editions: { length: 2 } });
      expect(await service.stop()).toBe(0);
    },
    180_000,
  );
});

describe.skipIf(redis?.missing)(`Redis${redis?.missing ? ` (${redis.missing})` : ''}`, () => {
  it('comes back empty in the middle of an edition', async () => {
    const { room, mail, news, service, started, settled, posts, addresses } =
      await inTheMiddle(redis);
    await started.redis?.stop();
    news.publish('meanwhile');
    await outage();
    await alive(service);
    expect((await room.json('status')).editions).not.toEqual([]);
    await started.redis?.start();
    const { email } = await settled(2);
    const subjects = ['Article fresh', 'Article meanwhile'];
    expect(notOnce(mail.accepted, addresses, subjects)).toEqual({ never: [], twice: [] });
    expect(email).toEqual({ accepted: 2 * readers });
    expect(posts()).toHaveLength(2);
    expect(await service.stop()).toBe(0);
  }, 180_000);

  it.each([
    { is: 'away', leave: async (server: RedisServer) => server.stop() },
    { is: 'hanging', leave: async (server: RedisServer) => server.hang() },
  ])(
    'that is $is does not keep a process from its end',
    async ({ leave }) => {
      const { mail, service, started, sql } = await inTheMiddle(redis);
      if (started.redis) await leave(started.redis);
      const begun = performance.now();
      expect(await service.stop()).toBe(0);
      // Two seconds more than that, and some for a busy machine.
      expect(performance.now() - begun).toBeLessThan((drainFor + 8) * 1_000);
      const accepted = await sql(
        `select from deliveries where channel = 'email' and state = 'accepted'`,
      );
      expect(accepted).toHaveLength(mail.accepted.length);
      expect(
        await sql(`select from deliveries where state in ('claimed', 'sending', 'uncertain')`),
      ).toEqual([]);
    },
    180_000,
  );

  it('and PostgreSQL are waited for at the start, and a database that does not exist is not', async () => {
    if (!redis) return;
    const started = await redis.start();
    const { room } = await newsroomRoom(started);
    await started.redis?.stop();
    await started.postgres?.stop();
    const variables = { LOG_LEVEL: 'warn', PORT: '0' };
    const service = room.launch({ variables });
    const says = (words: string) =>
      expect.poll(service.log, { timeout: 30_000, interval: 50 }).toContain(words);
    await says('The database does not answer. It is waited for.');
    const impatient = room.launch({ variables });
    await expect
      .poll(impatient.log, { timeout: 30_000, interval: 50 })
      .toContain('It is waited for.');
    expect(await impatient.stop()).toBe(0);
    await started.postgres?.start();
    await says('Redis does not answer at REDIS_URL');
    await started.redis?.start();
    await service.ready;
    expect(await service.stop()).toBe(0);
    const url = started.variables.DATABASE_URL ?? '';
    const nowhere = room.launch({ variables: { ...variables, DATABASE_URL: `${url}_not_there` } });
    await expect(nowhere.ready).rejects.toThrow('does not exist');
  }, 180_000);
});
