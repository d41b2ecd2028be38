/** Times, as the workers tell them to staff. */

import { count } from '../templates/plain.js';

const units: readonly [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** "14 minutes": in the largest unit that there is at least one of. */
export function lasting(since: Date, until: Date): string {
  const seconds = Math.max(1, Math.round((until.getTime() - since.getTime()) / 1000));
  const [size, unit] = units.find(([one]) => seconds >= one) as [number, string];
  return count(Math.floor(seconds / size), unit);
}
