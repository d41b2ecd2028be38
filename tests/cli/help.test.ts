import { expect, test } from 'vitest';
import { actorOf } from '../../src/cli/ledger.js';
import { scratch } from '../config/scratch.js';
import { broadsheet } from './terminal.js';

/** The help of a command, and the commands that it lists. */
async function helpOf(path: readonly string[]): Promise<{ text: string; below: string[] }> {
  const { code, stdout } = await broadsheet([...path, '--help'], { directory: scratch() });
  expect(code).toBe(0);
  const part = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout)?.[1] ?? '';
  const below = [...part.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
  return { text: stdout, below: below.filter((name) => name !== 'help') };
}

test('every command explains itself with examples, its JSON and its exit codes', async () => {
  const left: string[][] = (await helpOf([])).below.map((name) => [name]);
  expect(left.length).toBeGreaterThan(20);
  for (let path = left.shift(); path; path = left.shift()) {
    const { text, below } = await helpOf(path);
    if (below.length > 0) {
      left.push(...below.map((name) => [...(path as string[]), name]));
      continue;
    }
    expect(text).toMatch(/\nExamples:\n {2}\S/);
    expect(text).toMatch(/\nWith --json:\n {2}\S/);
    expect(text.match(/\nExit codes:\n {2}0 {2}\S.*\n {2}1 {2}\S.*\n {2}2 {2}\S/g)).toHaveLength(1);
  }
});

test('who acts is named once and for all, and cannot pass for the schedule or a reader', () => {
  expect(actorOf({ as: '  Dana  Orazova ' })).toBe('Dana Orazova');
  expect(actorOf({})).not.toBe('');
  for (const as of ['schedule', 'Reader']) {
    expect(() => actorOf({ as })).toThrow(`Nobody of the staff can be called "${as}".`);
  }
  expect(() => actorOf({ as: ' ' })).toThrow('Say who you are with --as NAME.');
});
