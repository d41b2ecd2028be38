/** Staff hold a feed, an article or an edition: nothing more of it goes out until it is released. */

import type { Feed, FeedId } from '../model.js';
import { type ArticleRow, articleRow, lockRelease, recentArticles } from '../store/articles.js';
import type { Database, Queryable } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import { feedRows } from '../store/feeds.js';
import {
  type EditionProgress,
  editionsByPrefix,
  editionsOfArticles,
  type Had,
  type Hold,
  heldFeeds,
  holdArticles,
  holdEditions,
  lockFeed,
  putFeedHold,
  whoHad,
} from '../store/holds.js';
import { closed, count } from '../templates/plain.js';
import type { Act } from './act.js';
import { findSubject } from './find.js';

/** What staff named. */
export type Holdable =
  | { readonly kind: 'feed'; readonly feed: Pick<Feed, 'id' | 'url'> }
  | { readonly kind: 'article'; readonly article: ArticleRow }
  | { readonly kind: 'edition'; readonly edition: EditionProgress };

export interface HoldPlan {
  readonly subject: Holdable;
  /** Why it was held before; undefined where it was not. */
  readonly already: string | undefined;
  /** The articles that are held with it. */
  readonly articles: readonly ArticleRow[];
  /** The editions under way that are held with it. */
  readonly editions: readonly EditionProgress[];
  /** Digests under way that contain the article. They go on: a digest is held by its own id. */
  readonly digests: readonly EditionProgress[];
  readonly had: Had;
}

/**
 * Finds a feed by its id, or an article or an edition by the beginning of it. Throws a full sentence
 * where there is none.
 *
 * @param feeds those of the config, which the ledger may not know yet
 */
export async function findHoldable(
  db: Queryable,
  feeds: readonly Feed[],
  name: string,
): Promise<Holdable> {
  const feed = [...feeds, ...(await feedRows(db))].find(({ id }) => id === name);
  if (feed) return { kind: 'feed', feed };
  const found = await findSubject(db, name);
  if (found.kind === 'article') return found;
  const [edition] = await editionsByPrefix(db, found.edition);
  if (!edition) throw new Error(`The edition ${found.edition} is not in the ledger.`);
  return { kind: 'edition', edition };
}

/** The subject of its events. */
export function subjectOf(subject: Holdable): `${Holdable['kind']}:${string}` {
  if (subject.kind === 'feed') return `feed:${subject.feed.id}`;
  if (subject.kind === 'article') return `article:${subject.article.id}`;
  return `edition:${subject.edition.id}`;
}

/** What a hold would stop, and who already had it. Throws a full sentence for what cannot be held. */
export async function planHold(db: Queryable, subject: Holdable): Promise<HoldPlan> {
  if (subject.kind === 'feed') return planFeed(db, subject, subject.feed.id);
  if (subject.kind === 'article') return planArticle(db, subject, subject.article);
  return planEdition(db, subject, subject.edition);
}

async function planFeed(db: Queryable, subject: Holdable, feed: FeedId): Promise<HoldPlan> {
  const [holds, articles] = await Promise.all([
    heldFeeds(db),
    recentArticles(db, { state: 'waiting', feed, limit: 10_000 }),
  ]);
  const under = await editionsUnderWayOf(db, articles);
  const already = holds.get(feed)?.reason;
  return { subject, already, articles, ...under, had: await hadOf(db, subject) };
}

async function planArticle(
  db: Queryable,
  subject: Holdable,
  article: ArticleRow,
): Promise<HoldPlan> {
  if (article.state === 'seeded') {
    throw new Error(
      'The article was there at the first poll of its feed: it stands in output feeds and is never sent, so there is nothing to hold.',
    );
  }
  return {
    subject,
    already: article.state === 'held' ? (article.holdReason ?? '') : undefined,
    articles: article.state === 'held' ? [] : [article],
    ...(await editionsUnderWayOf(db, [article])),
    had: await hadOf(db, subject),
  };
}

