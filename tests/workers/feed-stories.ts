/** Stories of feeds, state by state, and how they are told as tests. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedLedger } from '../support/database.js';
import {
  type Document,
  type Item,
  type Outcome,
  openStage,
  type State,
  textOf,
} from './feed-stage.js';

/** An article as a usual feed shows it. */
export function piece(name: string, over: Partial<Item> = {}): Item {
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const day = 1 + ([...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 28);
  return {
    guid: `https://newsroom.test/?p=${slug}`,
    url: `https://newsroom.test/2026/${slug}`,
    title: name,
    text: textOf(name),
    date: `${day} Feb 2026 09:00:00 GMT`,
    ...over,
  };
}

export const [canals, bridges, rivers] = ['Canals', 'Bridges', 'Rivers'].map((name) =>
  piece(name),
) as [Item, Item, Item];
export const news = piece('News', { date: '2 Mar 2026 09:00:00 GMT' });
export const usual = [rivers, bridges, canals];
export const numbered = (count: number, from = 1) =>
  Array.from({ length: count }, (_, n) =>
    piece(`Number ${from + n}`, { date: new Date(Date.UTC(2026, 0, 1 + from + n)).toUTCString() }),
  ).toReversed();
export const with_ = (change: (item: Item) => Partial<Item>) => (item: Item) => ({
  ...item,
  ...change(item),
});

export interface Story {
  /** What happens, and what is right. */
  readonly story: string;
  /** One feed's documents, or the states of several. */
  readonly states: readonly (Document | State)[];
  readonly sent?: readonly string[];
  /** Titles, and what the reason says. */
  readonly held?: readonly (readonly [string, RegExp])[];
  /** Three, the usual ones, where not given. */
  readonly seeded?: number;
  readonly edits?: number;
}

/** Makes a test of each story, in groups by what they are about. They share one ledger. */
export function tell(groups: readonly (readonly [string, readonly Story[]])[]): void {
  let shown: Awaited<ReturnType<typeof sharedLedger>>;
  let stage: ReturnType<typeof openStage>;
  beforeAll(async () => {
    shown = await sharedLedger();
    stage = openStage(shown.database);
  });
  afterAll(async () => {
    await stage.close();
    await shown.close();
  });

  describe.each(groups)('%s', (_, stories) => {
    it.each(stories.map((one) => [one.story, one] as const))(
      '%s',
      async (_story, { states, sent = [], held = [], seeded = 3, edits = 0 }) => {
        const outcome = await stage.play(
          states.map(
            (one): State =>
              typeof one === 'object' && 'feeds' in one ? one : { feeds: { main: one } },
          ),
        );
        expect(outcome).toEqual<Outcome>({
          sent,
          held: held.map(([title, reason]) => [title, expect.stringMatching(reason)]),
          seeded,
          edits,
        });
      },
    );
  });
}
