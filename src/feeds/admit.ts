/** The guard at the door: what of a poll may go out by itself, and what waits for staff. */

import type { Instant } from '../model.js';

/** What the guard looks at of one entry. */
export interface Arrival {
  /** Whether it was never seen. */
  readonly fresh: boolean;
  /** Whether this feed has shown it before, and not only another one. */
  readonly here?: boolean;
  /** A sentence on why it may not be new after all. */
  readonly doubt?: string;
  readonly publishedAt?: Instant;
}

export interface PollFacts {
  /** Whether the feed was ever read with success. An empty feed counts: what matters is that we looked. */
  readonly seeded: boolean;
  /** Whether that was at the URL it has now. */
  readonly sameUrl: boolean;
  /** Whether the document is all of the feed, or only what has changed of it. */
  readonly whole: boolean;
  /** Entries in the document before this one. */
  readonly before: number;
  /** From the document's end to its beginning. */
  readonly entries: readonly Arrival[];
  readonly now: Date;
  /** More than this many new entries are too many. */
  readonly burst: number;
}

export interface Admission {
  /** `seed`: stored, never sent. `hold`: waits for staff. `pass`: may go out. */
  readonly verdict: 'seed' | 'hold' | 'pass';
  /** A full sentence, for staff. */
  readonly reason: string;
}

export interface PollAdmission extends Admission {
  /** What is decided of single new entries, by their place in `entries`; the rest goes by the poll's verdict. */
  readonly apart?: ReadonlyMap<number, Admission>;
}

/** From so many new entries on, most of a document being new is suspicious. */
const SUSPICIOUS = 4;

/**
 * Decides over the new entries of one poll. Whether all of them are held is asked of their number, and
 * never of their dates, which lie in just the cases that this is for (a restored archive, a new guid for
 * every entry, a moved site). A date counts only where an entry stands among the feed's past.
 */
export function admit(facts: PollFacts): PollAdmission {
  const { seeded, sameUrl, entries } = facts;
  const all = entries.filter(({ fresh }) => fresh).length;
  if (!seeded) {
    return {
      verdict: 'seed',
      reason: `This was the first poll of the feed: ${count(all)} stored, nothing sent.`,
    };
  }
  if (!sameUrl) {
    return {
      verdict: 'seed',
      reason: `The feed's address has changed: ${count(all, 'new ')} stored, nothing sent.`,
    };
  }
  const apart = judgeApart(facts);
  const archived = [...apart.values()].filter(({ verdict }) => verdict === 'seed').length;
  return { ...judgeTogether(all - archived, facts), apart };
}

/** @param fresh new entries that may go out */
function judgeTogether(fresh: number, { whole, before, entries, burst }: PollFacts): Admission {
  if (fresh > burst) {
    return {
      verdict: 'hold',
      reason: `${count(fresh, 'new ')} came at once, which is more than ${burst}, so they are held.`,
    };
  }
  // What only other feeds have shown says nothing of whether this one is as it was.
  const own = entries.length - elsewhere(entries);
  if (whole && fresh >= SUSPICIOUS && fresh * 2 > own) {
    const half = own === entries.length ? 'it' : 'what no other feed has brought';
    return {
      verdict: 'hold',
      reason: `${fresh} of the feed's ${count(entries.length)} are new at once, which is over half of ${half}, so they are held.`,
    };
  }
  // A feed of one entry has another one each time.
  if (whole && fresh > 0 && fresh === own && before >= 2) {
    return {
      verdict: 'hold',
      reason: `None of the ${count(before)} that the feed had before is in it any more, as when a server answers with an error, so what is new is held.`,
    };
  }
  return { verdict: 'pass', reason: `The poll brought ${count(fresh, 'new ')}.` };
}

/** Entries that are new in this feed, and known from another one. */
function elsewhere(entries: readonly Arrival[]): number {
  return entries.filter(({ here }) => here === false).length;
}

/** Those that may not be new after all, and those that stand where the feed shows its past. */
function judgeApart(facts: PollFacts): ReadonlyMap<number, Admission> {
  const { whole, before, entries, now } = facts;
  // What is dated ahead stays on top of everything, and what else is kept there is little: neither tells
  // where the past begins. Nor does what only another feed has shown.
  const today = now.toISOString();
  const isKnown = ({ here, publishedAt = '' }: Arrival) => here === true && publishedAt <= today;
  const enough = entries.filter(isKnown).length * 2 >= before - elsewhere(entries);
  const past = whole && enough ? placesOfPast(entries, isKnown) : [];
  // Several at once, all dated, in a longer document than before: it shows 50 entries instead of 10.
  const archive =
    past.length >= SUSPICIOUS &&
    entries.length > before &&
    past.every((place) => entries[place]?.publishedAt !== undefined);
  const verdict = archive ? 'seed' : 'hold';
  const reason = archive
    ? `${count(past.length)} came in below all that were known, and are dated before them: the feed shows more of its past, so they are stored and nothing is sent.`
    : 'It stands below all entries that were known, where the feed shows its past.';
  const doubts = entries.flatMap(({ doubt }, place): [number, Admission][] =>
    doubt === undefined ? [] : [[place, { verdict: 'hold', reason: doubt }]],
  );
  return new Map([
    ...doubts,
    ...past.map((place): [number, Admission] => [place, { verdict, reason }]),
  ]);
}

/**
 * New entries that stand beyond all known ones, at the end where the feed's oldest are, and are dated no
 * later than those. They get there when an entry is deleted, or when a feed grows. An article dated back
 * stands among the known ones, and is new.
 */
function placesOfPast(
  entries: readonly Arrival[],
  isKnown: (entry: Arrival) => boolean,
): readonly number[] {
  const places = [...entries.keys()];
  if (isOldestFirst(entries)) places.reverse();
  const end = places.findIndex((place) => isKnown(entries[place] as Arrival));
  if (end === -1) return [];
  const limit = entries[places[end] as number]?.publishedAt;
  return places.slice(0, end).filter((place) => {
    const { fresh, publishedAt: date } = entries[place] as Arrival;
    return fresh && (date === undefined || limit === undefined || date <= limit);
  });
}

/** Whether the dates rise down the document. Where they say nothing, the newest is taken to be first. */
function isOldestFirst(entries: readonly Arrival[]): boolean {
  const dates = entries.flatMap(({ publishedAt }) => publishedAt ?? []);
  const rising = dates.filter((date, at) => date > (dates[at - 1] ?? date)).length;
  const falling = dates.filter((date, at) => date < (dates[at - 1] ?? date)).length;
  return falling > rising;
}

function count(number: number, kind = ''): string {
  return `${number} ${kind}${number === 1 ? 'entry' : 'entries'}`;
}