/** An article that waits may have alerts under way too: it was held before, and released. */
async function editionsUnderWayOf(db: Queryable, articles: readonly ArticleRow[]) {
  const editions = await editionsOfArticles(
    db,
    articles.map(({ id }) => id),
  );
  const free = editions.filter(({ underWay, heldAt }) => underWay && !heldAt);
  return {
    editions: free.filter(({ kind }) => kind === 'alert'),
    digests: free.filter(({ kind }) => kind === 'digest'),
  };
}

async function planEdition(
  db: Queryable,
  subject: Holdable,
  edition: EditionProgress,
): Promise<HoldPlan> {
  const left = Object.values(edition.progress).some(({ waiting, onWire }) => waiting + onWire > 0);
  if (!left && edition.state === 'ready') {
    throw new Error('Everything of the edition has settled, so there is nothing to hold.');
  }
  return {
    subject,
    already: edition.heldAt ? (edition.holdReason ?? '') : undefined,
    articles: [],
    editions: edition.heldAt ? [] : [edition],
    digests: [],
    had: await hadOf(db, subject),
  };
}

/** Who already had it; of a feed nobody, as only what waits is held with it. */
async function hadOf(db: Queryable, subject: Holdable): Promise<Had> {
  const editions =
    subject.kind === 'article'
      ? await editionsOfArticles(db, [subject.article.id])
      : subject.kind === 'edition'
        ? [subject.edition]
        : [];
  return whoHad(
    db,
    editions.map(({ id }) => id),
  );
}

/**
 * Holds it at once, and writes down who did it and why. Returns what was held, and who has it by then;
 * what is held already stays as it is.
 */
export async function hold(database: Database, subject: Holdable, act: Act): Promise<HoldPlan> {
  const done = await database.transaction(async (tx) => {
    // What is being polled or released in this moment is seen here, or sees the hold.
    if (subject.kind === 'feed') await lockFeed(tx, subject.feed);
    await lockRelease(tx);
    const plan = await planHold(tx, await lookAgain(tx, subject));
    if (plan.already !== undefined) return plan;
    const held = await stop(tx, plan, act);
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: `${subject.kind}.held`,
      level: 'info',
      subject: subjectOf(subject),
      message: `${sentence(held)} ${closed(act.reason)}`,
    });
    return held;
  });
  // Looked at again after the commit: until then deliveries went to the wire.
  return { ...done, had: await hadOf(database, done.subject) };
}

async function stop(tx: Queryable, plan: HoldPlan, act: Act): Promise<HoldPlan> {
  const { subject } = plan;
  const why: Hold = { at: act.at, reason: closed(act.reason) };
  if (subject.kind === 'feed') await putFeedHold(tx, subject.feed.id, why);
  await holdArticles(
    tx,
    plan.articles.map(({ id }) => id),
    why.reason,
  );
  // An alert that was just being frozen is seen only now that the article is locked.
  const editions =
    subject.kind === 'edition'
      ? plan.editions
      : (await editionsUnderWayOf(tx, plan.articles)).editions;
  await holdEditions(
    tx,
    editions.map(({ id }) => id),
    why,
  );
  return { ...plan, editions };
}

/** The subject as it stands in the transaction. */
async function lookAgain(tx: Queryable, subject: Holdable): Promise<Holdable> {
  if (subject.kind === 'feed') return subject;
  if (subject.kind === 'article') {
    const article = await articleRow(tx, subject.article.id);
    return article ? { kind: 'article', article } : subject;
  }
  const [edition] = await editionsByPrefix(tx, subject.edition.id);
  return edition ? { kind: 'edition', edition } : subject;
}

function sentence({ subject, articles, editions }: HoldPlan): string {
  if (subject.kind === 'feed') {
    return `The feed was held, with ${count(articles.length, 'waiting article')}:`;
  }
  if (subject.kind === 'edition') return `The edition “${subject.edition.title}” was held:`;
  const alerts = editions.length > 0 ? `, with ${count(editions.length, 'alert')} under way` : '';
  return `“${subject.article.content.title}” was held${alerts}:`;
}
