/** Counts, times and sentences, as the workers tell them to staff. */

/** "1 minute", "2 minutes". */
export function count(n: number, noun: string, many = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : many}`;
}

/** A text as the end of a sentence. */
export function closed(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

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
