import { expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

const amina = 'amina@readers.example';
const why = ['--reason', 'Asked by telephone', '--as', 'dana'];

async function newsroom() {
  const room = await openRoom();
  room.clock.now = new Date();
  await room.reader('amina', { programs: ['spp', 'eep'] });
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['subscribers', ...argv], { ...room.cli, ...over });
  const add = (address: string) =>
    run(['add', address, '--programs', 'spp', '--consent-source', 'Sheet']);
  return { ...room, run, add };
}

it('suppresses an address, and lifts that without bringing back what was left', async () => {
  const { run, add, database } = await newsroom();
  expect((await run(['suppress', amina])).code).toBe(2);
  const plan = await run(['suppress', amina, '--dry-run']);
  expect(plan.stdout).toBe('The address would be suppressed.\nThe reader would leave eep, spp.\n');
  const done = await run(['suppress', amina, ...why]);
  expect(done.stdout).toContain('nothing is mailed to it any more.\nThe reader has left eep, spp.');
  const again = JSON.parse((await run(['suppress', amina, ...why, '--json'])).stdout);
  expect(again).toMatchObject({ already: true, suppression: { actor: 'dana' }, left: [] });
  expect((await add(amina)).code).toBe(1);

  const shown = await run(['unsuppress', amina]);
  expect(shown.stdout).toMatch(/is suppressed since .* by dana: Asked by telephone\./);
  expect(shown.stdout).toContain('still nothing is mailed to it');
  expect(shown.stdout).toContain('Nothing was done.');
  const lifted = await run(['unsuppress', amina, '--reason', `Not ${amina} but another`, '--yes']);
  expect(lifted.stdout).toContain('The suppression is lifted.');
  expect((await add(amina)).stdout).toBe(
    'The subscriber was unchanged.\nThey left before, and stay out of: spp.\n',
  );
  // The journal, merged by "add", does not bring it back.
  expect((await run(['unsuppress', amina])).stdout).toBe('The address is not suppressed.\n');
  const { rows } = await database.query('select kind, message from events order by id');
  expect(rows).toEqual([
    { kind: 'subscriber.suppressed', message: 'An address was suppressed: Asked by telephone.' },
    { kind: 'subscriber.unsuppressed', message: 'A suppression was lifted: Not … but another.' },
  ]);
});

it('suppresses an address that nobody is subscribed with', async () => {
  const { run, add } = await newsroom();
  await run(['suppress', 'nobody@readers.example', ...why]);
  expect((await add('Nobody@Readers.example')).stdout).toContain('The address is suppressed');
  expect((await run(['suppress', 'nobody', ...why])).stderr).toBe(
    'nobody is not an e-mail address.\n',
  );
});

it('pauses a reader until a day of their own calendar, and ends that', async () => {
  const { run, article, deliver, rounds, reader } = await newsroom();
  await reader('dina', { schedule: { timezone: 'Asia/Tokyo' } });
  const dina = 'dina@readers.example';
  expect((await run(['pause', dina, ...why])).stderr).toContain('Write --until DATE, or --end.');
  expect((await run(['pause', dina, '--until', '2026-02-30', ...why])).code).toBe(2);
  expect((await run(['pause', dina, '--until', '2020-01-01', ...why])).stderr).toContain(
    'has come already',
  );
  const until = ['--until', '2099-01-01'];
  expect((await run(['pause', dina, ...until, '--dry-run'])).stdout).toBe(
    'The subscriber would be paused until 2099-01-01 00:00 in Asia/Tokyo.\n',
  );
  await run(['pause', dina, ...until, ...why]);
  await article('one');
  await deliver();
  expect(await rounds()).toEqual(['amina: accepted', 'dina: skipped']);
  expect((await run(['show', dina])).stdout).toContain(
    'Paused until 2099-01-01 00:00: nothing goes out before.\n',
  );
  const shown = await run(['show', amina]);
  expect(shown.stdout).toMatch(/On .* accepted: “Article one” \([0-9a-f]{8}\)\./);

  expect((await run(['pause', dina, '--end', ...why])).stdout).toContain('is mailed again.');
  await article('two');
  await deliver();
  expect(await rounds()).toContainEqual(expect.stringMatching(/^dina: .*accepted/));
  expect((await run(['pause', dina, '--end', ...why])).stdout).toContain('is not paused.');
});
