/** What a Discord post says: pure, from an edition to embeds. */

import type { Edition, EditionArticle, Instant, Newsroom, ProgramFace } from '../../model.js';
import { clip } from '../../templates/plain.js';
import { strings } from '../../templates/strings/index.js';
import type { Links } from '../channel.js';
import { escapeWithin } from './markdown.js';

/** The part of Discord's embed that Broadsheet uses (https://discord.com/developers/docs/resources/message#embed-object). */
export interface Embed {
  readonly title: string;
  readonly url: string;
  readonly description?: string;
  /** 0xrrggbb. */
  readonly color: number;
  readonly timestamp?: Instant;
  readonly author: { readonly name: string };
  readonly image?: { readonly url: string };
  readonly footer: { readonly text: string };
}

/** A post, the same for each of its Discord channels; what depends on one is added when it is sent. */
export interface RenderedPost {
  /** When the edition was frozen: no post of it can be older. */
  readonly frozenAt: Instant;
  readonly embeds: readonly Embed[];
}

/**
 * In code points, escapes included. The first two are Discord's; the others are below Discord's so
 * that one embed stays far from the 6000 that a message may have in all of its embeds together.
 */
const limits = { title: 256, url: 2048, author: 256, summary: 350, description: 1024, footer: 512 };

/** Earlier than any newsroom's site; what is older is a date gone wrong. */
const firstDate = Date.parse('1990-01-01T00:00:00Z');
/** Milliseconds that a newsroom's clock or zone may be ahead of ours. */
const ahead = 24 * 3600 * 1000;

/** One embed for each article of the edition. */
export function renderPost(
  edition: Edition,
  newsroom: Newsroom,
  links: Pick<Links, 'edition'>,
): RenderedPost {
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
  return {
    title: escapeWithin(article.title, limits.title),
    url: webUrl(article.url) ?? links.edition(edition.id),
    ...(summary && { description: summary }),
    color: colourNumber(program.colour) ?? colourNumber(newsroom.colour) ?? 0,
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

/** The URL as Discord takes it: absolute, http or https, not too long; undefined for any other. */
function webUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  const allowed = protocol === 'http:' || protocol === 'https:';
  return allowed && href.length <= limits.url ? href : undefined;
}

/** The newsroom's date where it can be true when the edition was frozen. */
function shownDate(publishedAt: Instant | undefined, frozenAt: Instant): Instant | undefined {
  const time = publishedAt === undefined ? Number.NaN : Date.parse(publishedAt);
  const possible = time >= firstDate && time <= Date.parse(frozenAt) + ahead;
  return possible ? new Date(time).toISOString() : undefined;
}

function colourNumber(colour: string): number | undefined {
  return /^#[0-9a-f]{6}$/i.test(colour) ? Number.parseInt(colour.slice(1), 16) : undefined;
}
