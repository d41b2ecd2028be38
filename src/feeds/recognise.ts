/**
 * Decides which of a document's entries are articles that are known, which are new, and of which it
 * cannot be told. Names lead to the articles that an entry may be; where they contradict each other, or
 * are weak, the words are compared.
 *
 * For a sender the three mistakes weigh differently: an old article as a new one is mailed to
 * everybody, a new one taken for an old one is lost, and one in doubt only waits until staff look.
 */

import type { FeedId } from '../model.js';
import type { NameKind, Sighting } from './identify.js';
import { kindOf } from './identify.js';
import { likeDate, likeText, likeTitle, likeWords, type Words } from './likeness.js';

const HALF_A_DAY = 12 * 3_600_000;

/** An article that a name leads to. */
export interface Candidate {
  readonly feedId: FeedId;
  readonly entryHash: string;
  /** Whether it waits for staff, so that nobody has it yet. */
  readonly held: boolean;
  /** Only of those that `inDoubt` named. */
  readonly words?: Words;
}

export type Recognition<C extends Candidate> =
  | { readonly kind: 'known'; readonly article: C }
  /** The same article stands earlier in the document, at this place, and is new too. */
  | { readonly kind: 'repeated'; readonly place: number }
  | { readonly kind: 'new' }
  /** `reason` is a sentence for staff. */
  | { readonly kind: 'doubtful'; readonly reason: string };

/** Whom each name leads to. */
export type Owners<C extends Candidate> = ReadonlyMap<string, C>;

/** Those of the candidates whose words have to be known before `recognise` is asked. */
export function inDoubt<C extends Candidate>(
  document: readonly Sighting[],
  owners: Owners<C>,
): readonly C[] {
  const doubted = document
    .filter((sighting) => !certain(sighting, owners))
    .flatMap(({ aliases }) => aliases.flatMap((alias) => owners.get(alias) ?? []));
  return [...new Set(doubted)];
}

/** An article that the document itself brought. */
interface Newcomer extends Candidate {
  readonly place: number;
}

/**
 * Recognises the entries of one document, those that stand for the same article again too.
 * @param document all its entries
 * @param owners of the names of these entries, as the ledger knows them
 */
export function recognise<C extends Candidate>(
  feed: FeedId,
  document: readonly Sighting[],
  owners: Owners<C>,
): readonly Recognition<C>[] {
  const known = new Map<string, C | Newcomer>(owners);
  const places = placesOf(document, owners);
  return document.map((sighting, place) => {
    const elsewhere = (candidate: C | Newcomer, ...kinds: readonly NameKind[]) =>
      'place' in candidate ||
      kinds.some((kind) => places(candidate, kind).some((other) => other !== place));
    const found = certain(sighting, known) ?? weigh(feed, sighting, known, elsewhere);
    if (found === undefined || 'reason' in found) {
      const { aliases, entryHash } = sighting;
      const words = sighting.words();
      const newcomer: Newcomer = { feedId: feed, entryHash, held: false, words, place };
      for (const alias of aliases) known.set(alias, newcomer);
      return found ? { kind: 'doubtful', reason: found.reason } : { kind: 'new' };
    }
    return 'place' in found
      ? { kind: 'repeated', place: found.place }
      : { kind: 'known', article: found };
  });
}

/** Where in the document a name of some kind leads to a candidate. */
function placesOf<C extends Candidate>(document: readonly Sighting[], owners: Owners<C>) {
  const places = new Map<Candidate, Map<NameKind, number[]>>();
  for (const [place, { aliases }] of document.entries()) {
    for (const alias of aliases) {
      const candidate = owners.get(alias);
      if (!candidate) continue;
      const kinds = places.get(candidate) ?? new Map<NameKind, number[]>();
      places.set(candidate, kinds);
      kinds.set(kindOf(alias), [...(kinds.get(kindOf(alias)) ?? []), place]);
    }
  }
  return (candidate: Candidate, kind: NameKind) => places.get(candidate)?.get(kind) ?? [];
}

/** The article that needs no look at the words, as nothing of it has changed. */
function certain<C extends Candidate>(sighting: Sighting, owners: Owners<C>): C | undefined {
  const guid = ownerBy('guid', sighting, owners);
  if (guid) return guid.entryHash === sighting.entryHash ? guid : undefined;
  const url = ownerBy('url', sighting, owners);
  if (url?.entryHash === sighting.entryHash) return url;
  return ownerBy('text', sighting, owners);
}

interface Doubt {
  readonly reason: string;
}

type Verdict = 'same' | 'other' | Doubt;

/** From the strongest name to the weakest. That a URL leads elsewhere than the guid tells of guids that are used twice. */
const kinds = ['url', 'guid', 'like', 'title', 'date', 'words'] as const;

/** The candidate that the words speak for; or else the first doubt. */
function weigh<C extends Candidate>(
  feed: FeedId,
  sighting: Sighting,
  owners: Owners<C>,
  elsewhere: (candidate: C, ...kinds: readonly NameKind[]) => boolean,
): C | Doubt | undefined {
  const tried = new Set<C>();
  let doubt: Doubt | undefined;
  for (const kind of kinds) {
    const candidate = ownerBy(kind, sighting, owners);
    if (!candidate || tried.has(candidate)) continue;
    tried.add(candidate);
    const verdict =
      kind === 'url' || kind === 'guid' || kind === 'like'
        ? byName(
            kind,
            sighting,
            candidate,
            isContradicted(feed, sighting, candidate, owners),
            elsewhere(candidate, 'url'),
          )
        : byTrait(kind, feed, sighting, candidate, elsewhere(candidate, 'url', 'guid', 'like'));
    if (verdict === 'same') return candidate;
    if (verdict !== 'other') doubt ??= verdict;
  }
  return doubt;
}

