/** What the templates of a mail are filled with: an edition, made ready for showing. */

import type { Edition, EditionArticle, Language, Newsroom, ProgramFace } from '../../model.js';
import { readableOn } from '../colour.js';
import { direction, fullDate, longDate } from '../locale.js';
import { clip, oneLine } from '../plain.js';
import { strings } from '../strings/index.js';
import { excerpt } from './excerpt.js';

/** The greys of the mail, in light and in dark mode. All text on them passes WCAG AA. */
const palette = {
  light: { page: '#f1efeb', card: '#ffffff', ink: '#1f1f1f', muted: '#5c5a57', line: '#dedad3' },
  dark: { page: '#111213', card: '#1c1d1f', ink: '#eceae6', muted: '#aeaba6', line: '#3a3b3e' },
};

/**
 * How an article is shown: `alert` is one that has the mail to itself, `lead` the first of a digest's
 * section, and `compact` one of the others. The short looks are without the beginning of the body.
 */
export type Look = 'alert' | 'alertShort' | 'lead' | 'leadShort' | 'compact';

const alertLook = { large: true, heading: 'h1', titleSize: '31px', summarySize: '20px' };
const leadLook = { large: true, heading: 'h3', titleSize: '27px', summarySize: '18px' };
const compactLook = { large: false, heading: 'h3', titleSize: '19px', summarySize: '16px' };
/** With the most characters of the summary and of the body. */
const looks = {
  alert: { ...alertLook, summaryLength: 600, bodyLength: 1200 },
  alertShort: { ...alertLook, summaryLength: 600, bodyLength: 0 },
  lead: { ...leadLook, summaryLength: 400, bodyLength: 500 },
  leadShort: { ...leadLook, summaryLength: 400, bodyLength: 0 },
  compact: { ...compactLook, summaryLength: 200, bodyLength: 0 },
};

/** What all mails of a newsroom in a language have in common. The strict templates ask for every field. */
export function frameView(newsroom: Newsroom, language: Language) {
  const t = strings(language);
  const dir = direction(language);
  return {
    lang: language,
    dir,
    start: dir === 'rtl' ? 'right' : 'left',
    timezone: newsroom.timezone,
    palette,
    newsroom: {
      name: newsroom.name,
      url: newsroom.url ?? null,
      logo: newsroom.logo ?? null,
      address: newsroom.postalAddress.split('\n').map(oneLine).filter(Boolean),
      light: readableOn(newsroom.colour, palette.light.page),
      dark: readableOn(newsroom.colour, palette.dark.page),
    },
    t: { lang: t.language, dir: t.direction, updated: t.updated, ...t.mail },
  };
}

export type FrameView = ReturnType<typeof frameView>;

/** What is said above an edition's articles, and before the mail is opened. */
export function editionView(edition: Edition, { lang, t, timezone }: FrameView) {
  const { corrects, on, sections } = edition;
  const [first, ...others] = sections.flatMap(({ articles }) => articles);
  if (!first) throw new Error(`The edition ${edition.id} has no article, so there is no mail.`);
  const digest = edition.kind === 'digest';
  const title = clip(oneLine(first.title), digest ? 150 : 300);
  const subject = digest ? t.digestSubject(title, others.length) : title;
  return {
    digest,
    subject: corrects ? t.updated(subject) : subject,
    preheader: others.length > 0 ? titles(others) : opening(first),
    notice: corrects ? t.correction(longDate(corrects, lang, timezone)) : null,
    heading: on ? { date: fullDate(on, lang), count: t.articles(others.length + 1) } : null,
  };
}

export type EditionView = ReturnType<typeof editionView>;

export function programView({ name, colour }: ProgramFace) {
  const light = readableOn(colour, palette.light.card);
  const dark = readableOn(colour, palette.dark.card);
  // The classes are named by both shades, so that they mean the same in every mail.
  return { name: oneLine(name), key: `${light.slice(1)}-${dark.slice(1)}`, light, dark };
}

/** The dark mode of a program's colour, which no inline style can give. */
export function programStyles({ key, dark }: ReturnType<typeof programView>): string {
  return (
    `.program-${key} > div { color: ${dark} !important; }\n` +
    `.rule-${key} > table > tbody > tr > td { border-top-color: ${dark} !important; }\n` +
    `.button-${key} td, .button-${key} a { background: ${dark} !important; color: ${palette.dark.card} !important; }\n`
  );
}

/** What an article lacks is null. */
export function articleView(article: EditionArticle, look: Look, frame: FrameView) {
  const { summaryLength, bodyLength, ...shape } = looks[look];
  const { t } = frame;
  const body = bodyLength > 0 ? excerpt(article.bodyHtml, bodyLength) : undefined;
  // Of an article without a summary, the body's beginning says what it is about.
  const about =
    oneLine(article.summary) || (body ? '' : excerpt(article.bodyHtml, summaryLength).text);
  const summary = clip(about, summaryLength);
  const image = shape.large ? article.image : undefined;
  return {
    ...shape,
    lang: article.language ?? null,
    dir: article.language ? direction(article.language) : null,
    title: clip(oneLine(article.title), 300),
    url: article.url,
    byline: byline(article, frame),
    image: image
      ? {
          url: image.url,
          alt: clip(oneLine(image.alt), 300),
          credit: image.credit ? t.imageCredit(clip(oneLine(image.credit), 200)) : null,
        }
      : null,
    summary: summary && !beginsWith(body?.text ?? '', summary) ? summary : null,
    body: body?.html || null,
  };
}

export type ArticleView = ReturnType<typeof articleView>;

/** The date is in the edition's language even where the other words have none but English. */
function byline(
  { author, publishedAt }: EditionArticle,
  { t, lang, timezone }: FrameView,
): string | null {
  const parts = [
    author ? t.by(clip(oneLine(author), 200)) : '',
    publishedAt ? longDate(publishedAt, lang, timezone) : '',
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

/** Characters that a mail client shows after the subject in its list. */
const preheaderLength = 140;

function opening({ summary, bodyHtml }: EditionArticle): string {
  return clip(oneLine(summary) || excerpt(bodyHtml, preheaderLength).text, preheaderLength);
}

function titles(articles: readonly EditionArticle[]): string {
  const some = articles.slice(0, 5).map(({ title }) => oneLine(title));
  return clip(some.join(' · '), preheaderLength);
}
