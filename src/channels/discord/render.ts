/** What a Discord post says: pure, from an edition to embeds. */

import type { Edition, EditionArticle, Instant, Newsroom, ProgramFace } from '../../model.js';
import { clip } from '../../templates/plain.js';
import { strings } from '../../templates/strings/index.js';
import type { Links } from '../channel.js';
import { digestPost } from './digest.js';
import { colourNumber, type Embed, embedLimits, webUrl } from './embed.js';
import { escapeWithin } from './markdown.js';

/** A post, the same for each of its Discord channels; what depends on one is added when it is sent. */
export interface RenderedPost {
  /** When the edition was frozen: no post of it can be older. */
  readonly frozenAt: Instant;
  /** The line above the embeds, in Discord's markdown; an alert has none. */
  readonly heading?: string;
  readonly embeds: readonly Embed[];
}

/** Below Discord's, so that one embed stays far from the 6000 that all embeds may have together. */
const limits = { ...embedLimits, summary: 350, description: 1024, footer: 512 };

/** Earlier than any newsroom's site; what is older is a date gone wrong. */
const firstDate = Date.parse('1990-01-01T00:00:00Z');
/** Milliseconds that a newsroom's clock or zone may be ahead of ours. */
const ahead = 24 * 3600 * 1000;

/** An alert is one embed, a digest one for each program. */
export function renderPost(
  edition: Edition,
  newsroom: Newsroom,
  links: Pick<Links, 'edition'>,
): RenderedPost {
  if (edition.kind === 'digest') {
    return { frozenAt: edition.createdAt, ...digestPost(edition, newsroom, links) };
  }
  const embeds = edition.sections.flatMap(({ program, articles }) =>
    articles.map((article) => articleEmbed(article, program, { edition, newsroom, links })),
  );
  return { frozenAt: edition.createdAt, embeds };
}

interface Surroundings {
  readonly edition: Edition;
  readonly newsroom: Newsroom;
  readonly links: Pick<Links, 'edition'>;
}

function articleEmbed(article: EditionArticle, program: ProgramFace, around: Surroundings): Embed {
  const { edition, newsroom, links } = around;
  const summary = escapeWithin(clip(article.summary, limits.summary), limits.description);
  const timestamp = shownDate(article.publishedAt, edition.createdAt);
  const image = article.image && webUrl(article.image.url);
  const { updated } = strings(edition.language);
  return {
    title: escapeWithin(edition.corrects ? updated(article.title) : article.title, limits.title),
    url: webUrl(article.url) ?? links.edition(edition.id),
    ...(summary && { description: summary }),
    color: colourNumber(program.colour, newsroom.colour),
    ...(timestamp && { timestamp }),
    author: { name: clip(article.author || newsroom.name, limits.author) },
    ...(image && { image: { url: image } }),
    footer: { text: footerOf(article, edition) },
  };
}

/** The programs, then whom the picture is owed to. Discord reads no markdown in a footer or an author. */
function footerOf(article: EditionArticle, edition: Edition): string {
  const names = article.programs.map(({ name }) => name).join(' · ');
  const credit = article.image?.credit;
  const text = credit ? `${names} — ${strings(edition.language).mail.imageCredit(credit)}` : names;
  return clip(text, limits.footer);
}

/** The newsroom's date where it can be true when the edition was frozen. */
function shownDate(publishedAt: Instant | undefined, frozenAt: Instant): Instant | undefined {
  const time = publishedAt === undefined ? Number.NaN : Date.parse(publishedAt);
  const possible = time >= firstDate && time <= Date.parse(frozenAt) + ahead;
  return possible ? new Date(time).toISOString() : undefined;
}
