/** Times and counts as the command line says and takes them. */

import { InvalidArgumentError } from 'commander';

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

/** "3 min ago"; "never" for null. */
export function ago(at: Date | null): string {
  if (!at) return 'never';
  const seconds = (Date.now() - at.getTime()) / 1000;
  return seconds < 1 ? 'just now' : `${span(seconds)} ago`;
}

/** "in 3 min"; "now" for a moment that has come. */
export function since(at: Date | null): string {
  if (!at) return 'now';
  const seconds = (at.getTime() - Date.now()) / 1000;
  return seconds < 1 ? 'now' : `in ${span(seconds)}`;
}

/** "5 accepted, 1 pending"; "-" where there is nothing. */
export function counts(states: Readonly<Record<string, number>> | undefined): string {
  const parts = Object.entries(states ?? {}).map(([state, count]) => `${count} ${state}`);
  return parts.join(', ') || '-';
}

/** "1 article", "2 articles". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How many of something to show, as an option's value. */
export function howMany(text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Write a number from 1 to 999999.');
}
