import { expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

async function twoEditions() {
  const room = await openRoom();
  for (const name of ['amina', 'bolat']) await room.reader(name);
  room.faults.rcpt = (address) => (address.startsWith('bolat') ? '451 Later.' : undefined);
  const first = await room.editionOf(await room.article('one'));
  await room.deliver();
  delete room.faults.rcpt;
  const second = await room.editionOf(await room.article('two'));
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(argv, { ...room.cli, ...over });
  return { ...room, first, second, run };
}

const why = ['--reason', 'The server bounces everything', '--as', 'dana'];

it('says who already had what is under way, and what waits', async () => {
  const { run, first, second } = await twoEditions();
  const { code, stdout } = await run(['pause', ...why], { columns: 120 });
  expect(code).toBe(0);
  expect(stdout).toContain('All sending is paused.');
  const lines = stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' '));
  expect(lines).toContain(`${first.slice(0, 8)} alert email 1 1 Article one`);
  expect(lines).toContain(' rss 2 0');
  expect(lines.some((line) => line.startsWith(`${second.slice(0, 8)} alert`))).toBe(true);
});

it('shows the columns of trouble only where there is some, so that the table fits', async () => {
  const { run, database, first } = await twoEditions();
  const table = async () => (await run(['pause', '--dry-run'], { columns: 80 })).stdout;
  expect(await table()).toMatch(/EDITION +CHANNEL +HAD IT +WAITING +TITLE/);
  expect(await table()).toContain('Article one');
  await database.query(
    `update deliveries set state = 'uncertain' where state = 'accepted' and edition_id = $1`,
    [first],
  );
  expect(await table()).toMatch(/HAD IT +UNCERTAIN +WAITING/);
});

it('is no error when it is paused already, and says since when and by whom', async () => {
  const { run } = await twoEditions();
  await run(['pause', ...why]);
  const again = await run(['pause', '--reason', 'Me too', '--as', 'marat']);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(
    /^All sending is paused already: by dana, .* The server bounces everything\.\n/,
  );
  const json = JSON.parse((await run(['pause', '--reason', 'x', '--json'])).stdout);
  expect(json).toMatchObject({ already: true, paused: { actor: 'dana' } });
  expect(json.editions).toHaveLength(2);
});

it('stands at the top of the status until it is resumed', async () => {
  const room = await twoEditions();
  const { run } = room;
  await run(['pause', ...why]);
  expect((await run(['status'])).stdout).toMatch(
    /^No service is running.*\nAll sending is paused by dana, .*: The server bounces everything\.\n/,
  );
  await room.deliver();
  expect(room.mails()).toEqual(['amina: Article one']);

  const plan = await run(['resume']);
  expect(plan.stdout).toContain('2 editions would go on, only to those who wait:');
  expect(plan.stdout).toContain('Nothing was done. Add --reason "…" --yes to do it.');
  const resumed = await run(['resume', '--reason', 'It is back', '--yes']);
  expect(resumed.stdout).toContain(
    'Sending goes on.\nIt goes out when a service runs: "broadsheet serve".',
  );
  expect(JSON.parse((await run(['status', '--json'])).stdout).paused).toBeNull();
  expect((await run(['resume', '--reason', 'x', '--yes'])).stdout).toBe('Sending is not paused.\n');
});

it('does nothing with --dry-run, and nothing without a reason', async () => {
  const { run } = await twoEditions();
  expect((await run(['pause', '--dry-run'])).stdout).toContain('All sending would be paused.');
  expect((await run(['pause'])).code).toBe(2);
  expect(JSON.parse((await run(['status', '--json'])).stdout).paused).toBeNull();
});
