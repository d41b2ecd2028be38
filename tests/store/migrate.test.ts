import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';
import { rowForPoll } from '../../src/store/feeds.js';
import { migrate } from '../../src/store/migrate.js';
import { emptyDatabase } from '../support/database.js';

const migrations = new URL('../../src/store/migrations/', import.meta.url);
const first = readFileSync(new URL('0001-ledger.sql', migrations), 'utf8');

it('brings readers of a ledger from before there were digests along, without what was released before', async () => {
  const database = openDatabase({ url: await emptyDatabase() });
  onTestFinished(() => database.close());
  await database.query(`create schema broadsheet; ${first};
    create table migrations (version integer primary key, name text not null, applied_at timestamptz not null default now());
    insert into migrations (version, name) values (1, '0001-ledger.sql');
    insert into feeds (id, url) values ('main', 'https://example.org/feed.xml');
    insert into articles (id, feed_id, state, revision, seen_at, released_at, release_order)
      select gen_random_uuid(), 'main', 'released', 1, now(), now(), n from generate_series(1, 4) n;
    insert into destinations (id, channel, address, address_hash, language, state, created_at)
      values (gen_random_uuid(), 'email', 'reader@readers.test', 'hash', 'en', 'active', now());
    insert into subscriptions (destination_id, program_id, cadence, since)
      select id, 'spp', 'daily', now() from destinations`);
  await migrate(database);
  const { rows } = await database.query(
    'select cadence, covered_until::int as covered, due_at as due from subscriptions',
  );
  expect(rows).toEqual([{ cadence: 'daily', covered: 4, due: null }]);
});

/** A ledger as an earlier version left it. */
async function ledgerOf(version: number): Promise<Database> {
  const database = openDatabase({ url: await emptyDatabase() });
  onTestFinished(() => database.close());
  await database.query(`create schema broadsheet;
    create table migrations (version integer primary key, name text not null, applied_at timestamptz not null default now())`);
  for (const name of readdirSync(migrations).sort()) {
    const number = Number.parseInt(name, 10);
    if (number > version) continue;
    await database.query(readFileSync(new URL(name, migrations), 'utf8'));
    await database.query('insert into migrations (version, name) values ($1, $2)', [number, name]);
  }
  return database;
}

it('keeps what an earlier ledger knew of its feeds, and when they are polled next', async () => {
  const database = await ledgerOf(8);
  const feed = { id: 'main', url: 'https://example.org/feed.xml' };
  const [last, next] = [new Date('2026-03-02T08:00:00Z'), new Date('2026-03-02T08:15:00Z')];
  await database.query(
    `insert into feeds (id, url, seeded_at, last_success_at, next_poll_at)
     values ($1, $2, $3, $3, $4)`,
    [feed.id, feed.url, last, next],
  );
  await migrate(database);
  expect(await rowForPoll(database, feed)).toMatchObject({
    seededAt: last,
    nextPollAt: next,
    wholeAt: last,
    movedTo: null,
    moving: null,
  });
});

it('keeps where the deliveries of an earlier ledger stood, and what staff were not told of', async () => {
  const database = await ledgerOf(15);
  const stands = [
    { state: 'pending', owner: null, detail: 'Deferred.', told: false },
    { state: 'claimed', owner: 7, detail: null, told: false },
    { state: 'sending', owner: 7, detail: null, told: false },
    // Skipped at the last look, and still with the owner that looked.
    { state: 'skipped', owner: 7, detail: 'The reader left.', told: false },
    { state: 'accepted', owner: null, detail: '250 OK', told: false },
    { state: 'uncertain', owner: null, detail: 'No answer.', told: false },
    { state: 'uncertain', owner: null, detail: 'No answer.', told: true },
    { state: 'rejected', owner: null, detail: 'Given up after 3 attempts.', told: false },
    { state: 'rejected', owner: null, detail: '550 no such user', told: false },
  ];
  await database.query(
    `insert into editions (id, key, kind, language, state, content, created_at)
       values ('00000000-0000-4000-8000-000000000000', 'alert', 'alert', 'en', 'ready', '{}', now())`,
  );
  await database.query(
    `with stand as (
       select gen_random_uuid() as id, n, s.* from jsonb_array_elements($1) with ordinality as e (one, n),
         jsonb_to_record(one) as s (state text, owner int, detail text, told boolean)
     ), listed as (
       insert into destinations (id, channel, address, address_hash, language, state, created_at)
       select id, 'email', 'reader' || n || '@readers.test', int8send(n), 'en', 'active', now() from stand
     )
     insert into deliveries (edition_id, destination_id, round, channel, programs, state, owner, detail,
       created_at, settled_at, reported_at)
     select '00000000-0000-4000-8000-000000000000', id, n, 'email', '{spp}', state, owner, detail,
       now(), case when state in ('accepted', 'rejected') then now() end, case when told then now() end
     from stand`,
    [JSON.stringify(stands)],
  );
  await migrate(database);
  const { rows } = await database.query(
    `select state, owner, settled_at is not null as settled, unreported from deliveries order by round`,
  );
  const open = { settled: false, unreported: false };
  const settled = { owner: null, settled: true, unreported: false };
  expect(rows).toEqual([
    { state: 'pending', owner: null, ...open },
    { state: 'claimed', owner: 7, ...open },
    { state: 'sending', owner: 7, ...open },
    { state: 'skipped', ...settled },
    { state: 'accepted', ...settled },
    { state: 'uncertain', ...settled, unreported: true },
    { state: 'uncertain', ...settled },
    { state: 'rejected', ...settled, unreported: true },
    { state: 'rejected', ...settled },
  ]);
});

it('lets several processes start at once, and refuses a schema that is newer than it knows', async () => {
  const url = await emptyDatabase();
  const databases = [1, 2, 3].map(() => openDatabase({ url }));
  onTestFinished(async () => {
    for (const database of databases) await database.close();
  });
  await Promise.all(databases.map((database) => migrate(database)));
  const [database] = databases as [(typeof databases)[number]];
  await database.query(`insert into migrations (version, name) values (9999, 'later')`);
  await expect(migrate(database)).rejects.toThrow('Start a newer Broadsheet on it.');
});

it('applies one that came later than one with a higher number', async () => {
  const database = openDatabase({ url: await emptyDatabase() });
  onTestFinished(() => database.close());
  await migrate(database);
  await database.query(
    `delete from migrations where name like '%-catch-up.sql'; alter table editions drop waits_since`,
  );
  await migrate(database);
  const { rows } = await database.query(
    `select from information_schema.columns where column_name = 'waits_since'`,
  );
  expect(rows).toHaveLength(1);
});

it('says what to mend where there is no database', async () => {
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
  onTestFinished(() => database.close());
  await expect(migrate(database)).rejects.toThrow(/ECONNREFUSED.*mend DATABASE_URL/);
});
