/** Staff name an article or an edition by its id, or by the beginning of it. */

import type { EditionId } from '../model.js';
import { type ArticleRow, articlesByPrefix } from '../store/articles.js';
import type { Queryable } from '../store/database.js';
import { editionsByPrefix } from '../store/holds.js';

export type Subject =
  | { readonly kind: 'article'; readonly article: ArticleRow }
  | { readonly kind: 'edition'; readonly edition: EditionId };

/** Finds an article by its id or the beginning of it. Throws a full sentence where it is not just one. */
export async function findArticle(db: Queryable, prefix: string): Promise<ArticleRow> {
  const found = await articlesByPrefix(db, prefix);
  const [article] = found;
  if (!article) {
    throw new Error(`There is no article "${prefix}". See them with "broadsheet articles".`);
  }
  if (found.length > 1) {
    throw new Error(`Several articles begin with "${prefix}". Write more of the id.`);
  }
  return article;
}

/** Finds an article or an edition in the same way. */
export async function findSubject(db: Queryable, prefix: string): Promise<Subject> {
  const [articles, editions] = await Promise.all([
    articlesByPrefix(db, prefix),
    editionsByPrefix(db, prefix),
  ]);
  const [article] = articles;
  const [edition] = editions;
  if (articles.length + editions.length > 1) {
    throw new Error(`Several articles or editions begin with "${prefix}". Write more of the id.`);
  }
  if (article) return { kind: 'article', article };
  if (edition) return { kind: 'edition', edition: edition.id };
  throw new Error(
    `There is no article and no edition "${prefix}". See them with "broadsheet articles" and "broadsheet status".`,
  );
}
