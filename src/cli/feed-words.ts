/** How feeds are told of at the terminal. */

import { maskUrl } from '../config/mask-url.js';
import { type Pace, paceInWords } from '../feeds/silence.js';
import type { FeedHealth } from '../staff/feeds.js';
import { ago, plural, since } from './words.js';

/** "works", "fails 3x, held": what a table has room for. */
export function stateInShort({ state, failures, hold }: FeedHealth): string {
  const what = state === 'fails' ? `fails ${failures}x` : state;
  return hold ? `${what}, held` : what;
}

/** What is wrong with it and what that means, in sentences; nothing where all is well. */
export function whatIsWrong(feed: FeedHealth, now: Date): string[] {
  const { id, state, failures, lastSuccessAt, lastOutcome, goneAt, silence, hold, held } = feed;
  const sentences: string[] = [];
  if (state === 'never polled') {
    sentences.push(
      `${id} was never polled. A running service does that; or ask for it with "broadsheet poll ${id}".`,
    );
  }
  if (state === 'fails') {
    const worked = lastSuccessAt
      ? `since it last worked, ${ago(lastSuccessAt, now)}`
      : 'in a row, and it never worked';
    sentences.push(
      `${id} fails: ${plural(failures, 'poll')} ${worked}. ${lastOutcome ?? ''}`.trim(),
    );
  }
  if (state === 'gone') {
    sentences.push(
      `${id} is gone, as its server said ${ago(goneAt, now)}, and is not polled any more. Correct its url in the config, or remove it; "broadsheet poll ${id}" asks once more.`,
    );
  }
  if (state === 'put off') {
    sentences.push(
      `${id} is put off: its host asked to be left alone, and is asked again ${since(feed.putOffUntil, now)}.`,
    );
  }
  if (silence) sentences.push(silence.message);
  if (hold) sentences.push(`${id} is held by staff, ${ago(hold.at, now)}: ${hold.reason}`);
  if (held > 0) {
    sentences.push(
      `${plural(held, 'article')} of ${id} held back. Look at them with "broadsheet articles --held".`,
    );
  }
  return sentences;
}

/** "There are about 5 articles a week; usually 2 days pass from one day with articles to the next." */
export function paceSentence(pace: Pace | null): string {
  if (!pace) return 'No article is known yet.';
  const gap = pace.usualGap
    ? ` Usually the next day with articles comes after ${plural(pace.usualGap, 'day')}.`
    : '';
  return `There ${paceInWords(pace)}.${gap}`;
}

/** "5", "0.3": articles a week. */
export function perWeek(pace: Pace | null): string {
  if (!pace) return '-';
  return pace.perWeek >= 1.5 || pace.perWeek === 0
    ? String(Math.round(pace.perWeek))
    : pace.perWeek.toFixed(1);
}

/** Where it moved, or seems to; undefined where it stays. */
export function moveSentence({ moved }: FeedHealth, now: Date): string | undefined {
  const { movedTo, moving } = moved;
  if (movedTo) {
    return `It is polled at ${maskUrl(movedTo)}, as it moved there. Write that as its url in the config.`;
  }
  if (!moving) return undefined;
  return `${plural(moving.times, 'redirect')} in a row, the first ${ago(moving.since, now)}, say that it moved to ${maskUrl(moving.to)}.`;
}

/** "in 3 min"; "-" for one that is not polled any more. */
export function nextPoll({ state, nextPollAt }: FeedHealth, now: Date): string {
  return state === 'gone' && !nextPollAt ? '-' : since(nextPollAt, now);
}
