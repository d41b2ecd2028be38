/** Acts that reach readers are confirmed by somebody at the terminal, or with --yes. */

import type { Io } from './io.js';

/** `not asked`: nobody is at a terminal, so that nothing must be done. */
export type Answer = 'yes' | 'no' | 'not asked';

/** Asks a question, to which only `expected` means yes. */
export async function ask(
  io: Io,
  question = 'Type yes to go on:',
  expected = 'yes',
): Promise<Answer> {
  if (!io.ask) return 'not asked';
  const answer = await io.ask(`${question} `);
  return answer.trim().toLowerCase() === expected ? 'yes' : 'no';
}

/** Asks whether to reach `count` readers. Above the threshold the count itself must be typed. */
export function confirmCount(io: Io, count: number, threshold: number): Promise<Answer> {
  if (count <= threshold) return ask(io);
  return ask(io, `Type the number of readers, ${count}, to go on:`, String(count));
}
