import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { widthOf } from '../../src/cli/output.js';
import { recordEvent } from '../../src/store/events.js';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

const reason =
  'The ministry has called: the figure in the headline is for 2024, and the whole second paragraph rests on it';

async function acted() {
  const room = await openRoom();
  const id = await room.article('one');
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(argv, { ...room.cli, ...over });
  await recordEvent(room.database, {
    at: room.clock.now,
    actor: 'schedule',
    kind: 'feed.read',
    level: 'info',
    subject: 'feed:main',
    message: 'Read 20 entries: 1 new.',
  });
  await run(['hold', id, '--reason', reason, '--as', 'dana']);
  await run(['pause', '--reason', 'Look first', '--as', 'marat']);
  await run(['resume', '--reason', 'Looked', '--as', 'marat', '--yes']);
  await run(['release', id, '--reason', 'Corrected', '--as', 'dana', '--yes']);
  const audit = async (...argv: string[]) =>
    JSON.parse((await run(['audit', '--json', ...argv])).stdout).map(
      ({ actor, kind }: { actor: string; kind: string }) => `${actor} ${kind}`,
    );
  return { ...room, id, run, audit };
}

it('tells what staff did, the newest first, and with --all also the schedule', async () => {
  const { audit, id } = await acted();
  const staff = [
    'dana article.released',
    'marat sending.resumed',
    'marat sending.paused',
    'dana article.held',
  ];
  expect(await audit()).toEqual(staff);
  expect(await audit('--all')).toEqual([...staff, 'schedule feed.read']);
  expect(await audit('--limit', '2')).toEqual(staff.slice(0, 2));
  expect(await audit('--subject', id.slice(0, 8))).toEqual([staff[0], staff[3]]);
  expect(await audit('--subject', 'sending')).toEqual(staff.slice(1, 3));
  expect(await audit('--subject', 'feed:main', '--all')).toEqual(['schedule feed.read']);
});

it('looks back as far as it is asked to', async () => {
  const { audit, database } = await acted();
  await database.query(
    `update events set at = now() - interval '3 days' where kind like '%paused'`,
  );
  expect(await audit('--since', '2d')).toHaveLength(3);
  expect(await audit('--since', '4d')).toHaveLength(4);
});

it.each([80, 46])('fits a terminal of %d columns, and never cuts a reason', async (columns) => {
  const { run } = await acted();
  const { stdout } = await run(['audit'], { columns });
  const [head = '', ...lines] = stripVTControlCharacters(stdout).split('\n');
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
  const words = lines.map((line) => line.slice(head.indexOf('WHAT')));
  expect(words.join(' ').replaceAll(/\s+/g, ' ')).toContain(reason);
});
