/** How commands speak: tables that fit the terminal, colour only where it is wanted, and JSON. */

import { styleText } from 'node:util';
import type { Io } from './io.js';

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /**
   * In a terminal that is too narrow: `first` gives way before the other columns, as the end of a title
   * is missed the least; `wrap` is never cut, and goes on below.
   */
  readonly narrow?: 'first' | 'wrap';
}

export interface Output {
  /** One line to stdout. */
  line(text?: string): void;
  /** One line to stderr: progress, hints and errors, which must not end up in a pipe. */
  note(text: string): void;
  /** One JSON document to stdout. */
  json(value: unknown): void;
  /** A table to stdout, as wide as the terminal at most. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** The text in a style, or as it is where no colour is wanted (https://no-color.org). */
  paint(style: Style, text: string): string;
}

export function createOutput(io: Io): Output {
  const coloured = io.isTTY && !io.variables.NO_COLOR && io.variables.TERM !== 'dumb';
  const paint = (style: Style, text: string) =>
    coloured ? styleText(style, text, { validateStream: false }) : text;
  const line = (text = '') => void io.stdout.write(`${text}\n`);
  return {
    line,
    note: (text) => void io.stderr.write(`${text}\n`),
    json: (value) => line(JSON.stringify(value, null, 2)),
    table: (columns, rows) => {
      const width = io.isTTY ? io.columns : Number.POSITIVE_INFINITY;
      const [head = '', ...body] = layOut(columns, rows, width);
      line(paint('bold', head));
      for (const text of body) line(text);
    },
    paint,
  };
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// With the punctuation of East Asian texts (Unicode Standard Annex 11: W and F).
const wide =
  /\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]/u;

/** The columns a terminal needs for a text. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Cuts a text to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += wide.test(segment) ? 2 : 1;
    if (used > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * Breaks a text into lines of at most this width, between words where it can. A word that is longer, such
 * as a URL, is broken too, or with `keep` stays whole, so that one can still click on it.
 */
export function wrap(text: string, width: number, long: 'break' | 'keep' = 'break'): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line) lines.push(line);
    line = '';
    if (long === 'keep') {
      line = word;
      continue;
    }
    for (const { segment } of graphemes.segment(word)) {
      if (widthOf(line + segment) > width) {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return [...lines, line];
}

const gap = 2;
/** How narrow columns get, one step after the other until the table fits; the widest always give first. */
const steps: readonly { readonly which: (column: Column) => boolean; readonly to: number }[] = [
  { which: ({ narrow }) => narrow === 'first', to: 16 },
  { which: ({ narrow }) => narrow === 'wrap', to: 32 },
  // Ids, states and times are no wider, so that texts give before them.
  { which: ({ narrow }) => narrow !== 'wrap', to: 16 },
  { which: ({ narrow }) => narrow === 'wrap', to: 20 },
  { which: ({ narrow }) => narrow === 'first', to: 8 },
  { which: () => true, to: 10 },
  { which: ({ narrow }) => narrow === 'first', to: 6 },
  { which: () => true, to: 3 },
];

/** The lines of a table, the header first, each at most `width` wide. */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  // Titles come from outside: a control character in one could drive the terminal, or turn its lines.
  const clean = (text: string) =>
    text.replace(/\p{Cc}+/gu, ' ').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  const table = [columns.map((column) => column.header), ...rows.map((row) => row.map(clean))];
  const widths = widthsOf(columns, table, width);
  return table.flatMap((row) =>
    below(columns, row, widths).map((line) =>
      cut(
        columns
          .map(({ align }, index) => {
            const size = widths[index] ?? 0;
            const cell = cut(line[index] ?? '', size);
            const space = ' '.repeat(Math.max(0, size - widthOf(cell)));
            return align === 'right' ? space + cell : cell + space;
          })
          .join(' '.repeat(gap))
          .trimEnd(),
        width,
      ),
    ),
  );
}

function widthsOf(
  columns: readonly Column[],
  table: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map((_, index) =>
    Math.max(...table.map((row) => widthOf(row[index] ?? ''))),
  );
  let over = widths.reduce((sum, each) => sum + each, gap * (widths.length - 1)) - width;
  for (const { which, to } of steps) {
    const giving = columns.flatMap((column, index) => (which(column) ? [index] : []));
    while (over > 0) {
      const widest = Math.max(...giving.map((index) => widths[index] ?? 0));
      const index = giving.find((one) => widths[one] === widest);
      if (index === undefined || widest <= to) break;
      widths[index] = widest - 1;
      over -= 1;
    }
  }
  return widths;
}

/** A row as the lines it takes: one, or more where a cell goes on below. */
function below(
  columns: readonly Column[],
  row: readonly string[],
  widths: readonly number[],
): string[][] {
  const cells = columns.map(({ narrow }, index) => {
    const text = row[index] ?? '';
    const size = widths[index] ?? 0;
    return narrow === 'wrap' && widthOf(text) > size ? wrap(text, size) : [text];
  });
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, n) => cells.map((lines) => lines[n] ?? ''));
}
