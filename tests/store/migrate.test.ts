import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
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

it('keeps what an earlier ledger knew of its feeds, and when they are polled next', async () => {
  const database = openDatabase({ url: await emptyDatabase() });
  onTestFinished(() => database.close());
  await database.query(`create schema broadsheet;
    create table migrations (version integer primary key, name text not null, applied_at timestamptz not null default now())`);
  for (const name of readdirSync(migrations).sort()) {
    const version = Number.parseInt(name, 10);
    if (version > 8) continue;
    await database.query(readFileSync(new URL(name, migrations), 'utf8'));
    await database.query('insert into migrations (version, name) values ($1, $2)', [version, name]);
  }
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