/** Whether its guid speaks against the article that its URL leads to. Another feed has guids of its own. */
function isContradicted<C extends Candidate>(
  feed: FeedId,
  sighting: Sighting,
  candidate: C,
  owners: Owners<C>,
): boolean {
  if (candidate.feedId !== feed || nameOf('guid', sighting) === undefined) return false;
  return ownerBy('guid', sighting, owners) !== candidate;
}

function byName(
  kind: 'url' | 'guid' | 'like',
  sighting: Sighting,
  candidate: Candidate,
  contradicted: boolean,
  atItsUrl: boolean,
): Verdict {
  const { name, likeness, words, known } = compare(sighting, candidate);
  if (kind === 'url' && !contradicted) {
    if (likeness !== 'other' && !isReplaced(words, known)) return 'same';
    return {
      reason: `It stands at the address of ${name}, and has ${likeness === 'other' ? 'nothing else' : 'only some words of its title'} in common with it: it may be that article, rewritten, or a new one.`,
    };
  }
  if (kind === 'url') {
    if (likeness === 'same' || likeness === 'alike') return 'same';
    return {
      reason: `It stands at the address of ${name}, with another guid and other words: it may be that article, rewritten.`,
    };
  }
  // Guids that count places in the feed go on to the next entry.
  if (atItsUrl) return 'other';
  if (likeness === 'same') return 'same';
  if (kind === 'like') {
    if (likeness === 'alike') return 'same';
    return likeness === 'other'
      ? 'other'
      : { reason: `Its guid is nearly the one of ${name}: it may be the same article.` };
  }
  if (nameOf('url', sighting) === undefined) {
    if (likeness !== 'other') return 'same';
    return {
      reason: `It has the guid of ${name} and other words: it may be that article, rewritten.`,
    };
  }
  // A guid used twice: guid alone, against address, title and text.
  if (likeness === 'other') return 'other';
  return {
    reason: `It has the guid of ${name}, and another address and partly other words: it may be that article, or a new one.`,
  };
}

/**
 * A title, a text or a date alone says little: several articles may share it, and the same article may
 * come anew. It counts where the feed does not show the other one any more.
 */
function byTrait(
  kind: 'title' | 'words' | 'date',
  feed: FeedId,
  sighting: Sighting,
  candidate: Candidate,
  standsElsewhere: boolean,
): Verdict {
  const { name, words, known } = compare(sighting, candidate);
  const [text, date] = [likeText(words.text, known.text), likeDate(words, known)];
  const [sameText, sameDate] = [text === 'same' || text === 'alike', date === 'same'];
  if (standsElsewhere) {
    if (kind !== 'title' || text !== 'same') return 'other';
    if (sameDate) return 'same';
    return { reason: `It has the title and the text of ${name}, which is in the feed too.` };
  }
  const titled = kind === 'title';
  if (sameDate && (sameText || (titled && text === 'unknown'))) return 'same';
  const waits = candidate.held && !areApart(words, known);
  if (titled && text !== 'other' && (waits || samePath(words, known))) return 'same';
  if (sameText && !nameOf('guid', sighting) && !nameOf('url', sighting)) return 'same';
  if (kind === 'date') return 'other';
  if (text === 'other' && !sameDate) return 'other';
  if (text === 'unknown' && candidate.feedId !== feed) return 'other';
  return {
    reason: `It has the ${titled ? 'title' : 'text'} of ${name}, which is not in the feed any more: it may be the same article, published anew.`,
  };
}

function compare(sighting: Sighting, candidate: Candidate) {
  const words = sighting.words();
  const known = candidate.words ?? { title: '', text: '' };
  const name = known.title ? `“${known.title}”` : 'another article';
  return { words, known, name, likeness: likeWords(words, known) };
}

/**
 * Whether their dates lie so far apart that a column has come out again: it is not to vanish in the issue
 * before, which waits. Dates that are made anew at each poll lie closer together.
 */
function areApart({ publishedAt: one }: Words, { publishedAt: two }: Words): boolean {
  if (one === undefined || two === undefined) return false;
  return Math.abs(Date.parse(one) - Date.parse(two)) >= HALF_A_DAY;
}

/** Whether title, text and date have all changed: titles of one field share words by chance. */
function isReplaced(a: Words, b: Words): boolean {
  return (
    likeTitle(a.title, b.title) === 'alike' &&
    likeText(a.text, b.text) === 'other' &&
    likeDate(a, b) === 'other'
  );
}

/** Whether only the host has changed. A front page is no path. */
function samePath(a: Words, b: Words): boolean {
  if (a.url === undefined || b.url === undefined) return false;
  const [one, two] = [new URL(a.url), new URL(b.url)];
  const path = one.pathname + one.search;
  return path !== '/' && path === two.pathname + two.search;
}

function nameOf(kind: NameKind, { aliases }: Sighting): string | undefined {
  return aliases.find((alias) => kindOf(alias) === kind);
}

function ownerBy<C extends Candidate>(
  kind: NameKind,
  sighting: Sighting,
  owners: Owners<C>,
): C | undefined {
  const name = nameOf(kind, sighting);
  return name === undefined ? undefined : owners.get(name);
}
