/** Previews a feed before it is watched: what it holds, and what watching it would mean. Writes nothing. */

import type { NewFeed } from '../config/add-feed.js';
import type { Config } from '../config/config.js';
import { localDate } from '../editions/schedule.js';
import { type Admission, admit } from '../feeds/admit.js';
import { discover, type FoundFeed } from '../feeds/discover.js';
import type { Entry } from '../feeds/entry.js';
import type { Fetcher } from '../feeds/fetch.js';
import { aliasesOf, canonicalUrl, kindOf } from '../feeds/identify.js';
import type { Reader } from '../feeds/reader.js';
import { type Pace, paceOf } from '../feeds/silence.js';
import { type FeedSurvey, surveyFeed } from '../feeds/survey.js';
import type { Feed, FeedId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { feedRows } from '../store/feeds.js';
import { type KnownArticle, knownArticles } from '../store/known.js';
import { type AdoptReach, readReach } from './adopt-reach.js';

export interface AdoptOptions {
  readonly config: Config;
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly now: Date;
  /** Whether loopback and private addresses may be reached. */
  readonly allowPrivate: boolean;
  /** The id that staff want for it; made of its address where not given. */
  readonly id?: FeedId;
}

export interface AdoptPlan {
  /** The feed that was found, and how. */
  readonly found: FoundFeed;
  /** Other feeds of the site. */
  readonly alternatives: readonly FoundFeed[];
  /** What was asked for and is no feed, each with a full sentence. */
  readonly others: readonly { readonly url: string; readonly reason: string }[];
  /** The feed of the config that has this address already. */
  readonly already: FeedId | null;
  readonly survey: FeedSurvey;
  /** By the dates of its entries; null where none has one. */
  readonly pace: Pace | null;
  readonly reach: AdoptReach;
  /** What the guards would do with its entries at the first poll. */
  readonly firstPoll: Admission['verdict'];
  /** The articles that the ledger has already, from other feeds. */
  readonly known: readonly Omit<KnownArticle, 'alias'>[];
  /** What is to be added to the config. */
  readonly block: NewFeed;
}

/** A feed's, where the config says nothing. */
const usualBurst = 10;

/** @throws where no feed is found, with a sentence for each address that was tried */
export async function planAdoption(
  db: Queryable,
  url: string,
  options: AdoptOptions,
): Promise<AdoptPlan> {
  const { config, fetcher, reader, now, allowPrivate } = options;
  const { feeds, others } = await discover(url, { fetcher, reader, allowPrivate });
  const [found, ...alternatives] = feeds;
  if (!found) {
    const tried = others.map((other) => `${other.url}: ${other.reason}`).join('\n');
    throw new Error(`No feed was found at ${url}. These were tried:\n${tried}`);
  }
  const again = await readAgain(found, options);
  const { programs, fallbackProgram: fallback } = config;
  const feed = { url: found.url, programs: [], fullText: 'auto' } as const;
  const survey = surveyFeed(found.parsed, again, { feed, programs, fallback });
  // A feed that the config had once is in the ledger still, and its first poll would be no first one.
  const rows = await feedRows(db);
  const id = options.id ?? idFor(found.url, [...config.feeds, ...rows]);
  const row = rows.find((one) => one.id === id);
  const { entries } = found.parsed;
  const { timezone } = config.newsroom;
  const known = await knownOf(db, id, entries);
  return {
    found,
    alternatives,
    others,
    already: watchedAs(found, config.feeds),
    survey,
    pace: paceOfSurvey(survey, now, timezone),
    reach: await readReach(db, survey.articles, { programs, timezone, now }),
    firstPoll: admit({
      seeded: Boolean(row?.seededAt),
      sameUrl: row?.url === found.url,
      whole: true,
      before: 0,
      now,
      entries: survey.articles.map((_, at) => ({ fresh: at >= known.length })),
      burst: usualBurst,
    }).verdict,
    known,
    block: { id, url: found.url, allowPrivate, remarks: remarksFor(survey) },
  };
}

/** Read once more, as only that shows whether its guids are made anew each time. */
async function readAgain(
  { url }: FoundFeed,
  { fetcher, reader, allowPrivate }: AdoptOptions,
): Promise<readonly Entry[] | undefined> {
  const answer = await fetcher.get({ url, allowPrivate, accept: 'feed' });
  if (answer.kind !== 'ok') return undefined;
  return reader.readFeed(answer.body, answer.headers.contentType, answer.url).then(
    ({ entries }) => entries,
    () => undefined,
  );
}

function watchedAs({ url, answer }: FoundFeed, feeds: readonly Feed[]): FeedId | null {
  const same = [url, answer.url].map(canonicalUrl);
  return feeds.find((feed) => same.includes(canonicalUrl(feed.url)))?.id ?? null;
}

function paceOfSurvey({ articles }: FeedSurvey, now: Date, timezone: string): Pace | null {
  const days = new Map<string, number>();
  for (const { publishedAt } of articles) {
    if (!publishedAt || publishedAt > now) continue;
    const on = localDate(publishedAt, timezone);
    days.set(on, (days.get(on) ?? 0) + 1);
  }
  const inOrder = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
  const history = inOrder.map(([on, count]) => ({ on, articles: count }));
  return paceOf({ days: history, lastAt: null }, localDate(now, timezone));
}

/** Each article once, however many of its names are known. */
async function knownOf(
  db: Queryable,
  id: FeedId,
  entries: readonly Entry[],
): Promise<readonly Omit<KnownArticle, 'alias'>[]> {
  // A title alone tells nothing.
  const names = entries.map((entry) =>
    aliasesOf(id, entry, entries).filter((alias) => kindOf(alias) !== 'title'),
  );
  const known = new Map(
    (await knownArticles(db, names.flat())).map(({ alias, ...article }) => [alias, article]),
  );
  return names.flatMap((aliases) => aliases.map((alias) => known.get(alias)).find(Boolean) ?? []);
}

function remarksFor({ articles, unmatched }: FeedSurvey): readonly string[] {
  if (unmatched * 2 <= articles.length) return [];
  return [
    'Most of its articles match no program. Add its categories to the aliases of programs,',
    'or name the program of all its articles here as "program".',
  ];
}

/** Labels of a host that say nothing of whose it is. */
const idle = /^(?:www\d?|feeds?|rss|blog|news|m)$/;
/** Second-level labels under which others register: `co.uk`, `org.kz`. */
const registry = /^(?:com?|org|net|edu|gov|ac|info)$/;

/**
 * An id that is free, made of the address: `centre` for `https://www.centre.example/feed`. Digits alone
 * say nothing, so what has no name is a `feed`.
 */
export function idFor(url: string, feeds: readonly Pick<Feed, 'id'>[]): FeedId {
  const labels = new URL(url).hostname.split('.').slice(0, -1);
  if (labels.length > 1 && registry.test(labels.at(-1) ?? '')) labels.pop();
  const telling = labels.filter((label) => !idle.test(label));
  const name = (telling.length > 0 ? telling : labels).join('-').replace(/[^a-z0-9-]/g, '');
  const wanted = /[a-z]/.test(name) ? name.slice(0, 60) : 'feed';
  const taken = (id: string) => feeds.some((feed) => feed.id === id);
  let id = wanted;
  for (let n = 2; taken(id); n += 1) id = `${wanted}-${n}`;
  return id;
}
