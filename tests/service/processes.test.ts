/** Several processes on one ledger, on each engine: they share the work, and one may fall out of it. */

import { describe, expect, it } from 'vitest';
import { locks } from '../../src/store/database.js';
import { useEngines } from '../support/engines.js';
import { addReaders, connections, newsroomRoom, notOnce } from './newsroom.js';

const several = (name: string) => Array.from({ length: 8 }, (_, n) => `${name}${n}`);
const titles = (guids: readonly string[]) => guids.map((guid) => `Article ${guid}`);

describe.each(useEngines())('on $name', ({ name: engineName, missing, start }) => {
  const test = it.skipIf(missing);
  const skipped = missing ? ` (${missing})` : '';

  test(`lets two services share the work, and one goes on alone when the other is killed${skipped}`, async () => {
    const engine = await start();
    const { news, mail, room, posts, settled, firstPoll } = await newsroomRoom(engine);
    const addresses = await addReaders(room, 25);
    const one = await room.start({ variables: { SMTP_URL: mail.url('one') } });
    const two = await room.start({
      roles: 'watch,assemble,deliver',
      variables: { SMTP_URL: mail.url('two'), PORT: '' },
    });
    await firstPoll();
    mail.faults.takes = 40;
    const first = several('first');
    for (const guid of first) news.publish(guid);
    await settled(first.length);
    expect(new Set(mail.accepted.map(({ by }) => by))).toEqual(new Set(['one', 'two']));
    expect(notOnce(mail.accepted, addresses, titles(first))).toEqual({ never: [], twice: [] });

    const before = mail.accepted.length;
    const second = several('second');
    for (const guid of second) news.publish(guid);
    const byTwo = () => mail.accepted.slice(before).filter(({ by }) => by === 'two').length;
    await expect.poll(byTwo, { timeout: 60_000, interval: 5 }).toBeGreaterThan(10);
    await two.kill();
    const { email } = await settled(first.length + second.length);
    const { never, twice } = notOnce(mail.accepted, addresses, titles([...first, ...second]));
    expect(twice).toEqual([]);
    expect(never.length).toBeLessThanOrEqual(email?.uncertain ?? 0);
    expect(email?.uncertain ?? 0).toBeLessThanOrEqual(connections);
    expect(posts()).toHaveLength(first.length + second.length);
    expect(await one.stop()).toBe(0);
  }, 240_000);

  // The embedded one is the same code as PostgreSQL alone, and takes the same time.
  if (engineName === 'embedded') return;
  test(`runs each role in a process of its own, makes again what the queue lost, and bears one that stands still${skipped}`, async () => {
    const engine = await start();
    const { news, mail, room, sql, posts, settled, firstPoll } = await newsroomRoom(engine);
    const addresses = await addReaders(room, 40);
    const own = (roles: string, name?: string) =>
      room.start({ roles, variables: { PORT: '', SMTP_URL: mail.url(name) } });
    const web = await room.start({ roles: 'web' });
    const [watch, assemble, one, two] = await Promise.all([
      own('watch'),
      own('assemble'),
      own('deliver', 'one'),
      own('deliver', 'two'),
    ]);
    await firstPoll();
    mail.faults.takes = 100;
    news.publish('first');
    const others = (name: string) => mail.accepted.filter(({ by }) => by !== name).length;
    await expect
      .poll(() => mail.accepted.length, { timeout: 60_000, interval: 5 })
      .toBeGreaterThan(connections);
    const stopped = mail.accepted[0]?.by === 'one' ? one : two;
    const name = stopped === one ? 'one' : 'two';
    stopped.process.kill('SIGSTOP');

    // What a network that forgot its connection does: for the ledger it is dead, and the rest is free.
    const lock = `select l.pid from pg_locks l join processes p on l.objid = p.number
      where l.locktype = 'advisory' and l.classid = ${locks.process}`;
    const locksHeld = () => sql(lock);
    await sql(
      `select pg_terminate_backend(pid) from (${lock} and p.pid = ${stopped.process.pid}) dead`,
    );
    await engine.flushQueue(room);
    const { email } = await settled();
    expect(others(name)).toBeGreaterThan(0);
    expect(email?.uncertain ?? 0).toBeLessThanOrEqual(connections);
    news.publish('second');
    await engine.flushQueue(room);
    await settled(2);

    stopped.process.kill('SIGCONT');
    await expect.poll(locksHeld, { timeout: 30_000 }).toHaveLength(4);
    // It has read the answers that came meanwhile, and corrects what was taken for uncertain.
    const uncertain = () => sql(`select from deliveries where state = 'uncertain'`);
    await expect.poll(uncertain, { timeout: 30_000 }).toEqual([]);
    news.publish('third');
    await settled(3);
    const subjects = titles(['first', 'second', 'third']);
    expect(notOnce(mail.accepted, addresses, subjects)).toEqual({ never: [], twice: [] });
    expect(posts()).toHaveLength(3);
    const feed = await fetch(`${web.url}/feeds/spp.rss`);
    expect(await feed.text()).toContain('Article third');
    for (const service of [watch, assemble, one, two, web]) expect(await service.stop()).toBe(0);
  }, 240_000);
});
