/** A rendered mail in pieces: what every reader gets, and the places for what is a reader's own. */

import { createHash } from 'node:crypto';

const slots = ['unsubscribe', 'preferences', 'webView', 'programs'] as const;
/** What differs between the readers of one edition. */
export type Slot = (typeof slots)[number];

const editionSlots = [
  'title',
  'preheader',
  'styles',
  'sections',
  'date',
  'count',
  'notice',
  'more',
] as const;
/** What differs between the editions of one newsroom in one language. */
export type EditionSlot = (typeof editionSlots)[number];

/** Literal text, a place for a value, or a passage that only a reader's own copy has. */
export type Part<Place = Slot> =
  | string
  | { readonly slot: Place }
  | { readonly own: readonly Part<Place>[] };
/** The same with places for an edition. */
export type FramePart = Part<Slot | EditionSlot>;

/**
 * Marks for the slots while templates are filled. They hold a hash of all that is rendered, so no
 * text in it can contain one: it would have to contain its own hash.
 */
export interface Marks {
  readonly slot: Readonly<Record<Slot | EditionSlot, string>>;
  readonly ownStart: string;
  readonly ownEnd: string;
  split(filled: string): readonly FramePart[];
}

/** @param all everything that goes into the rendering */
export function marks(all: unknown): Marks {
  const nonce = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32);
  const mark = (name: string) => `x${nonce}-${name}-x`;
  const pattern = new RegExp(`x${nonce}-([a-zA-Z]+)-x`);

  function split(filled: string): readonly FramePart[] {
    const outer: FramePart[] = [];
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
        parts.push({ slot: piece as Slot | EditionSlot });
      }
    }
    return outer;
  }

  const names = [...slots, ...editionSlots];
  return {
    slot: Object.fromEntries(names.map((name) => [name, mark(name)])) as Marks['slot'],
    ownStart: mark('ownStart'),
    ownEnd: mark('ownEnd'),
    split,
  };
}

/** Puts an edition's own into its places; it must be escaped already. What is not given is nothing. */
export function place(
  frame: readonly FramePart[],
  values: Readonly<Partial<Record<EditionSlot, readonly Part[]>>>,
): readonly Part[] {
  return frame.flatMap((part): readonly Part[] => {
    if (typeof part === 'string') return [part];
    if ('own' in part) return [{ own: together(place(part.own, values)) }];
    const { slot } = part;
    return isReaders(slot) ? [{ slot }] : (values[slot] ?? []);
  });
}

/** The same parts, with the literal text between two others in one string. */
export function together(parts: readonly Part[]): readonly Part[] {
  const merged: Part[] = [];
  let text = '';
  const flush = () => {
    if (text) merged.push(text);
    text = '';
  };
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      flush();
      merged.push(part);
    }
  }
  flush();
  return merged;
}

function isReaders(slot: Slot | EditionSlot): slot is Slot {
  return (slots as readonly string[]).includes(slot);
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
