/** Previews in words: the stages, and each channel's message as one reads it. */

import type { Preview } from '../staff/preview.js';
import type { MessagePreview } from '../staff/preview-message.js';
import type { ReaderPreview } from '../staff/preview-reader.js';
import type { Output } from './output.js';

const stages = {
  frozen: 'as it was frozen',
  revised: 'in its newest revision, as a resend would bring it',
  'to come': 'as it would be frozen now',
} as const;

/** What a terminal could take for an order is a space; lines stay lines. */
const clean = (text: string) => text.replace(/[^\P{Cc}\n]/gu, ' ');

/** “Title” (alert, en, 1a2b3c4d), as it was frozen. */
export function titleOf({ edition, stage }: Pick<Preview, 'edition' | 'stage'>): string {
  const { id, kind, language, on, sections } = edition;
  const title = clean(sections[0]?.articles[0]?.title ?? '').replaceAll('\n', ' ');
  const what = kind === 'digest' ? `digest of ${on}` : 'alert';
  return `“${title}” (${what}, ${language}, ${id.slice(0, 8)}), ${stages[stage]}`;
}

export function whyLines(
  why: readonly { readonly stage: string; readonly message: string; readonly stops: boolean }[],
  { paint }: Output,
): string[] {
  return why.map(({ stage, message, stops }) => {
    const text = clean(message).replaceAll('\n', ' ');
    return `  ${paint('dim', stage.padEnd(11))} ${stops ? paint('yellow', text) : text}`;
  });
}

export function messageLines(message: MessagePreview, { paint }: Output): string[] {
  if (message.channel === 'email') {
    return [
      paint('bold', 'E-mail'),
      ...indent(message.headers.map(readable).join('\n')),
      '',
      ...indent(message.text),
    ];
  }
  if (message.channel === 'rss') {
    return [paint('bold', 'RSS item'), ...indent(message.xml).map(shortened)];
  }
  const places = message.places.map((name) => `#${name}`).join(', ') || 'no Discord channel';
  const { content, embeds } = message.body;
  return [
    paint('bold', `Discord, in ${places}`),
    ...(content ? indent(content) : []),
    ...embeds.flatMap(({ author, title, url, description, footer }) =>
      [author?.name, title, url, description, footer?.text].flatMap((part) =>
        part ? indent(part) : [],
      ),
    ),
  ];
}

export function readerLines(
  { why, programs, schedule, next }: ReaderPreview,
  output: Output,
  stamp: (at: Date) => string,
): string[] {
  const lines = whyLines(why, output);
  if (schedule) lines.push('');
  for (const { name, cadence, nextAt } of programs) {
    const when =
      cadence === 'instant'
        ? nextAt
          ? `, and its last digest closes ${stamp(nextAt)}`
          : ''
        : nextAt
          ? `, next ${stamp(nextAt)}`
          : '';
    lines.push(`  ${name}: ${cadence}${when}`);
  }
  if (!next) {
    if (schedule) lines.push('', 'No digest is to come.');
    return lines;
  }
  const hour = `${stamp(next.closesAt)} (${schedule?.timezone ?? 'UTC'})`;
  const when = next.overdue
    ? `The digest of ${hour} is overdue: it closes as soon as a service runs`
    : `The next digest closes ${hour}`;
  if (next.sections.length === 0) {
    return [...lines, '', `${when}. So far there is nothing for it.`];
  }
  lines.push('', `${when}, and would hold:`);
  for (const { program, titles } of next.sections) {
    lines.push(`  ${program}`, ...titles.map((title) => `    ${clean(title)}`));
  }
  return lines;
}

/** A header with its encoded words (RFC 2047) as one reads them. */
function readable(header: string): string {
  return header
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) =>
      Buffer.concat(
        [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, form = '', word = '']) =>
          form.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quoted(word),
        ),
      ).toString('utf8'),
    );
}

function quoted(word: string): Buffer {
  const text = word.replaceAll('_', ' ');
  return Buffer.from(
    text.replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** A full text stands on one line, which says little on a terminal. */
const shortened = (line: string) =>
  line.length > longest ? `${line.slice(0, longest)} … (whole with --out item.xml)` : line;

const longest = 300;

const indent = (text: string) =>
  clean(text.trimEnd())
    .split('\n')
    .map((line) => (line.trim() ? `  ${line.trimEnd()}` : ''));
