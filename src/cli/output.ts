/** How commands speak: tables that fit the terminal, colour only where it is wanted, and JSON. */

import { styleText } from 'node:util';
import type { Io } from './io.js';

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
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
const wide =
  /\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

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

const gap = 2;
const narrowest = 6;

/** The lines of a table, the header first. Columns that are too wide give way, the widest first. */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  // Titles come from outside: a control character in one could drive the terminal.
  const clean = (text: string) => text.replace(/\p{Cc}+/gu, ' ');
  const table = [columns.map((column) => column.header), ...rows.map((row) => row.map(clean))];
  const widths = columns.map((_, index) =>
    Math.max(...table.map((row) => widthOf(row[index] ?? ''))),
  );
  const total = () => widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
  while (total() > width) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return table.map((row) =>
    columns
      .map(({ align }, index) => {
        const size = widths[index] ?? 0;
        const cell = cut(row[index] ?? '', size);
        const space = ' '.repeat(Math.max(0, size - widthOf(cell)));
        return align === 'right' ? space + cell : cell + space;
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
