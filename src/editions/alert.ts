/** An alert: one article, frozen for everyone who reads one of its programs instantly. */

import type {
  ArticleContent,
  ArticleId,
  Edition,
  Instant,
  Language,
  Program,
  ProgramFace,
  ProgramId,
} from '../model.js';
import { alertKey, editionId } from './ids.js';

export interface ReleasedArticle {
  readonly id: ArticleId;
  readonly revision: number;
  readonly content: ArticleContent;
}

/** What readers see of a program. One that has left the config since is shown under its id. */
export function programFace(id: ProgramId, programs: readonly Program[]): ProgramFace {
  const program = programs.find((one) => one.id === id);
  return { id, name: program?.name ?? id, colour: program?.colour ?? '#444444' };
}

/** Freezes an article as it is now. `at` is the moment of freezing. */
export function freezeAlert(
  article: ReleasedArticle,
  language: Language,
  programs: readonly Program[],
  at: Instant,
): { key: string; edition: Edition } {
  const key = alertKey(article.id, language);
  const faces = article.content.programs.map((id) => programFace(id, programs));
  const [first] = faces;
  if (!first) throw new Error(`The article ${article.id} belongs to no program.`);
  const frozen = {
    ...article.content,
    id: article.id,
    revision: article.revision,
    programs: faces,
  };
  return {
    key,
    edition: {
      id: editionId(key),
      kind: 'alert',
      language,
      createdAt: at,
      sections: [{ program: first, articles: [frozen] }],
    },
  };
}
