/** What the templates of a mail are filled with: an edition, made ready for showing. */

import type {
  Edition,
  EditionArticle,
  Language,
  Newsroom,
  ProgramFace,
  Section,
} from '../../model.js';
import { readableOn } from '../colour.js';
import { direction, longDate } from '../locale.js';
import { clip, oneLine } from '../plain.js';
import { type Strings, strings } from '../strings/index.js';
import { excerpt } from './excerpt.js';
import type { Marks } from './parts.js';

/** The greys of the mail, in light and in dark mode. All text on them passes WCAG AA. */
const palette = {
  light: { page: '#f1efeb', card: '#ffffff', ink: '#1f1f1f', muted: '#5c5a57', line: '#dedad3' },
  dark: { page: '#111213', card: '#1c1d1f', ink: '#eceae6', muted: '#aeaba6', line: '#3a3b3e' },
};

export interface ViewOptions {
  /** Whether articles show the beginning of their body, or the summary only. */
  readonly bodies: boolean;
}

/** The strict templates ask for every field, so what an article lacks is null. */
export function mailView(
  edition: Edition,
  newsroom: Newsroom,
  marks: Marks,
  { bodies }: ViewOptions,
) {
  const t = strings(edition.language);
  const first = edition.sections[0]?.articles[0];
  if (!first) throw new Error(`The edition ${edition.id} has no article, so there is no mail.`);
  const dir = direction(edition.language);
  const show = (article: EditionArticle) => ({
    ...articleView(article, t, bodies),
    byline: byline(article, t, edition.language, newsroom.timezone),
  });
  const sections = edition.sections.map((section) => sectionView(section, show));
  return {
    lang: edition.language,
    dir,
    start: dir === 'rtl' ? 'right' : 'left',
    end: dir === 'rtl' ? 'left' : 'right',
    palette,
    slot: marks.slot,
    own: { start: marks.ownStart, end: marks.ownEnd },
    title: clip(oneLine(first.title), 300),
    preheader: preheader(sections[0]?.articles[0]),
    newsroom: {
      name: newsroom.name,
      url: newsroom.url ?? null,
      logo: newsroom.logo ?? null,
      address: newsroom.postalAddress.split('\n').map(oneLine).filter(Boolean),
      light: readableOn(newsroom.colour, palette.light.page),
      dark: readableOn(newsroom.colour, palette.dark.page),
    },
    sections: sections.map((section, index) => ({ ...section, index })),
    t: {
      lang: t.language,
      dir: t.direction,
      readMore: t.mail.readMore,
      readAt: t.mail.readAt,
      webView: t.mail.webView,
      unsubscribe: t.mail.unsubscribe,
      why: t.mail.why(marks.slot.programs),
    },
  };
}

export type MailView = ReturnType<typeof mailView>;
export type ArticleView = MailView['sections'][number]['articles'][number];

function sectionView<View>(section: Section, show: (article: EditionArticle) => View) {
  return {
    program: programView(section.program),
    articles: section.articles.map((article, index) => ({ ...show(article), first: index === 0 })),
  };
}

function programView({ name, colour }: ProgramFace) {
  return {
    name: oneLine(name),
    light: readableOn(colour, palette.light.card),
    dark: readableOn(colour, palette.dark.card),
  };
}

function articleView(article: EditionArticle, t: Strings, bodies: boolean) {
  const body = excerpt(bodies ? article.bodyHtml : '');
  const summary = clip(oneLine(article.summary), 600);
  const { image } = article;
  return {
    lang: article.language ?? null,
    dir: article.language ? direction(article.language) : null,
    title: clip(oneLine(article.title), 300),
    url: article.url,
    image: image
      ? {
          url: image.url,
          alt: clip(oneLine(image.alt), 300),
          credit: image.credit ? t.mail.imageCredit(clip(oneLine(image.credit), 200)) : null,
        }
      : null,
    summary: summary && !beginsWith(body.text, summary) ? summary : null,
    body: body.html || null,
    bodyText: body.text,
  };
}

/** The date is in the edition's language even where the other words have none but English. */
function byline(
  { author, publishedAt }: EditionArticle,
  t: Strings,
  language: Language,
  timezone: string,
): string | null {
  const parts = [
    author ? t.mail.by(clip(oneLine(author), 200)) : '',
    publishedAt ? longDate(publishedAt, language, timezone) : '',
  ];
  return parts.filter(Boolean).join(' · ') || null;
}

/** Whether the body says at its beginning what the summary says: then it is not said twice. */
function beginsWith(body: string, summary: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return bare(body).startsWith(bare(summary));
}

/** What a mail client shows after the subject in its list. */
function preheader(article: { summary: string | null; bodyText: string } | undefined): string {
  return clip(article?.summary ?? article?.bodyText ?? '', 140);
}
