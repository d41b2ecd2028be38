/** A digest as an item of an output feed. */

import type { Edition, EditionArticle, Instant, Section } from '../../model.js';
import { direction, longDate } from '../locale.js';
import { clip, escapeHtml, oneLine } from '../plain.js';
import { type Strings, strings } from '../strings/index.js';
import { absoluteUrl, type OutputItem } from './output-feed.js';

export interface DigestItemOptions {
  /** The digest's web view. */
  readonly url: string;
  /** When its window closed. */
  readonly closedAt: Instant;
  /** The newsroom's, in which the articles' dates are written. */
  readonly timezone: string;
}

/** Code points. A feed that has many digests in full would else grow to megabytes. */
const longestSummary = 400;

/** Pure. The first article of all has its picture; each of the others its title, byline and summary. */
export function digestItem(
  edition: Edition,
  { url, closedAt, timezone }: DigestItemOptions,
): OutputItem {
  const { sections, language } = edition;
  const t = strings(language);
  const articles = sections.flatMap((section) => section.articles);
  const lead = articles[0];
  const show = (article: EditionArticle) =>
    articleHtml(article, article === lead, { edition, timezone, t });
  return {
    id: edition.id,
    content: {
      title: titleOf(edition, articles, t),
      url,
      summary: sections
        .map((one) => `${oneLine(one.program.name)} (${one.articles.length})`)
        .join(', '),
      bodyHtml: sections.map((section) => sectionHtml(section, show)).join('\n'),
      language,
      ...(lead?.image && { image: lead.image }),
      programs: sections.map(({ program }) => program.id),
    },
    releasedAt: closedAt,
    updatedAt: edition.createdAt,
    programNames: sections.map(({ program }) => program.name),
  };
}

function titleOf(edition: Edition, articles: readonly EditionArticle[], t: Strings): string {
  const { on, createdAt, language, corrects } = edition;
  const date = longDate(on ? `${on}T12:00:00Z` : createdAt, language, 'UTC');
  const title = t.outputFeed.digest(date, oneLine(articles[0]?.title ?? ''), articles.length - 1);
  return corrects ? t.updated(title) : title;
}

function sectionHtml({ program, articles }: Section, show: (article: EditionArticle) => string) {
  return [`<h2>${escapeHtml(oneLine(program.name))}</h2>`, ...articles.map(show)].join('\n');
}

function articleHtml(
  article: EditionArticle,
  isLead: boolean,
  around: { edition: Edition; timezone: string; t: Strings },
): string {
  const { edition, timezone, t } = around;
  const title = escapeHtml(oneLine(article.title));
  const url = absoluteUrl(article.url);
  const byline = [
    article.author ? t.mail.by(oneLine(article.author)) : '',
    article.publishedAt ? longDate(article.publishedAt, edition.language, timezone) : '',
  ];
  const html = [
    `<h3>${url ? `<a href="${escapeHtml(url)}">${title}</a>` : title}</h3>`,
    isLead ? pictureHtml(article, t) : '',
    paragraph(byline.filter(Boolean).join(' · '), 'small'),
    paragraph(clip(oneLine(article.summary), longestSummary)),
  ];
  const inside = html.filter(Boolean).join('\n');
  const { language } = article;
  if (!language || language === edition.language) return inside;
  return `<div lang="${escapeHtml(language)}" dir="${direction(language)}">\n${inside}\n</div>`;
}

function pictureHtml({ image }: EditionArticle, t: Strings): string {
  const url = image && absoluteUrl(image.url);
  if (!url) return '';
  const alt = escapeHtml(oneLine(image.alt));
  const credit = image.credit ? t.mail.imageCredit(oneLine(image.credit)) : '';
  return [`<p><img src="${escapeHtml(url)}" alt="${alt}"></p>`, paragraph(credit, 'small')]
    .filter(Boolean)
    .join('\n');
}

function paragraph(text: string, tag?: 'small'): string {
  if (!text) return '';
  return tag ? `<p><${tag}>${escapeHtml(text)}</${tag}></p>` : `<p>${escapeHtml(text)}</p>`;
}
