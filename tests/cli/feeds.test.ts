import { expect, it } from 'vitest';
import { widthOf } from '../../src/cli/output.js';
import { recordPollOutcome } from '../../src/store/feeds.js';
import { poll } from '../support/ledger.js';
import { newsroom } from './newsroom.js';

const main = { id: 'main', url: 'https://example.org/feed.xml' };
const second = '  - { id: second, url: "https://example.org/second.xml" }\n';
const outcome = 'example.org did not answer in full within 20 seconds.';

/** A newsroom with a feed that worked two hours ago and fails since, and one that was never polled. */
async function room(options: { columns?: number } = {}) {
  const made = await newsroom(second, options);
  expect((await made.cli('status')).code).toBe(0);
  await made.withLedger(async (database) => {
    const at = new Date(Date.now() - 2 * 3_600_000);
    await poll(database, ['one', 'two'], { feed: main, at, content: { title: 'Tea and water' } });
    for (let n = 0; n < 3; n += 1) {
      await recordPollOutcome(database, 'main', {
        at: new Date(),
        next: { at: new Date(Date.now() + 2 * 3_600_000), reason: 'the last 3 polls failed' },
        outcome,
        result: 'failed',
      });
    }
  });
  return made;
}

it('shows each feed on a line, and what is wrong below, within 80 columns', async () => {
  const { cli } = await room({ columns: 80 });
  const { code, stdout } = await cli('feeds');
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  const table = lines.slice(0, lines.indexOf(''));
  expect(Math.max(...table.map(widthOf))).toBeLessThanOrEqual(80);
  expect(table[1]).toMatch(/^main +fails 3x +2 +2 h ago +in 1 h +the last 3 polls failed$/);
  expect(table[2]).toMatch(/^second +never polled +- +never +now$/);
  expect(stdout).toContain(`main fails: 3 polls since it last worked, 2 h ago. ${outcome}`);
  expect(stdout).toContain('second was never polled.');
});

it('shows one feed in detail, and prints JSON of one and of all', async () => {
  const { cli } = await room();
  const { code, stdout } = await cli('feeds', 'main');
  expect(code).toBe(0);
  expect(stdout).toContain('https://example.org/feed.xml\n');
  expect(stdout).toMatch(/^next poll +in 1 h: the last 3 polls failed$/m);
  expect(stdout).toMatch(/^rhythm +There are about 2 articles a week\.$/m);
  expect(stdout).toMatch(/^[0-9a-f]{8} +2 h ago +waiting +spp +Tea and water$/m);
  const all = JSON.parse((await cli('feeds', '--json')).stdout);
  expect(all).toMatchObject([
    { id: 'main', state: 'fails', failures: 3, lastOutcome: outcome },
    { id: 'second', state: 'never polled', pace: null },
  ]);
  const one = JSON.parse((await cli('feeds', 'main', '--json')).stdout);
  expect(one.articles[0]).toMatchObject({ title: 'Tea and water', programs: ['spp'] });
});

it('ends with 2 where there is no such feed, and says which there are', async () => {
  const { cli } = await newsroom(second);
  for (const command of ['feeds', 'poll']) {
    const ran = await cli(command, 'third');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toBe('There is no feed "third". Write one of: main, second.\n');
  }
});
