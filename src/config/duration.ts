const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `30s`, `15m`, `2h` or `1d` into seconds; undefined where it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Number(amount) * (seconds[unit] ?? 1);
}

/** Writes seconds in the largest unit that needs no fraction: 900 is `15m`. */
export function formatDuration(total: number): string {
  for (const unit of ['d', 'h', 'm']) {
    const size = seconds[unit] ?? 1;
    if (total >= size && total % size === 0) return `${total / size}${unit}`;
  }
  return `${total}s`;
}
