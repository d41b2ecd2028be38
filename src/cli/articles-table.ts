/** A list of articles, as several commands show it. */

import type { ArticleRow } from '../store/articles.js';
import type { Output } from './output.js';
import { ago } from './words.js';

export function articlesTable(output: Output, articles: readonly ArticleRow[], now: Date): void {
  output.table(
    [
      { header: 'ID' },
      { header: 'SEEN' },
      { header: 'STATE' },
      { header: 'PROGRAMS' },
      { header: 'TITLE', narrow: 'first' },
    ],
    articles.map(({ id, seenAt, state, content }) => [
      id.slice(0, 8),
      ago(seenAt, now),
      state,
      content.programs.join(', '),
      content.title,
    ]),
  );
}
