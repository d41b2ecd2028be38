/** How many letters must be added, taken away, changed or swapped with their neighbour to make `b` of `a`. */
function distance(a: string, b: string): number {
  // Three rows of the table of optimal string alignment are enough.
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (row[j - 1] ?? 0) + 1,
        (previous[j] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Letters only, so that `reply_to`, `Reply-To` and `replyTo` are the same word. */
const bare = (word: string) => word.toLowerCase().replace(/[\s_-]/g, '');

/**
 * The known word that was probably meant, or undefined where none is near: at most a third of its
 * letters differ. Case, `-` and `_` do not count.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const meant = bare(word);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const steps = distance(meant, bare(candidate));
    if (steps < least && steps <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}
