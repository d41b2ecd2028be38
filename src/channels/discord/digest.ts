/** What a digest says in Discord: one message with an embed for each program. */

import type { Edition, EditionArticle, Newsroom, Section } from '../../model.js';
import { fullDate } from '../../templates/locale.js';
import { clip, oneLine } from '../../templates/plain.js';
import { type Strings, strings } from '../../templates/strings/index.js';
import type { Links } from '../channel.js';
import { colourNumber, type Embed, embedLimits, webUrl } from './embed.js';
import { escapeWithin, lengthOf, maskedLink } from './markdown.js';
import { type Forms, type Group, pack } from './pack.js';

/** Code points, escapes included. So many titles and credits leave most of the message to the articles. */
const limits = { newsroom: 200, program: 100, credit: 80, label: 200, shortLabel: 80 };
/** Of a lead's summary: where there is room, and where there is not. */
const summaries = { long: 240, short: 120 };
/** A longer address would take the room of several articles; the web view leads there too. */
const longestUrl = 512;

export interface DigestPost {
  readonly heading: string;
  readonly embeds: readonly Embed[];
}

/** Everything but the descriptions of an embed, and what is to be packed into them. */
interface Draft {
  readonly frame: Omit<Embed, 'description'>;
  readonly groups: readonly Group[];
}

/** What does not fit into Discord's limits is counted, and linked to the web view. */
export function digestPost(
  edition: Edition,
  newsroom: Newsroom,
  links: Pick<Links, 'edition'>,
): DigestPost {
  const t = strings(edition.language);
  const webView = links.edition(edition.id);
  const drafts = draft(edition.sections, newsroom, webView, t);
  const boxes = drafts.map(({ frame: { title, footer }, groups }) => ({
    groups,
    fixed: lengthOf(title) + lengthOf(footer?.text ?? ''),
  }));
  const more = (count: number) => maskedLink(t.discord.more(count), webView, limits.label);
  const descriptions = pack(boxes, more);
  return {
    heading: heading(edition, newsroom, t),
    embeds: drafts.map(({ frame }, index) => {
      const description = descriptions[index];
      return { ...frame, ...(description && { description }) };
    }),
  };
}

/** Each program has its embed, as far as Discord allows so many; the last one holds the others. */
function draft(
  sections: readonly Section[],
  newsroom: Newsroom,
  webView: string,
  t: Strings,
): Draft[] {
  const own = sections.length > embedLimits.embeds ? embedLimits.embeds - 1 : sections.length;
  const drafts = sections.slice(0, own).map(({ program, articles }): Draft => {
    const image = articles[0]?.image;
    const url = image && webUrl(image.url);
    const credit = url ? image.credit : undefined;
    return {
      frame: {
        title: escapeWithin(oneLine(program.name), limits.program),
        url: `${webView}#${program.id}`,
        color: colourNumber(program.colour, newsroom.colour),
        ...(url && { thumbnail: { url } }),
        ...(credit && {
          footer: { text: clip(t.mail.imageCredit(oneLine(credit)), limits.credit) },
        }),
      },
      groups: [{ heading: '', articles: articles.map(entry(webView)) }],
    };
  });
  const others = sections.slice(own);
  if (others.length === 0) return drafts;
  const groups = others.map(({ program, articles }) => ({
    heading: `**${escapeWithin(oneLine(program.name), limits.program)}**`,
    articles: articles.map(entry(webView)),
  }));
  const frame = {
    title: t.discord.otherPrograms,
    url: `${webView}#more`,
    color: colourNumber(newsroom.colour),
  };
  return [...drafts, { frame, groups }];
}

/** The first article of a program is its lead: in bold, with its summary. */
function entry(webView: string) {
  return (article: EditionArticle, index: number): Forms => {
    const title = oneLine(article.title);
    const link = maskedLink(title, webUrl(article.url, longestUrl) ?? webView, limits.label);
    if (index > 0) return [`- ${link}`];
    const lead = `**${link}**`;
    const withSummary = (limit: number) =>
      [lead, escapeWithin(oneLine(article.summary), limit)].filter(Boolean).join('\n');
    const least = `**${maskedLink(title, webView, limits.shortLabel)}**`;
    return [withSummary(summaries.long), withSummary(summaries.short), lead, least];
  };
}

/** Such as "**Regional Policy Centre** · Tuesday, March 3, 2026 · 12 articles". */
function heading(edition: Edition, newsroom: Newsroom, t: Strings): string {
  const name = `**${escapeWithin(oneLine(newsroom.name), limits.newsroom)}**`;
  const count = edition.sections.reduce((sum, { articles }) => sum + articles.length, 0);
  const date = edition.on && fullDate(edition.on, edition.language);
  const parts = [edition.corrects ? t.updated(name) : name, date, t.discord.articles(count)];
  return parts.filter(Boolean).join(' · ');
}
