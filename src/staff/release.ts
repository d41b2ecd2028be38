/** Staff let held articles go out. */

import type { ArticleId } from '../model.js';
import { type ArticleRow, articlesByPrefix, recentArticles, unhold } from '../store/articles.js';
import type { Database } from '../store/database.js';
import { countAudience } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { feedRows } from '../store/feeds.js';

export interface ReleasePlan {
  /** What was named: a feed, or one article. */
  readonly subject: `feed:${string}` | `article:${string}`;
  readonly articles: readonly ArticleRow[];
  /** Destinations that read one of their programs instantly, per channel. */
  readonly audience: Awaited<ReturnType<typeof countAudience>>;
}

/** Finds an article by its id or the beginning of it. Throws a full sentence where it is not just one. */
export async function findArticle(database: Database, prefix: string): Promise<ArticleRow> {
  const found = await articlesByPrefix(database, prefix);
  const [article] = found;
  if (!article) {
    throw new Error(`There is no article "${prefix}". See them with "broadsheet articles".`);
  }
  if (found.length > 1) {
    throw new Error(`Several articles begin with "${prefix}". Write more of the id.`);
  }
  return article;
}

/** What a release would let out, and to how many. `name` is a feed's id, or an article's. */
export async function planRelease(database: Database, name: string): Promise<ReleasePlan> {
  const isFeed = (await feedRows(database)).some(({ id }) => id === name);
  const articles = isFeed
    ? await recentArticles(database, { state: 'held', feed: name, limit: 10_000 })
    : [await findArticle(database, name)].filter(({ state }) => state === 'held');
  const programs = [...new Set(articles.flatMap(({ content }) => content.programs))];
  return {
    subject: isFeed ? `feed:${name}` : `article:${name}`,
    articles,
    audience: await countAudience(database, programs),
  };
}

/** Lets the plan's articles go out, and writes down who did it and why. */
export async function release(
  database: Database,
  plan: ReleasePlan,
  act: { actor: string; reason: string; at: Date },
): Promise<ArticleId[]> {
  return database.transaction(async (tx) => {
    const released: ArticleId[] = [];
    for (const { id } of plan.articles)
      released.push(...(await unhold(tx, { article: id }, act.at)));
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: 'article.released',
      level: 'info',
      subject: plan.subject,
      message: `${released.length} held articles were let go: ${act.reason}`,
    });
    return released;
  });
}
