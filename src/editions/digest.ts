/** A digest: what a destination's window holds, and the edition that all destinations with the same content share. */

import { createHash } from 'node:crypto';
import type {
  ArticleId,
  Edition,
  Instant,
  Language,
  LocalDate,
  Program,
  ProgramFace,
  ProgramId,
} from '../model.js';
import { programFace, type ReleasedArticle } from './alert.js';
import { editionId } from './ids.js';

/** As much of a released article as decides which digests it belongs to. */
export interface WindowArticle {
  readonly id: ArticleId;
  /** Its number in the order of release. */
  readonly order: number;
  /** Those of its newest revision. */
  readonly programs: readonly ProgramId[];
}

/** A program whose window closes, and the number in the order of release that it was covered up to. */
export interface DueProgram {
  readonly program: ProgramId;
  readonly coveredUntil: number;
}

export interface PlannedSection {
  readonly program: ProgramId;
  readonly articles: readonly ArticleId[];
}

/** What an earlier digest of the destination holds that has not gone out, and comes in the next one. */
export interface Owed {
  readonly programs: readonly ProgramId[];
  readonly articles: ReadonlySet<ArticleId>;
}

const nothingOwed: Owed = { programs: [], articles: new Set() };

/**
 * What a window holds: the due programs in the config's order, newest release first within each, and
 * each article once. `had` tells what the destination has already, or is about to get as an alert.
 */
export function planDigest<Article extends WindowArticle>(
  due: readonly DueProgram[],
  window: { readonly articles: readonly Article[]; readonly until: number },
  had: (article: Article) => boolean,
  programs: readonly Program[],
  owed: Owed = nothingOwed,
): PlannedSection[] {
  const position = new Map(programs.map(({ id }, index) => [id, index]));
  const last = programs.length; // Programs that have left the config come last.
  const others = owed.programs.filter((id) => !due.some(({ program }) => program === id));
  const open = others.map((program) => ({ program, coveredUntil: Number.POSITIVE_INFINITY }));
  const ordered = [...due, ...open].sort(
    (a, b) =>
      (position.get(a.program) ?? last) - (position.get(b.program) ?? last) ||
      (a.program < b.program ? -1 : 1),
  );
  const newestFirst = window.articles
    .filter((article) => article.order <= window.until && !had(article))
    .sort((a, b) => b.order - a.order);
  const shown = new Set<ArticleId>();
  const sections: PlannedSection[] = [];
  for (const { program, coveredUntil } of ordered) {
    const articles = newestFirst.filter(
      ({ id, order, programs: its }) =>
        (order > coveredUntil || owed.articles.has(id)) && its.includes(program) && !shown.has(id),
    );
    for (const { id } of articles) shown.add(id);
    if (articles.length > 0) sections.push({ program, articles: articles.map(({ id }) => id) });
  }
  return sections;
}

export interface DigestContent {
  /** When the window closed: destinations in other zones close theirs at another moment. */
  readonly closedAt: Date;
  readonly on: LocalDate;
  readonly language: Language;
  readonly sections: readonly PlannedSection[];
}

/** The content key: destinations for which it is the same share one edition. */
export function digestKey({ closedAt, on, language, sections }: DigestContent): string {
  const content = sections.map(({ program, articles }) => [program, articles]);
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
  return `digest:${closedAt.toISOString()}:${on}:${language}:${hash}`;
}

/** Freezes a digest of the articles as they are now. `at` is the moment of freezing. */
export function freezeDigest(
  digest: DigestContent,
  articles: ReadonlyMap<ArticleId, ReleasedArticle>,
  programs: readonly Program[],
  at: Instant,
): { key: string; edition: Edition } {
  const key = digestKey(digest);
  const face = (id: ProgramId): ProgramFace => programFace(id, programs);
  const sections = digest.sections.map((section) => ({
    program: face(section.program),
    articles: section.articles.map((id) => {
      const article = articles.get(id);
      if (!article) throw new Error(`The article ${id} of the digest ${key} is not in the ledger.`);
      const { content, revision } = article;
      return { ...content, id, revision, programs: content.programs.map(face) };
    }),
  }));
  return {
    key,
    edition: {
      id: editionId(key),
      kind: 'digest',
      language: digest.language,
      createdAt: at,
      on: digest.on,
      sections,
    },
  };
}
