import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { scratch } from '../config/scratch.js';
import { poll } from '../support/ledger.js';
import { newsroom } from './newsroom.js';

const day = 86_400;

/** Releases an article as of now. */
async function release(database: Database, guid: string) {
  await poll(database, [guid], { content: { programs: ['security'] } });
  await database.query(
    `update articles set state = 'released', released_at = now(), alerted_at = now(),
       release_order = nextval('release_order') where state = 'waiting'`,
  );
}

it('shows which windows close by a time, closes them when told to, and never twice', async () => {
  const { cli, add, withLedger } = await newsroom();
  await add('one@readers.test', '--cadence', 'daily');
  await add('two@readers.test', '--cadence', 'daily');
  await add('three@readers.test', '--cadence', 'daily', '--timezone', 'Pacific/Kiritimati');
  await add('four@readers.test', '--cadence', 'instant');
  await withLedger((database) => release(database, 'guid-1'));
  await add('late@readers.test', '--cadence', 'daily');

  const now = await cli('digest', '--as-of', '2001-01-01', '--dry-run');
  expect(now).toMatchObject({ code: 0, stdout: 'No window closes by 2001-01-01T00:00:00.000Z.\n' });

  const asOf = new Date(Date.now() + 2 * day * 1000).toISOString();
  const dry = await cli('digest', '--as-of', asOf, '--dry-run', '--json');
  const plan = JSON.parse(dry.stdout);
  expect(plan).toMatchObject({ asOf, closed: 0, editions: [] });
  const sum = (pick: (close: (typeof plan.closes)[number]) => number) =>
    plan.closes.map(pick).reduce((a: number, b: number) => a + b, 0);
  expect(plan.closes).toHaveLength(2);
  expect(sum(({ destinations }) => destinations.email ?? 0)).toBe(3);
  expect(sum(({ contents }) => contents)).toBe(2);
  expect(sum(({ empty }) => empty)).toBe(1);

  const table = await cli('digest', '--as-of', asOf);
  expect(table.stdout).toMatch(/CLOSES \(UTC\) +DIGESTS FOR +CONTENTS +EMPTY/);
  expect(table.stdout).toContain('Nothing was done. Add --reason "…" --yes to do it.');
  expect((await cli('digest', '--as-of', asOf, '--yes')).code).toBe(2);

  const done = await cli('digest', '--as-of', asOf, '--yes', '--reason', 'Holiday', '--as', 'dana');
  expect(done.stdout).toContain('4 windows closed, with 2 digests.');
  expect(done.stdout).toContain('They go out when a service runs');
  expect((await cli('digest', '--as-of', asOf, '--yes', '--reason', 'Again')).stdout).toContain(
    'No window closes by',
  );
  await withLedger(async (database) => {
    const { rows } = await database.query(
      `select actor, message from events where kind = 'digest.closed'`,
    );
    expect(rows).toEqual([
      { actor: 'dana', message: `4 windows were closed as of ${asOf}: Holiday` },
    ]);
  });
});

it('takes a time with and without a zone, and refuses anything else', async () => {
  const { cli } = await newsroom();
  const asOf = async (text: string) =>
    JSON.parse((await cli('digest', '--dry-run', '--json', '--as-of', text)).stdout).asOf;
  expect(await asOf('2026-03-02T08:00')).toBe('2026-03-02T08:00:00.000Z');
  expect(await asOf('2026-03-02T08:00+05:00')).toBe('2026-03-02T03:00:00.000Z');
  for (const wrong of ['tomorrow', '08:00', '2026-13-45', '2027-02-31T08:00']) {
    const { code, stderr } = await cli('digest', '--as-of', wrong);
    expect(code).toBe(2);
    expect(stderr).toContain('Write a time such as');
  }
});

