import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.js';
import type { ArticleContent, ChannelName, Edition } from '../../src/model.js';
import { createWindowPlanner } from '../../src/store/digests.js';
import { changeSchedule, leavePrograms, replaceProfile } from '../../src/store/profiles.js';
import { createAssemble } from '../../src/workers/assemble.js';
import { testLedger } from '../support/database.js';
import { at, poll, programs, subscriber } from '../support/ledger.js';

/** The ledger's first moment is Monday, 2 March 2026, 08:00 UTC; readers' windows close at 09:00 UTC. */
const hour = 3_600_000;
const hours = (count: number) => new Date(at.getTime() + count * hour);

/** A ledger whose ready editions go out at once, or wait as their neighbour is `away`. */
async function room({ away = false } = {}) {
  const database = await testLedger();
  const rendered: { channel: ChannelName; edition: Edition }[] = [];
  const hooks: { whileRendering?: () => Promise<unknown> } = {};
  const channel = (name: ChannelName): Channel => ({
    name,
    async render(edition) {
      rendered.push({ channel: name, edition });
      await hooks.whileRendering?.();
      return { id: edition.id };
    },
    async *send() {},
    check: async () => [],
    close: async () => {},
  });
  const channels = new Map((['email', 'discord'] as const).map((name) => [name, channel(name)]));
  async function assemble(now: Date, signal = new AbortController().signal) {
    const worker = createAssemble({
      database,
      channels,
      programs,
      now: () => now,
      signal,
      async onReady(edition) {
        if (away) return;
        await database.query(`update deliveries set state = 'accepted' where edition_id = $1`, [
          edition,
        ]);
      },
    });
    return worker();
  }
  let guid = 0;
  /** Publishes an article, and releases it at that moment. */
  async function release(now: Date, over: Partial<ArticleContent> = {}): Promise<string> {
    guid += 1;
    const title = over.title ?? `Article ${guid}`;
    await poll(database, [`guid-${guid}`], { at: now, content: { title, ...over } });
    await assemble(now);
    return title;
  }
  /** What a destination was sent, oldest first: the kind of edition and the titles by program. */
  async function received(destination: string) {
    const { rows } = await database.query(
      `select e.kind, e.content, e.state, d.programs from deliveries d join editions e on e.id = d.edition_id
       where d.destination_id = $1 order by e.created_at, e.kind`,
      [destination],
    );
    return rows.map(({ kind, content }) => [
      kind,
      ...content.sections.map(
        ({ program, articles }: Edition['sections'][number]) =>
          `${program.id}: ${articles.map(({ title }) => title).join(', ')}`,
      ),
    ]);
  }
  const windows = async (destination: string) => {
    const { rows } = await database.query(
      `select on_date::text as on, closed_at as "closedAt", programs, edition_id is null as empty, reason
       from windows where destination_id = $1 order by on_date`,
      [destination],
    );
    return rows;
  };
  return { database, assemble, release, received, windows, rendered, hooks };
}

it('gathers what was released into one digest at the local hour, by program, the newest first', async () => {
  const { database, assemble, release, received, windows } = await room();
  const reader = await subscriber(database, 'reader', {
    programs: ['eep', 'spp'],
    cadence: 'daily',
    schedule: { timezone: 'Asia/Almaty', hour: 17, weekday: 1 },
  });
  await release(hours(1), { programs: ['spp'] });
  await release(hours(2), { programs: ['eep'] });
  await release(hours(3), { programs: ['spp', 'eep'] });
  // 17:00 in Almaty is 12:00 UTC.
  const before = new Date('2026-03-02T11:59:59.999Z');
  expect(await assemble(before)).toEqual({ next: new Date('2026-03-02T12:00:00Z') });
  expect(await received(reader)).toEqual([]);
  await assemble(new Date('2026-03-02T12:00:03Z'));
  expect(await received(reader)).toEqual([
    ['digest', 'spp: Article 3, Article 1', 'eep: Article 2'],
  ]);
  expect(await windows(reader)).toEqual([
    {
      on: '2026-03-02',
      closedAt: new Date('2026-03-02T12:00:00Z'),
      programs: ['eep', 'spp'],
      empty: false,
      reason: null,
    },
  ]);
  await assemble(new Date('2026-03-02T13:00:00Z'));
  expect(await received(reader)).toHaveLength(1);
});

