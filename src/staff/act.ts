/** An act of staff, as the ledger records it. */

export interface Act {
  readonly actor: string;
  /** In staff's own words. */
  readonly reason: string;
  readonly at: Date;
}

/** A text as the end of a sentence. */
export function closed(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** "1 article", "2 articles". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
