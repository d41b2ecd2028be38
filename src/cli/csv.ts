/** Reads CSV files of any length as they come from spreadsheets, line by line. */

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { plain } from './csv-line.js';
import { exitCodes, Failure } from './exit.js';

/** One line of the file, by the names of its columns, or what is wrong with it. */
export type CsvLine = {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** How much of the file was read, from 0 to 1. */
  readonly done: number;
} & ({ readonly record: Readonly<Record<string, string>> } | { readonly problem: string });

export interface Csv {
  /** In lower case. */
  readonly columns: readonly string[];
  readonly lines: AsyncGenerator<CsvLine>;
}

/** A line that is longer, in characters, is none of a CSV file. */
const longest = 64 * 1024;
/** Lines that one cell may go over. */
const mostLines = 5;
/** What the cells are divided by. */
const delimiters = [',', ';', '\t'];

/**
 * Opens a file whose first line names its columns. A byte order mark tells the encoding, else it is
 * UTF-8 where none is named. A line that cannot be read is a problem of its own, and none of the next.
 * Throws a Failure where the file is missing, or an encoding is not known.
 */
export async function readCsv(file: string, encoding?: string): Promise<Csv> {
  if (encoding !== undefined && !iconv.encodingExists(encoding)) {
    throw new Failure(
      `There is no encoding "${encoding}". Write one such as utf-8, windows-1251 or latin1.`,
      exitCodes.usage,
    );
  }
  const size = await sizeOf(file);
  const text = iconv.decodeStream(encoding ?? (size > 0 ? await markOf(file) : 'utf-8'));
  const source = createReadStream(file);
  // What goes wrong is thrown where the lines are read.
  pipeline(source, text, () => {});
  const waiting: Line[] = [];
  const lines = linesOf(text);
  const next = async () => waiting.shift() ?? (await lines.next()).value ?? undefined;
  const done = () => (size > 0 ? Math.min(1, source.bytesRead / size) : 1);

  let first: Line | undefined = await next();
  while (first?.text.trim() === '') first = await next();
  const header = first?.text ?? '';
  const delimiter = delimiterOf(header);
  const read = parseCells(header, delimiter);
  // `email` is the name that other systems export it under.
  const columns = (Array.isArray(read) ? read : []).map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/^e-?mail$/, 'address'),
  );

  async function* records(): AsyncGenerator<CsvLine> {
    for (let line = await next(); line; line = await next()) {
      if (line.text.trim() === '') continue;
      const following: Line[] = [];
      let cells = parseCells(line.text, delimiter);
      // A quote that is not closed: the cell may go on below.
      while (cells === 'open' && following.length < mostLines - 1) {
        const more = await next();
        if (!more) break;
        following.push(more);
        cells = parseCells([line, ...following].map((one) => one.text).join('\n'), delimiter);
      }
      // Then the quote was a stray one, and what follows are lines of their own.
      const stray = following.length > 0 && cells.length !== columns.length;
      const found = recordOf(stray ? 'open' : cells, columns, line);
      if ('problem' in found) waiting.unshift(...following);
      yield { line: line.number, done: done(), ...found };
    }
  }
  return { columns, lines: records() };
}

type Found = { record: Record<string, string> } | { problem: string };

function recordOf(cells: Cells, columns: readonly string[], { text }: Line): Found {
  if (text.length > longest) return { problem: 'The line is too long.' };
  if (cells === 'open') return { problem: 'A quote is opened and not closed.' };
  if (cells === 'broken') {
    return {
      problem: 'There are quotes in the middle of a cell. Double each, and quote the cell.',
    };
  }
  if (text.includes('\ufffd')) {
    return {
      problem:
        'The line is in another encoding than the file. Save the file as UTF-8, or name its encoding with --encoding, such as windows-1251.',
    };
  }
  if (cells.slice(columns.length).some((cell) => cell !== '')) {
    return {
      problem: `The line has ${cells.length} cells, and there are ${columns.length} columns.`,
    };
  }
  return { record: Object.fromEntries(columns.map((name, index) => [name, plain(cells[index])])) };
}

/** `open`: a quote is not closed. `broken`: it cannot be read in any way. */
type Cells = string[] | 'open' | 'broken';

function parseCells(text: string, delimiter: string): Cells {
  if (text.length > longest * mostLines) return 'broken';
  try {
    const rows = parse(text, { trim: true, relax_quotes: true, delimiter });
    return rows.length <= 1 ? (rows[0] ?? []) : 'broken';
  } catch (error) {
    return error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'open' : 'broken';
  }
}

/** The delimiter that divides the header into most cells. */
function delimiterOf(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return delimiters.reduce((best, one) => (count(one) > count(best) ? one : best));
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Of a line that is too long only a part is kept, so that memory does not grow with it. */
async function* linesOf(text: AsyncIterable<unknown>): AsyncGenerator<Line> {
  let number = 1;
  let rest = '';
  for await (const chunk of text) {
    // A CR at the end may be the first half of a CRLF.
    const parts = (rest + String(chunk)).split(/\r\n|\n|\r(?!$)/);
    rest = (parts.pop() ?? '').slice(-longest - 2);
    for (const part of parts) {
      yield { number, text: part };
      number += 1;
    }
  }
  if (rest !== '') yield { number, text: rest.replace(/\r$/, '') };
}

/** 0 for what is no plain file, such as a pipe: it can be read only once. */
async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Failure(`${file} is a directory.`, exitCodes.usage);
    return found.isFile() ? found.size : 0;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${file} could not be read (${code}).`, exitCodes.usage);
  }
}

async function markOf(file: string): Promise<string> {
  const opened = await open(file);
  try {
    const { buffer } = await opened.read(Buffer.alloc(2), 0, 2);
    const mark = buffer.toString('hex');
    return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  } finally {
    await opened.close();
  }
}
