/** Staff let what was held go out: a feed with its held articles, one article, or one edition. */

import type { ArticleId, ChannelName, EditionId } from '../model.js';
import { type ArticleRow, articleRow, recentArticles, unhold } from '../store/articles.js';
import type { Database, Queryable } from '../store/database.js';
import { countAudience } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { requireNoFence } from '../store/fence.js';
import {
  articlesToAlert,
  type EditionProgress,
  editionsOfArticles,
  heldFeeds,
  putFeedHold,
  releaseEditions,
} from '../store/holds.js';
import { type Pause, readPause } from '../store/pause.js';
import { closed, count } from '../templates/plain.js';
import type { Act } from './act.js';
import { type Holdable, subjectOf } from './hold.js';

type PerChannel = Partial<Record<ChannelName, number>>;

export interface ReleasePlan {
  readonly subject: Holdable;
  /** Whether staff hold the whole feed, so that new articles come through again. */
  readonly feedHeld: boolean;
  /** The held articles. */
  readonly articles: readonly ArticleRow[];
  /** The held editions that go on where they stopped. */
  readonly editions: readonly EditionProgress[];
  /** Destinations that read a program of the articles whose alerts are not frozen yet, instantly. */
  readonly audience: PerChannel;
  /** Destinations that read a program of the articles in digests. */
  readonly digests: PerChannel;
  /** A pause that stands: nothing goes out before it ends. */
  readonly paused: Pause | undefined;
}

export interface Released {
  readonly articles: readonly ArticleId[];
  readonly editions: readonly EditionId[];
}

/** Whether there is anything to release. */
export function isHeld({ feedHeld, articles, editions }: ReleasePlan): boolean {
  return feedHeld || articles.length > 0 || editions.length > 0;
}

/** What a release would let out, and to how many. */
export async function planRelease(db: Queryable, subject: Holdable): Promise<ReleasePlan> {
  const articles = await heldArticles(db, subject);
  // An article's alert may also be held by itself.
  const named = subject.kind === 'article' ? [subject.article] : articles;
  const editions = await heldAlerts(db, named);
  if (subject.kind === 'edition') {
    await requireFreeArticles(db, subject.edition);
    if (subject.edition.heldAt) editions.push(subject.edition);
  }
  const toAlert = await articlesToAlert(
    db,
    articles.map(({ id }) => id),
  );
  return {
    subject,
    feedHeld: subject.kind === 'feed' && (await heldFeeds(db)).has(subject.feed.id),
    articles,
    editions,
    audience: await countAudience(db, programsOf(articles.filter(({ id }) => toAlert.has(id))), [
      'instant',
    ]),
    digests: await countAudience(db, programsOf(articles), ['daily', 'weekly']),
    paused: await readPause(db),
  };
}

function programsOf(articles: readonly ArticleRow[]): string[] {
  return [...new Set(articles.flatMap(({ content }) => content.programs))];
}

async function heldArticles(db: Queryable, subject: Holdable): Promise<ArticleRow[]> {
  if (subject.kind === 'feed') {
    return recentArticles(db, { state: 'held', feed: subject.feed.id, limit: 10_000 });
  }
  return subject.kind === 'article' && subject.article.state === 'held' ? [subject.article] : [];
}

/** An alert of a held article is let go with the article, or it would go out while that is held. */
async function requireFreeArticles(db: Queryable, edition: EditionProgress): Promise<void> {
  if (edition.kind !== 'alert') return;
  for (const id of edition.articles) {
    if ((await articleRow(db, id))?.state !== 'held') continue;
    throw new Error(
      `The edition's article is held. Release that instead: broadsheet release ${id.slice(0, 8)}`,
    );
  }
}

async function heldAlerts(
  db: Queryable,
  articles: readonly ArticleRow[],
): Promise<EditionProgress[]> {
  const editions = await editionsOfArticles(
    db,
    articles.map(({ id }) => id),
  );
  return editions.filter(({ kind, heldAt }) => kind === 'alert' && heldAt);
}

/** Lets the plan's articles and editions go out, and writes down who did it and why. */
export async function release(database: Database, plan: ReleasePlan, act: Act): Promise<Released> {
  const { subject } = plan;
  return database.transaction(async (tx) => {
    await requireNoFence(tx);
    if (subject.kind === 'feed') await putFeedHold(tx, subject.feed.id, null);
    const articles = await unhold(
      tx,
      plan.articles.map(({ id }) => id),
      act.at,
    );
    const editions = await releaseEditions(
      tx,
      plan.editions.map(({ id }) => id),
      act.at,
    );
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: `${subject.kind}.released`,
      level: 'info',
      subject: subjectOf(subject),
      message: `${sentence(plan, articles.length)} ${closed(act.reason)}`,
    });
    return { articles, editions };
  });
}

function sentence({ subject, feedHeld }: ReleasePlan, articles: number): string {
  if (subject.kind === 'article') return `“${subject.article.content.title}” was released:`;
  if (subject.kind === 'edition') return `The edition “${subject.edition.title}” goes on:`;
  const held = count(articles, 'held article');
  return feedHeld ? `The feed was released, with ${held}:` : `Released ${held} of the feed:`;
}
