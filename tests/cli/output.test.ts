import { describe, expect, test } from 'vitest';
import { createOutput, cut, layOut, widthOf } from '../../src/cli/output.js';
import type { Variables } from '../../src/config/environment.js';

const columns = [
  { header: 'FEED' },
  { header: 'ARTICLES', align: 'right' },
  { header: 'TITLE' },
] as const;
const rows = [
  ['main', '7', 'Вода и климат: что осталось от ледников и кому она нужна'],
  ['water-monitor', '1024', 'Short'],
];

describe('a table', () => {
  test('lines its columns up, and cuts nothing where there is no end to the line', () => {
    expect(layOut(columns, rows, Number.POSITIVE_INFINITY)).toEqual([
      'FEED           ARTICLES  TITLE',
      'main                  7  Вода и климат: что осталось от ледников и кому она нужна',
      'water-monitor      1024  Short',
    ]);
  });

  test.each([30, 40, 60, 80])('fits a terminal of %i columns', (width) => {
    const lines = layOut(columns, rows, width);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    if (width < 80) expect(lines[1]).toMatch(/…$/);
  });

  test('lets no control character of a title reach the terminal', () => {
    const [, line] = layOut([{ header: 'TITLE' }], [['a\u001b[2Jb\nc\u009bd']], 80);
    expect(line).toBe('a [2Jb c d');
  });

  test('measures what is shown, not how it is stored', () => {
    expect(widthOf('é')).toBe(1);
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('漢字')).toBe(4);
    expect(widthOf('👩‍👧')).toBe(2);
    expect(cut('漢字漢字', 5)).toBe('漢字…');
    expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  });
});

describe('colour', () => {
  const painted = (isTTY: boolean, variables: Variables) => {
    const sink = { write: () => true };
    const io = { stdout: sink, stderr: sink, isTTY, columns: 80, directory: '/', variables };
    return createOutput(io).paint('red', 'x');
  };

  test('is used on a terminal only, and never with NO_COLOR', () => {
    expect(painted(true, {})).toBe('\u001b[31mx\u001b[39m');
    expect(painted(false, {})).toBe('x');
    expect(painted(true, { NO_COLOR: '1' })).toBe('x');
    expect(painted(true, { NO_COLOR: '' })).not.toBe('x');
    expect(painted(true, { TERM: 'dumb' })).toBe('x');
  });
});