it('closes no window that would leave its readers without a digest for long', async () => {
  const { cli, add, withLedger } = await newsroom();
  await add('one@readers.test', '--cadence', 'daily');
  await withLedger((database) => release(database, 'guid-1'));
  const ahead = (days: number) => new Date(Date.now() + days * day * 1000).toISOString();
  const close = (asOf: string) =>
    cli('digest', '--as-of', asOf, '--yes', '--reason', 'The wrong year');
  const refused = await close(ahead(30));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('at most a week ahead');
  expect((await cli('digest', '--as-of', ahead(30))).stdout).toContain('1 email');
  expect(await cli('digest', '--as-of', '9999-12-31', '--dry-run')).toMatchObject({
    code: 2,
    stderr: 'Look at most a year ahead: --as-of is later.\n',
  });
  expect((await close(ahead(7))).stdout).toContain('1 window closed, with 1 digest.');
}, 60_000);

it('changes how often and when a subscriber gets what they read, and says what holds now', async () => {
  const { cli, add } = await newsroom();
  await add('reader@readers.test');
  const set = await cli(
    ...['subscribers', 'set', 'Reader@readers.test', '--cadence', 'weekly'],
    ...['--weekday', 'friday', '--hour', '17', '--timezone', 'Asia/Almaty'],
  );
  expect(set.stdout).toBe(
    'The subscriber reads security weekly; digests come at 17:00 in Asia/Almaty, weekly ones on friday.\n',
  );
  const again = await cli('subscribers', 'set', 'reader@readers.test', '--hour', '6', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    profile: { security: 'weekly' },
    schedule: { timezone: 'Asia/Almaty', hour: 6, weekday: 5 },
  });
  const stranger = await cli('subscribers', 'set', 'nobody@readers.test', '--hour', '6');
  expect(stranger).toMatchObject({
    code: 1,
    stderr: 'There is no subscriber with this address.\n',
  });
  for (const wrong of [
    ['--hour', '24'],
    ['--weekday', 'someday'],
    ['--timezone', '+05:00'],
    ['--cadence', 'hourly'],
  ]) {
    expect((await cli('subscribers', 'set', 'reader@readers.test', ...wrong)).code).toBe(2);
  }
  const lacking = await cli(
    ...['subscribers', 'set', 'reader@readers.test', '--cadence', 'daily', '--programs', 'economy'],
  );
  expect(lacking.stderr).toContain('The subscriber does not read the program "economy".');
});

it('imports cadences and hours, and tells the lines that make no sense', async () => {
  const { cli, withLedger } = await newsroom();
  const file = join(scratch(), 'readers.csv');
  writeFileSync(
    file,
    [
      'address,cadence,hour,weekday,timezone',
      'one@readers.test,daily,6,,Europe/Berlin',
      'two@readers.test,weekly,,friday,',
      'three@readers.test,hourly,,,',
      'four@readers.test,daily,25,,',
      'five@readers.test,,,,',
    ].join('\n'),
  );
  const ran = await cli(
    ...['subscribers', 'import', file, '--programs', 'security', '--consent-source', 'Old list'],
  );
  expect(ran.stdout).toContain('3 added, 0 updated, 0 unchanged, 0 suppressed, 2 invalid.');
  expect(ran.stderr).toContain('line 4: There is no cadence "hourly".');
  expect(ran.stderr).toContain('line 5: Write an hour from 0 to 23.');
  await withLedger(async (database) => {
    const { rows } = await database.query(
      `select address, cadence, timezone, digest_hour as hour, digest_weekday as weekday
       from destinations join subscriptions on destination_id = id order by created_at`,
    );
    expect(rows).toEqual([
      {
        address: 'one@readers.test',
        cadence: 'daily',
        timezone: 'Europe/Berlin',
        hour: 6,
        weekday: 1,
      },
      { address: 'two@readers.test', cadence: 'weekly', timezone: 'UTC', hour: 8, weekday: 5 },
      { address: 'five@readers.test', cadence: 'instant', timezone: 'UTC', hour: 8, weekday: 1 },
    ]);
  });
});
