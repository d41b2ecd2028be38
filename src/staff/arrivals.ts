/** What arrived where, for a page that shows it: the newest articles with what became of their deliveries. */

import { type ArticleRow, recentArticles } from '../store/articles.js';
import type { Database } from '../store/database.js';
import { type Arrival, arrivals } from '../store/overview.js';

export interface ArrivedArticle {
  readonly article: ArticleRow;
  readonly deliveries: readonly Arrival[];
}

/** The articles seen last come first. */
export async function readArrivals(database: Database, limit: number): Promise<ArrivedArticle[]> {
  const articles = await recentArticles(database, { limit });
  const deliveries = await arrivals(
    database,
    articles.map(({ id }) => id),
  );
  return articles.map((article) => ({
    article,
    deliveries: deliveries.filter(({ articleId }) => articleId === article.id),
  }));
}
