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

/** The list of what is uncertain, which is the widest of them. */
const wideColumns = [
  { header: 'EDITION' },
  { header: 'CHANNEL' },
  { header: 'TO' },
  { header: 'SINCE' },
  { header: 'STATE' },
  { header: 'TITLE', narrow: 'first' },
] as const;
const wideRows = [
  [
    '4f9c2a10',
    'email',
    'a.very.long.address.of.a.reader@subdomain.newsroom.example',
    '12 min ago',
    'uncertain',
    'Вода и климат: что осталось от ледников Центральной Азии и кому она нужна. '.repeat(3),
  ],
  [
    'b81d0e77',
    'discord',
    '#安全保障',
    '3 d ago',
    'accepted',
    '誰が運河を守るのか：水と安全保障、そして「共有地」。'.repeat(4),
  ],
];

describe.each([60, 80, 120])('a wide table at %i columns', (width) => {
  const lines = layOut(wideColumns, wideRows, width);

  test('fits, in Cyrillic and in Chinese characters', () => {
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  test('keeps ids, channels, times and states whole, and cuts titles first', () => {
    for (const [index, row] of wideRows.entries()) {
      for (const cell of [row[0], row[1], row[3], row[4]]) expect(lines[index + 1]).toContain(cell);
      expect(lines[index + 1]).toMatch(/…$/);
    }
    // The address gives only where the title has given what it can.
    if (width === 120) expect(lines[1]).toContain(wideRows[0]?.[2]);
  });

  test('goes on below where a cell must not be cut', () => {
    const why =
      'The connection broke after the final dot, so that nobody knows whether the mail was taken.';
    const columns = [...wideColumns.slice(0, 5), { header: 'WHY', narrow: 'wrap' }] as const;
    const wrapped = layOut(columns, [[...(wideRows[0] ?? []).slice(0, 5), why]], width);
    for (const line of wrapped) expect(widthOf(line)).toBeLessThanOrEqual(width);
    const from = (wrapped[0] ?? '').indexOf('WHY');
    const told = wrapped.slice(1).map((line) => line.slice(from).trim());
    // Between words, but for a word that is longer than its column.
    expect(told.join(' ').replaceAll(' ', '')).toBe(why.replaceAll(' ', ''));
    if (width >= 80) expect(told.join(' ')).toBe(why);
  });
});

test('a table that is far too wide still ends where the terminal does', () => {
  const many = Array.from({ length: 20 }, (_, n) => ({ header: `COLUMN ${n}` }));
  const lines = layOut(many, [many.map(() => 'something long')], 40);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(40);
});

test('the marks that turn a line to the left do not reach the terminal', () => {
  expect(layOut([{ header: 'TITLE' }], [['a\u202eb\u2066c']], 80)[1]).toBe('abc');
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