it('writes down an empty window with its reason, and sends nothing', async () => {
  const { database, assemble, received, windows } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await assemble(hours(1));
  expect(await received(reader)).toEqual([]);
  expect(await windows(reader)).toMatchObject([
    { on: '2026-03-02', empty: true, reason: expect.stringContaining('Nothing was released') },
  ]);
});

it('brings programs of different cadences that fall due together in one digest', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { programs: ['spp'], cadence: 'daily' });
  await replaceProfile(
    database,
    reader,
    [
      { programs: ['spp'], cadence: 'daily' },
      { programs: ['eep'], cadence: 'weekly' },
    ],
    at,
  );
  await assemble(hours(1)); // Monday's windows, both empty.
  await release(hours(2), { programs: ['spp'] });
  await release(hours(3), { programs: ['eep'] });
  for (let day = 1; day <= 7; day++) await assemble(hours(1 + 24 * day));
  expect(await received(reader)).toEqual([
    ['digest', 'spp: Article 1'],
    ['digest', 'eep: Article 2'],
  ]);
  await release(hours(24 * 7 + 2), { programs: ['spp'] });
  await release(hours(24 * 7 + 3), { programs: ['eep'] });
  await release(hours(24 * 13 + 2), { programs: ['spp'] });
  await assemble(hours(24 * 8 + 1));
  await assemble(hours(24 * 14 + 1));
  expect((await received(reader)).slice(2)).toEqual([
    ['digest', 'spp: Article 3'],
    ['digest', 'spp: Article 5', 'eep: Article 4'],
  ]);
});

it('leaves out of a digest what the reader has as an alert, in whatever state but rejected and skipped', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { programs: ['spp'] });
  await replaceProfile(
    database,
    reader,
    [
      { programs: ['spp'], cadence: 'instant' },
      { programs: ['eep'], cadence: 'daily' },
    ],
    at,
  );
  const both = { programs: ['spp', 'eep'] };
  for (let n = 0; n < 4; n++) await release(hours(0.1 * n), both);
  const states = ['accepted', 'uncertain', 'rejected', 'skipped'];
  for (const [index, state] of states.entries()) {
    await database.query(
      `update deliveries set state = $1 where edition_id in (select edition_id from edition_articles i
         join articles a on a.id = i.article_id where a.release_order = $2)`,
      [state, index + 1],
    );
  }
  await assemble(hours(1));
  expect((await received(reader)).filter(([kind]) => kind === 'digest')).toEqual([
    ['digest', 'eep: Article 4, Article 3'],
  ]);
});

it('leaves out of a digest what is only about to come as an alert', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { programs: ['spp'] });
  await replaceProfile(
    database,
    reader,
    [
      { programs: ['spp'], cadence: 'instant' },
      { programs: ['eep'], cadence: 'daily' },
    ],
    at,
  );
  await release(hours(0.5), { programs: ['spp', 'eep'] });
  // As if the process had died before the alert's list was written.
  await database.query('delete from deliveries');
  await database.query(`update editions set state = 'assembling', assembled_to = null`);
  const planner = createWindowPlanner(database, { asOf: hours(1), programs });
  expect(await planner.next({ limit: 10 })).toMatchObject([{ digest: undefined }]);
  await assemble(hours(2));
  expect(await received(reader)).toEqual([['alert', 'spp: Article 1']]);
});

it('shares one edition and one rendering among destinations with the same content, and only them', async () => {
  const { database, assemble, release, rendered } = await room();
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    ids.push(
      await subscriber(database, `reader${n}`, {
        cadence: 'daily',
        programs: n < 4 ? ['spp'] : ['spp', 'eep'],
      }),
    );
  }
  await release(hours(0.1), { programs: ['spp'] });
  await assemble(hours(1));
  await release(hours(2), { programs: ['spp'] });
  await release(hours(3), { programs: ['eep'] });
  await assemble(hours(25));
  const digests = rendered.filter(({ edition }) => edition.kind === 'digest');
  expect(digests.map(({ edition }) => edition.on)).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-03',
  ]);
  const { rows } = await database.query(
    `select count(*)::int as n from deliveries join editions e on e.id = edition_id
     where e.kind = 'digest' and e.state = 'ready' group by edition_id order by 1`,
  );
  expect(rows.map(({ n }) => n)).toEqual([2, 4, 6]);
});

