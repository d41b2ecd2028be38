import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/cli/csv.js';
import { csvLine } from '../../src/cli/csv-line.js';
import { scratchFile } from '../config/scratch.js';

/** Each line as its number and its cells, or what is wrong with it. */
async function linesOf(text: string | Uint8Array, encoding?: string) {
  const { columns, lines } = await readCsv(scratchFile(text, 'list.csv'), encoding);
  const found: [number, unknown][] = [];
  for await (const line of lines) {
    found.push([line.line, 'record' in line ? Object.values(line.record) : line.problem]);
  }
  return { columns, found };
}

describe('a CSV file', () => {
  it.each([
    ['commas', 'address,name\na@b.example,"A, B"\n'],
    ['semicolons', 'address;name\r\na@b.example;A, B\r\n'],
    ['tabs, and line ends of long ago', 'address\tname\ra@b.example\tA, B\r'],
    ['a byte order mark and no end', '\ufeffE-Mail,Name\n a@b.example , "A, B"'],
  ])('is read with %s', async (_, text) => {
    const { columns, found } = await linesOf(text);
    expect(columns).toEqual(['address', 'name']);
    expect(found).toEqual([[2, ['a@b.example', 'A, B']]]);
  });

  it('loses no line to a quote before it, and counts on where a cell goes over several', async () => {
    const text = [
      'address,name,notes',
      'a@b.example,"A,x',
      'c@b.example,C,x',
      'd@b.example,D,"one',
      'two"',
      'e@b.example,"E,x',
    ].join('\n');
    const open = 'A quote is opened and not closed.';
    expect((await linesOf(text)).found).toEqual([
      [2, open],
      [3, ['c@b.example', 'C', 'x']],
      [4, ['d@b.example', 'D', 'one\ntwo']],
      [6, open],
    ]);
  });

  it('costs no memory for a line without an end', async () => {
    const text = `address,name\na@b.example,A\n${'x'.repeat(300_000)}\nc@b.example,C\n`;
    expect((await linesOf(text)).found).toEqual([
      [2, ['a@b.example', 'A']],
      [3, 'The line is too long.'],
      [4, ['c@b.example', 'C']],
    ]);
  });

  it('has columns and no lines where there is only a header, and nothing where it is empty', async () => {
    expect(await linesOf('address\n')).toEqual({ columns: ['address'], found: [] });
    expect(await linesOf('')).toEqual({ columns: [], found: [] });
    await expect(linesOf('address\n', 'morse')).rejects.toThrow('There is no encoding "morse".');
  });
});

it('writes no cell that is a formula, and reads each as it was', async () => {
  const cells = ['=1+1', '+1', '-1', '@x', "'=1", "'quiet", 'a,b', 'say "a"', 'ä', ''];
  const written = csvLine(cells);
  expect(written).toBe(`'=1+1,'+1,'-1,'@x,''=1,'quiet,"a,b","say ""a""",ä,\r\n`);
  const header = csvLine(cells.map((_, n) => `column${n}`));
  expect((await linesOf(header + written)).found).toEqual([[2, cells]]);
});
