import { expect, it } from 'vitest';
import { growthOf } from '../../src/staff/stats.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { openRoom } from '../staff/room.js';
import { broadsheet } from './terminal.js';

it('counts who is mailed, what they read, who came and left, and why others are suppressed', async () => {
  const room = await openRoom();
  const { clock, reader, subscribers, keys } = room;
  const run = (...argv: string[]) => broadsheet(['subscribers', ...argv], room.cli);
  // On the newsroom's calendar, where a month begins five hours earlier.
  const now = new Date(Date.now() + 5 * 3_600_000);
  const month = (back: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 15));
  clock.now = month(2);
  const first = await reader('amina', { programs: ['spp', 'eep'] });
  await reader('bolat', { cadence: 'weekly' });
  clock.now = month(1);
  await reader('dina', { cadence: 'daily' });
  const token = (programs: string[]) => unsubscribeToken(keys, { destination: first, programs });
  await subscribers.leave(token(['spp', 'eep']), 'all');
  await run('suppress', 'nobody@readers.example', '--reason', 'Asked');
  await run('forget', 'bolat@readers.example', '--reason', 'Asked', '--yes');

  const { stdout } = await run('stats', '--json', '--last', '3');
  const from = (back: number) => {
    const at = month(back);
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)).toISOString().slice(0, 10);
  };
  expect(JSON.parse(stdout)).toMatchObject({
    active: 1,
    paused: 0,
    programs: [
      { id: 'spp', instant: 0, daily: 1, weekly: 0 },
      { id: 'eep', instant: 0, daily: 0, weekly: 0 },
    ],
    suppressed: { unsubscribed: 1, staff: 1, forgotten: 1 },
    growth: [
      { from: from(2), joined: 2, left: 0, active: 2 },
      { from: from(1), joined: 1, left: 1, active: 2 },
      { from: from(0), joined: 0, left: 1, active: 1 },
    ],
  });
  const shown = (await run('stats')).stdout;
  expect(shown).toContain('1 subscriber.\n');
  expect(shown).toMatch(new RegExp(`${from(2).slice(0, 7)} +2 +0 +2 +█{24}\n`));
  expect(shown).toContain('3 addresses are suppressed:\n  1 unsubscribed from everything\n');
});

it('leaves no period out, and begins weeks on Monday', () => {
  const changes = [
    { from: '2026-01-05', joined: 5, left: 0 },
    { from: '2026-02-23', joined: 2, left: 1 },
  ];
  expect(growthOf(changes, 'week', 3, '2026-03-08')).toEqual([
    { from: '2026-02-16', joined: 0, left: 0, active: 5 },
    { from: '2026-02-23', joined: 2, left: 1, active: 6 },
    { from: '2026-03-02', joined: 0, left: 0, active: 6 },
  ]);
});
