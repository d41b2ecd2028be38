/** What staff are told of polls: what one brought, and what keeps a feed from being read. */

import { maskUrl } from '../config/mask-url.js';
import type { Sighting } from '../feeds/identify.js';
import type { ChannelName, FeedId } from '../model.js';
import type { Database } from '../store/database.js';
import { countAudience } from '../store/destinations.js';
import { type BroadsheetEvent, recordEvent, recordIfNew, wasRecorded } from '../store/events.js';
import type { PollResult } from '../store/polls.js';
import type { JudgedArticle, ReadArticle } from '../store/write-articles.js';
import { count } from '../templates/plain.js';

/** Something about one article that staff may want to know. */
export interface Problem {
  /** A full sentence. */
  readonly message: string;
  /** Whether somebody has to look at it. */
  readonly attention: boolean;
}

export interface PollToTell {
  readonly feed: FeedId;
  readonly at: Date;
  readonly result: PollResult;
  readonly articles: readonly (Sighting | ReadArticle)[];
  readonly problems: readonly Problem[];
}

/** Records the events of a poll that was stored. */
export async function tellOfPoll(database: Database, poll: PollToTell): Promise<void> {
  const { feed, at, result, articles, problems } = poll;
  const event = (kind: string, level: BroadsheetEvent['level'], message: string) =>
    recordEvent(database, about(feed, at, kind, level, message));
  if (result.verdict === 'seed') {
    const fresh = articles.filter((article) => 'content' in article);
    await event('feed.seeded', 'info', `${result.reason} ${await meant(database, fresh)}`);
  }
  if (result.verdict === 'hold') {
    await event(
      'feed.held',
      'attention',
      `${result.reason} Look at them with "broadsheet articles --held", and let them go out with "broadsheet release ${feed}".`,
    );
  }
  const archive = result.apart.find(({ verdict }) => verdict === 'seed');
  if (archive) await event('feed.seeded', 'info', archive.reason);
  const doubted = result.apart.filter(({ verdict }) => verdict === 'hold');
  if (doubted.length > 0 && result.verdict === 'pass') {
    await event('feed.held', 'attention', ofDoubts(doubted));
  }
  if (result.verdict === 'pass' && result.fresh.length + result.revised.length > 0) {
    await event('feed.read', 'info', result.outcome);
  }
  for (const { message, attention } of problems) {
    // An entry that is refused is not stored, so every poll comes upon it again.
    const level = attention ? 'attention' : 'info';
    await recordIfNew(database, about(feed, at, 'article.read', level, message));
  }
}

/** What staff may do about new articles that are held one by one. */
function ofDoubts(held: readonly JudgedArticle[]): string {
  const shown = held.slice(0, 5).map(({ title, reason }) => `“${title}”: ${reason}`);
  const more = held.length > shown.length ? [`And ${held.length - shown.length} more.`] : [];
  return [
    `${count(held.length, 'new article')} of the feed may be old, and wait for you.`,
    ...shown,
    ...more,
    'Look at them with "broadsheet articles --held", and let those that are new go out with "broadsheet release" and their id.',
  ].join(' ');
}

/** Records that a feed fails for good, once, and not again until it has worked in between. */
export async function tellOfFailure(
  database: Database,
  failure: { feed: FeedId; at: Date; reason: string; since: Date | null; gone: boolean },
): Promise<void> {
  const { feed, at, reason, since, gone } = failure;
  const advice = gone
    ? `It is not polled any more: remove it from the config, correct its url, or try it once more with "broadsheet poll ${feed}".`
    : 'It is tried again by itself; where it has moved for good, correct its url in the config.';
  const message = `The feed ${feed} cannot be read: ${reason} ${advice}`;
  const event = about(feed, at, 'feed.failing', 'attention', message);
  const { kind, subject } = event;
  if (!(await wasRecorded(database, { kind, subject, since }))) await recordEvent(database, event);
}

/** Records that a feed is polled at another address from now on. */
export async function tellOfMove(
  database: Database,
  { feed, at, from, to }: { feed: FeedId; at: Date; from: string; to: string },
): Promise<void> {
  const message = `The feed ${feed} has moved for good, by what its server says: it is polled at ${maskUrl(to)} from now on, and not at ${maskUrl(from)} any more. Write the new address into the config.`;
  await recordEvent(database, about(feed, at, 'feed.moved', 'attention', message));
}

function about(
  feed: FeedId,
  at: Date,
  kind: string,
  level: BroadsheetEvent['level'],
  message: string,
): BroadsheetEvent {
  return { at, actor: 'schedule', kind, level, subject: `feed:${feed}`, message };
}

/** What sending these would have meant, in a sentence. */
async function meant(database: Database, articles: readonly ReadArticle[]): Promise<string> {
  const programs = [...new Set(articles.flatMap(({ content }) => content.programs))];
  const audience = await countAudience(database, programs, ['instant']);
  const units: [ChannelName, string][] = [
    ['email', 'subscriber'],
    ['discord', 'Discord channel'],
  ];
  const readers = units.map(([channel, unit]) => count(audience[channel] ?? 0, unit));
  return `Sending them would have meant ${count(articles.length, 'alert')} to up to ${readers.join(' and ')}.`;
}