it('collapses overdue windows into one, which closes at the last of them', async () => {
  const { database, assemble, release, received, windows } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await release(hours(0.5));
  await release(hours(48));
  await release(hours(49.5)); // After the last close.
  // Two more closes went by while nothing ran.
  const { rows } = await database.query('select count(*)::int as n from windows');
  expect(rows[0].n).toBeGreaterThan(0);
  await database.query('delete from deliveries where destination_id = $1', [reader]);
  await database.query('delete from windows');
  await database.query(`update subscriptions set covered_until = 0, due_at = $1`, [hours(1)]);
  await assemble(hours(55));
  expect((await received(reader)).at(-1)).toEqual(['digest', 'spp: Article 2, Article 1']);
  expect(await windows(reader)).toMatchObject([{ on: '2026-03-04', closedAt: hours(49) }]);
  await assemble(hours(73));
  expect((await received(reader)).at(-1)).toEqual(['digest', 'spp: Article 3']);
});

it('takes the newest revision at the freezing, and leaves out what was held since its release', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await release(hours(0.1), { title: 'As first written' });
  await poll(database, ['guid-1'], {
    at: hours(0.2),
    hash: 'second',
    content: { title: 'As corrected' },
  });
  await release(hours(0.3), { title: 'Held' });
  await database.query(
    `update articles set state = 'held', release_order = null, released_at = null
     where id = (select article_id from revisions where content ->> 'title' = 'Held')`,
  );
  await assemble(hours(1));
  expect(await received(reader)).toEqual([['digest', 'spp: As corrected']]);
});

it('plans again where an article is held while its digest is being frozen', async () => {
  const { database, assemble, release, received, hooks } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await release(hours(0.1));
  await release(hours(0.2));
  hooks.whileRendering = () =>
    database.query(
      `update articles set state = 'held', release_order = null, released_at = null
       where id = (select article_id from revisions where content ->> 'title' = 'Article 2')`,
    );
  await assemble(hours(1));
  expect(await received(reader)).toEqual([]);
  await assemble(hours(1.01));
  expect(await received(reader)).toEqual([['digest', 'spp: Article 1']]);
});

it('neither loses nor repeats an article when the profile changes in the middle of a window', async () => {
  const { database, assemble, release, received } = await room();
  const daily = { programs: ['spp'], cadence: 'daily' as const };
  const instant = { programs: ['spp'], cadence: 'instant' as const };
  const toInstant = await subscriber(database, 'to-instant', { cadence: 'daily' });
  const toDaily = await subscriber(database, 'to-daily');
  const toAndFro = await subscriber(database, 'to-and-fro', { cadence: 'daily' });
  const leaver = await subscriber(database, 'leaver', { cadence: 'daily' });
  await release(hours(0.1));
  await replaceProfile(database, toInstant, [instant], hours(0.2));
  await replaceProfile(database, toDaily, [daily], hours(0.2));
  await replaceProfile(database, toAndFro, [instant], hours(0.2));
  await leavePrograms(database, leaver, ['spp']);
  await release(hours(0.3));
  await replaceProfile(database, toAndFro, [daily], hours(0.4));
  await replaceProfile(database, leaver, [daily], hours(0.4));
  await release(hours(0.5));
  await assemble(hours(1));
  await release(hours(2));
  await assemble(hours(25));
  expect(await received(toInstant)).toEqual([
    ['alert', 'spp: Article 2'],
    ['alert', 'spp: Article 3'],
    ['digest', 'spp: Article 1'],
    ['alert', 'spp: Article 4'],
  ]);
  expect(await received(toDaily)).toEqual([
    ['alert', 'spp: Article 1'],
    ['digest', 'spp: Article 3, Article 2'],
    ['digest', 'spp: Article 4'],
  ]);
  expect(await received(toAndFro)).toEqual([
    ['alert', 'spp: Article 2'],
    ['digest', 'spp: Article 3, Article 1'],
    ['digest', 'spp: Article 4'],
  ]);
  expect(await received(leaver)).toEqual([
    ['digest', 'spp: Article 3'],
    ['digest', 'spp: Article 4'],
  ]);
});

