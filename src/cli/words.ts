/** Times and counts as the command line says and takes them. */

import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.js';
import type { ChannelName } from '../model.js';
import type { Progress } from '../store/holds.js';
import { count as plural } from '../templates/plain.js';

export { plural };

const units: readonly [number, string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

function span(seconds: number): string {
  const [size, unit] = units.find(([one]) => seconds >= one) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** "3 min ago"; "never" for null. `now` is the ledger's clock, which in the demo may be ahead. */
export function ago(at: Date | null, now: Date): string {
  if (!at) return 'never';
  const seconds = (now.getTime() - at.getTime()) / 1000;
  return seconds < 1 ? 'just now' : `${span(seconds)} ago`;
}

/** "in 3 min"; "now" for a moment that has come. */
export function since(at: Date | null, now: Date): string {
  if (!at) return 'now';
  const seconds = (at.getTime() - now.getTime()) / 1000;
  return seconds < 1 ? 'now' : `in ${span(seconds)}`;
}

/** "5 accepted, 1 pending"; "-" where there is nothing. */
export function counts(states: Readonly<Record<string, number>> | undefined): string {
  const parts = Object.entries(states ?? {}).map(([state, count]) => `${count} ${state}`);
  return parts.join(', ') || '-';
}

/** How many of something to show, as an option's value. */
export function howMany(text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Write a number from 1 to 999999.');
}

/** A span of time as an option's value, in seconds: `30s`, `15m`, `2h` or `1d`. */
export function howLong(text: string): number {
  const seconds = parseDuration(text);
  if (seconds) return seconds;
  throw new InvalidArgumentError('Write a span of time such as 30s, 15m, 2h or 7d.');
}

const readerNouns: readonly [ChannelName, string][] = [
  ['email', 'subscriber'],
  ['discord', 'Discord channel'],
  ['rss', 'output feed'],
];

/** "42 subscribers, 1 Discord channel and 2 output feeds"; "nobody" where all are none. */
export function readers(perChannel: Partial<Record<ChannelName, number>>): string {
  const parts = readerNouns
    .map(([channel, noun]) => [perChannel[channel] ?? 0, noun] as const)
    .filter(([count]) => count > 0)
    .map(([count, noun]) => plural(count, noun));
  const last = parts.pop();
  if (!last) return 'nobody';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

/** "42 of 120 accepted, 1 rejected, 3 on the wire, 74 waiting". */
export function progressOf(progress: Progress): string {
  const total = Object.values(progress).reduce((sum, count) => sum + count, 0);
  const { rejected, uncertain, skipped, onWire, waiting, unrendered } = progress;
  const rest: [number, string][] = [
    [rejected, 'rejected'],
    [uncertain, 'uncertain'],
    [skipped, 'skipped'],
    [onWire, 'on the wire'],
    [waiting, 'waiting'],
    [unrendered, 'not rendered'],
  ];
  const said = rest.filter(([count]) => count > 0).map(([count, what]) => `, ${count} ${what}`);
  return `${progress.accepted} of ${total} accepted${said.join('')}`;
}

/** "2026-03-02 09:02" on the clock of an IANA zone. */
export function stamp(at: Date, timeZone: string): string {
  return at.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
}
