import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { poll, readyAlert } from '../support/ledger.js';
import { newsroom } from './newsroom.js';

const settings = 'digest: { hour: 8 }\ncatchUp: { alertsWithin: 2h }\n';

/** An alert that has waited for so many hours. */
async function alertSince(database: Database, guid: string, hours: number): Promise<string> {
  const { edition } = await readyAlert(database, { guid, programs: ['security'] });
  await database.query('update editions set waits_since = $2 where id = $1', [
    edition.id,
    new Date(Date.now() - hours * 3_600_000),
  ]);
  return edition.id;
}

async function afterDowntime() {
  const room = await newsroom(settings);
  for (const name of ['one', 'two']) await room.add(`${name}@readers.test`);
  await room.add('daily@readers.test', '--cadence', 'daily');
  const ids = await room.withLedger(async (database) => {
    const late = await alertSince(database, 'late', 3);
    const timely = await alertSince(database, 'timely', 1);
    await poll(database, ['unfrozen'], { content: { programs: ['security'] } });
    await database.query(
      `update subscriptions set due_at = date_trunc('hour', now()) - interval '3 days', covered_until = 0 where cadence = 'daily'`,
    );
    return { late, timely };
  });
  return { ...room, ...ids };
}

it('shows what goes out, what is skipped and which digests are due, and changes nothing', async () => {
  const { cli, withLedger, late, timely } = await afterDowntime();
  const dry = await cli('catch-up', '--dry-run', '--json');
  expect(JSON.parse(dry.stdout)).toMatchObject({
    editions: [
      { id: late, kind: 'alert', goes: {}, late: { email: 2 } },
      { id: timely, kind: 'alert', goes: { email: 2 }, late: {} },
    ],
    // Seen long ago, so that its alert would come too late as well.
    articles: [{ title: 'Article unfrozen', late: true, audience: { email: 2 } }],
    digests: [{ destinations: { email: 1 }, contents: 1 }],
    onWire: {},
    feeds: [{ id: 'main' }],
    skipped: 0,
    closed: 0,
  });
  const shown = await cli('catch-up');
  expect(shown.stdout).toMatch(/WAITS SINCE +GOES TO +TOO LATE FOR/);
  expect(shown.stdout).toMatch(/alert +3 h ago +- +2 subscribers/);
  expect(shown.stdout).toMatch(/alert +1 h ago +2 subscribers +-/);
  expect(shown.stdout).toContain('1 digest for 1 subscriber');
  expect(shown.stdout).toContain('Nothing was done. Add --reason "…" --yes to do it.');
  await withLedger(async (database) => {
    const { rows } = await database.query('select distinct state from deliveries');
    expect(rows).toEqual([{ state: 'pending' }]);
  });
});

it('does it when told to, and once', async () => {
  const { cli, withLedger } = await afterDowntime();
  const done = await cli('catch-up', '--yes', '--reason', 'The server is back', '--as', 'dana');
  expect(done.stdout).toContain('2 deliveries skipped, 1 window closed.');
  expect(done.stdout).toContain('The rest goes out when a service runs');
  await withLedger(async (database) => {
    const { rows } = await database.query(
      `select e.kind, d.state, count(*)::int as n from deliveries d join editions e on e.id = d.edition_id
       group by e.kind, d.state order by e.kind, d.state`,
    );
    expect(rows).toEqual([
      { kind: 'alert', state: 'pending', n: 2 },
      { kind: 'alert', state: 'skipped', n: 2 },
      { kind: 'digest', state: 'pending', n: 1 },
    ]);
    const events = await database.query(
      `select actor, message from events where kind = 'sending.caught-up'`,
    );
    expect(events.rows).toEqual([
      {
        actor: 'dana',
        message:
          'What waited goes out, without 2 deliveries that came too late: The server is back.',
      },
    ]);
  });
  const again = await cli('catch-up', '--dry-run', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ digests: [] });
});

it('says where nothing waits', async () => {
  const { cli } = await newsroom(settings);
  const { stdout, code } = await cli('catch-up', '--yes', '--reason', 'Just looking');
  expect(code).toBe(0);
  expect(stdout).toBe('Nothing waits to go out.\nTo be polled: main.\n');
});
