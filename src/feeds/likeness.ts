/** Tells by their words whether two versions are of one article, where their names leave it open. */

import type { ArticleContent, Instant } from '../model.js';
import type { Entry } from './entry.js';
import { plainText } from './sanitise.js';

/** What an article is compared by. */
export interface Words {
  readonly title: string;
  /** Plain text; a teaser counts as the same text as the whole. */
  readonly text: string;
  readonly publishedAt?: Instant;
  readonly url?: string;
}

/** `unknown`: one of the two says too little. */
export type Likeness = 'same' | 'alike' | 'other' | 'unknown';

/** Fewer words than this tell only whether two texts are equal. */
const FEWEST = 8;
/** Words of an entry that are compared; what comes later hardly changes the answer. */
const MOST = 600;

export function wordsOfEntry({ title, url, publishedAt, summaryHtml, contentHtml }: Entry): Words {
  const [summary = '', content = ''] = [summaryHtml, contentHtml];
  return {
    title,
    text: plainText(content.length >= summary.length ? content : summary),
    ...(publishedAt && { publishedAt }),
    ...(url && { url }),
  };
}

export function wordsOfArticle({
  title,
  url,
  publishedAt,
  summary,
  bodyHtml,
}: ArticleContent): Words {
  const text = `${summary} ${plainText(bodyHtml)}`;
  return { title, url, text, ...(publishedAt && { publishedAt }) };
}

/** `alike`: at least half of the words of the longer one. Case and punctuation play no part. */
export function likeTitle(a: string, b: string): Likeness {
  const [one, two] = [tokens(a), tokens(b)];
  if (one.length === 0 || two.length === 0) return 'unknown';
  if (one.join(' ') === two.join(' ')) return 'same';
  const [first, second] = [new Set(one), new Set(two)];
  return shared(first, second) >= Math.max(first.size, second.size) / 2 ? 'alike' : 'other';
}

/**
 * Compares runs of three words: those of the shorter text that are in the longer one. Nearly all of them
 * are found in the same text, cut or not; about half in an edited one; and hardly any in another one.
 */
export function likeText(a: string, b: string): Likeness {
  const [one, two] = [tokens(a), tokens(b)];
  const [shorter, longer] = one.length <= two.length ? [one, two] : [two, one];
  if (shorter.length === 0) return 'unknown';
  if (shorter.length < FEWEST) return one.join(' ') === two.join(' ') ? 'same' : 'unknown';
  const runs = runsOf(shorter.slice(0, MOST));
  const part = shared(runs, runsOf(longer)) / runs.size;
  if (part >= 0.9) return 'same';
  return part >= 0.4 ? 'alike' : 'other';
}

/**
 * Whether both are one article, going by everything they say.
 * - `same`: nothing but an edit lies between them
 * - `alike`: what differs may be an edit, or two articles that follow one pattern
 * - `unknown`: they contradict themselves, or say too little
 * - `other`: they have nothing in common
 */
export function likeWords(a: Words, b: Words): Likeness {
  const title = likeTitle(a.title, b.title);
  const text = likeText(a.text, b.text);
  const date = likeDate(a, b);
  const close = [title, text].some((one) => one === 'same' || one === 'alike');
  if (date === 'same' && close) return 'same';
  if (title === 'same' && text === 'same') return 'same';
  if (date === 'unknown' && text === 'same') return 'same';
  if (date === 'unknown' && title === 'same' && text !== 'other') return 'same';
  if (text === 'same' || text === 'alike') return 'alike';
  if (text === 'unknown') return title === 'same' || title === 'alike' ? 'alike' : 'unknown';
  return close || date === 'same' ? 'unknown' : 'other';
}

/** Equal dates are hardly ever chance; other ones tell little, as many systems date an edit anew. */
export function likeDate(a: Words, b: Words): 'same' | 'other' | 'unknown' {
  if (a.publishedAt === undefined || b.publishedAt === undefined) return 'unknown';
  return a.publishedAt === b.publishedAt ? 'same' : 'other';
}

/** The title in the one form that all spellings of it have; '' where it has no word. */
export function titleKey(title: string): string {
  return tokens(title).join(' ');
}

/** Words in lower case; signs of scripts that put no space between words count as one each. */
function tokens(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(
        /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu,
      ) ?? []
  );
}

function runsOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.slice(2).map((_, at) => words.slice(at, at + 3).join(' ')));
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((one) => b.has(one)).length;
}