it('closes no second window on one local date, whatever becomes of the hour and the zone', async () => {
  const { database, assemble, windows } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await assemble(hours(1));
  await changeSchedule(database, reader, { timezone: 'UTC', hour: 17, weekday: 1 }, hours(2));
  await assemble(hours(9.5));
  expect(await windows(reader)).toHaveLength(1);
  await changeSchedule(
    database,
    reader,
    { timezone: 'Pacific/Honolulu', hour: 8, weekday: 1 },
    hours(10),
  );
  await assemble(hours(24 + 9)); // 17:00 UTC, which is 7:00 in Honolulu.
  expect(await windows(reader)).toHaveLength(1);
  await assemble(hours(24 + 10));
  expect(await windows(reader)).toMatchObject([{ on: '2026-03-02' }, { on: '2026-03-03' }]);
});

it('keeps an overdue window overdue where the same schedule is set again', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await release(hours(0.5));
  await changeSchedule(database, reader, { timezone: 'UTC', hour: 9, weekday: 1 }, hours(5));
  await assemble(hours(6));
  expect(await received(reader)).toHaveLength(1);
});

it('closes windows once, also when several processes are at it and one stops in the middle', async () => {
  const { database, assemble, release, received } = await room();
  const readers: string[] = [];
  for (let n = 0; n < 30; n++) {
    readers.push(await subscriber(database, `reader${n}`, { cadence: 'daily' }));
  }
  await release(hours(0.5));
  await assemble(hours(1), AbortSignal.abort());
  await Promise.all([assemble(hours(1)), assemble(hours(1)), assemble(hours(1.01))]);
  await assemble(hours(1.02));
  for (const reader of readers) expect(await received(reader)).toHaveLength(1);
});

it('goes on where a process died between freezing a digest and listing it', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  await release(hours(0.5));
  await assemble(hours(1));
  // The ledger as it was before the windows were closed, with an orphan of another content.
  await database.query('delete from deliveries; delete from windows');
  await database.query(`update editions set state = 'assembling'`);
  await database.query(`update subscriptions set covered_until = 0, due_at = $1`, [hours(1)]);
  await database.query(
    `insert into editions (id, key, kind, language, state, content, created_at)
     values (gen_random_uuid(), 'orphan', 'digest', 'en', 'assembling', '{"sections": []}', now())`,
  );
  await assemble(hours(1.1));
  expect(await received(reader)).toEqual([['digest', 'spp: Article 1']]);
  const { rows } = await database.query('select state from editions');
  expect(rows).toEqual([{ state: 'ready' }]);
});

it('lets a digest that cannot be frozen stop nobody else', async () => {
  const { database, assemble, release, received } = await room();
  const reader = await subscriber(database, 'reader', { cadence: 'daily' });
  const other = await subscriber(database, 'other', { cadence: 'daily', programs: ['eep'] });
  await release(hours(0.2), { programs: ['spp'] });
  await release(hours(0.5), { programs: ['eep'] });
  await database.query(`
    create function refuse() returns trigger language plpgsql as $$ begin
      if new.content::text like '%"Article 1"%' then raise exception 'broken'; end if; return new;
    end $$;
    create trigger refuse before insert on editions for each row execute function refuse()`);
  await expect(assemble(hours(1))).rejects.toThrow('broken');
  expect(await received(other)).toEqual([['digest', 'eep: Article 2']]);
  expect(await received(reader)).toEqual([]);
  await database.query('drop trigger refuse on editions');
  await assemble(hours(1.1));
  expect(await received(reader)).toEqual([['digest', 'spp: Article 1']]);
});

