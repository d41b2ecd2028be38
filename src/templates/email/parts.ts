/** A rendered mail in pieces: what every reader gets, and the places for what is a reader's own. */

import { createHash } from 'node:crypto';

const slots = ['unsubscribe', 'webView', 'programs'] as const;
/** What differs between the readers of one edition. */
export type Slot = (typeof slots)[number];

/** Literal text, a place for a value, or a passage that only a reader's own copy has. */
export type Part = string | { readonly slot: Slot } | { readonly own: readonly Part[] };

/**
 * Marks for the slots while templates are filled. They hold a hash of all that is rendered, so no
 * text in it can contain one: it would have to contain its own hash.
 */
export interface Marks {
  readonly slot: Readonly<Record<Slot, string>>;
  readonly ownStart: string;
  readonly ownEnd: string;
  split(filled: string): readonly Part[];
}

/** @param all everything that goes into the rendering */
export function marks(all: unknown): Marks {
  const nonce = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32);
  const mark = (name: string) => `x${nonce}-${name}-x`;
  const pattern = new RegExp(`x${nonce}-([a-zA-Z]+)-x`);

  function split(filled: string): readonly Part[] {
    const outer: Part[] = [];
    let parts = outer;
    // A pattern with one group: text and names take turns.
    for (const [index, piece] of filled.split(pattern).entries()) {
      if (index % 2 === 0) {
        if (piece) parts.push(piece);
      } else if (piece === 'ownStart') {
        parts = [];
        outer.push({ own: parts });
      } else if (piece === 'ownEnd') {
        parts = outer;
      } else {
        parts.push({ slot: piece as Slot });
      }
    }
    return outer;
  }

  return {
    slot: Object.fromEntries(slots.map((name) => [name, mark(name)])) as Record<Slot, string>,
    ownStart: mark('ownStart'),
    ownEnd: mark('ownEnd'),
    split,
  };
}

/** Puts the values in; they must be escaped already. Without values, a reader's own passages go. */
export function join(parts: readonly Part[], values?: Readonly<Record<Slot, string>>): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if ('own' in part) text += values ? join(part.own, values) : '';
    else text += values?.[part.slot] ?? '';
  }
  return text;
}