describe('a digest that has not gone out when the next one is due', () => {
  const day = 24;

  it('comes in the next one, with what has its newest revision, and is recorded as skipped', async () => {
    const { database, assemble, release, received } = await room({ away: true });
    const reader = await subscriber(database, 'reader', {
      cadence: 'daily',
      programs: ['spp', 'eep'],
    });
    await release(hours(0.2), { programs: ['eep'] });
    await release(hours(0.5));
    await assemble(hours(1));
    await release(hours(day));
    await assemble(hours(day + 1));
    await release(hours(2 * day));
    await assemble(hours(2 * day + 1));
    expect(await received(reader)).toEqual([
      ['digest', 'spp: Article 2', 'eep: Article 1'],
      ['digest', 'spp: Article 3, Article 2', 'eep: Article 1'],
      ['digest', 'spp: Article 4, Article 3, Article 2', 'eep: Article 1'],
    ]);
    const { rows } = await database.query(
      `select d.state, d.detail, d.programs from deliveries d join editions e on e.id = d.edition_id
       order by e.created_at`,
    );
    expect(rows).toEqual([
      {
        state: 'skipped',
        detail:
          'It had not gone out when the next digest was due, on 2026-03-03, which brings its articles.',
        programs: ['eep', 'spp'],
      },
      { state: 'skipped', detail: expect.stringContaining('2026-03-04'), programs: ['eep', 'spp'] },
      { state: 'pending', detail: null, programs: ['eep', 'spp'] },
    ]);
  });

  it('stays as it is where nothing is new', async () => {
    const { database, assemble, release, received, windows } = await room({ away: true });
    const reader = await subscriber(database, 'reader', { cadence: 'daily' });
    await release(hours(0.5));
    await assemble(hours(1));
    await assemble(hours(day + 1));
    expect(await received(reader)).toEqual([['digest', 'spp: Article 1']]);
    expect(await windows(reader)).toMatchObject([{ empty: false }, { empty: true }]);
    const { rows } = await database.query('select state from deliveries');
    expect(rows).toEqual([{ state: 'pending' }]);
  });

  it.each(['claimed', 'sending', 'accepted', 'uncertain', 'held', 'lost before'])(
    'is not repeated where it is %s',
    async (state) => {
      const { database, assemble, release, received } = await room({ away: true });
      const reader = await subscriber(database, 'reader', { cadence: 'daily' });
      await release(hours(0.5));
      await assemble(hours(1));
      if (state === 'held') {
        await database.query(`update editions set held_at = now() where kind = 'digest'`);
      } else if (state === 'lost before') {
        await database.query(
          `insert into attempts select edition_id, destination_id, 0, 1, now(), 'uncertain', '' from deliveries`,
        );
      } else await database.query('update deliveries set state = $1', [state]);
      await release(hours(day));
      await assemble(hours(day + 1));
      expect(await received(reader)).toEqual([
        ['digest', 'spp: Article 1'],
        ['digest', 'spp: Article 2'],
      ]);
    },
  );

  it('goes out itself where it was claimed after the next one was planned', async () => {
    const { database, assemble, release, received, hooks } = await room({ away: true });
    const reader = await subscriber(database, 'reader', { cadence: 'daily' });
    await release(hours(0.5));
    await assemble(hours(1));
    await release(hours(day));
    hooks.whileRendering = () =>
      database.query(`update deliveries set state = 'claimed' where state = 'pending'`);
    await assemble(hours(day + 1));
    await assemble(hours(day + 1.1));
    expect(await received(reader)).toEqual([
      ['digest', 'spp: Article 1'],
      ['digest', 'spp: Article 2'],
    ]);
  });

  it('brings nothing of a program that the reader left meanwhile', async () => {
    const { database, assemble, release, received } = await room({ away: true });
    const reader = await subscriber(database, 'reader', {
      cadence: 'daily',
      programs: ['spp', 'eep'],
    });
    await release(hours(0.2), { programs: ['eep'] });
    await release(hours(0.5));
    await assemble(hours(1));
    await leavePrograms(database, reader, ['eep']);
    await release(hours(day));
    await assemble(hours(day + 1));
    expect((await received(reader)).at(-1)).toEqual(['digest', 'spp: Article 3, Article 2']);
  });
});
