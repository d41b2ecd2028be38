/** The exact message of an edition on each channel, as it goes out. */

import type { Links } from '../channels/channel.js';
import { messageOf } from '../channels/discord/message.js';
import type { RenderedPost } from '../channels/discord/render.js';
import { composeMessage } from '../channels/email/message.js';
import type { Config } from '../config/config.js';
import { deliveryId } from '../editions/ids.js';
import type { ChannelName, Delivery, Edition, Instant } from '../model.js';
import { fillMail, type RenderedMail } from '../templates/email/mail.js';
import { digestItem } from '../templates/feeds/digest.js';
import type { OutputItem } from '../templates/feeds/output-feed.js';
import { writeRss } from '../templates/feeds/rss.js';

export interface MailPreview {
  readonly channel: 'email';
  readonly subject: string;
  readonly from: string;
  /** All of them, unfolded, as they are written. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly html: string;
  /** The whole message (RFC 5322). DKIM signs it when it is sent. */
  readonly raw: string;
}

export interface PostPreview {
  readonly channel: 'discord';
  /** The names of the Discord channels it goes to. */
  readonly places: readonly string[];
  /** The body of the request. */
  readonly body: ReturnType<typeof messageOf>;
}

export interface ItemPreview {
  readonly channel: 'rss';
  /** The item in an output feed, as RSS 2.0. */
  readonly xml: string;
}

export type MessagePreview = MailPreview | PostPreview | ItemPreview;

/** Nobody's: what stands for a destination where no reader is named. */
const nobody = '00000000-0000-4000-8000-000000000000';

function deliveryTo(
  edition: Edition,
  channel: ChannelName,
  address: string,
  name?: string,
): Delivery {
  const programs = edition.sections.map(({ program }) => program.id);
  return {
    id: deliveryId({ editionId: edition.id, destinationId: nobody, round: 0 }),
    editionId: edition.id,
    destination: {
      id: nobody,
      channel,
      address,
      language: edition.language,
      ...(name && { name }),
    },
    round: 0,
    earlier: 0,
    attempt: 1,
    programs,
  };
}

/** Of the reader where one is given; otherwise of one who is called Reader. */
export async function mailPreview(
  rendered: unknown,
  edition: Edition,
  { config, links }: { readonly config: Config; readonly links: Links },
  reader: { readonly address: string; readonly name?: string } = {
    address: 'reader@example.org',
    name: 'Reader',
  },
): Promise<MailPreview> {
  const mail = rendered as RenderedMail;
  const delivery = deliveryTo(edition, 'email', reader.address, reader.name);
  const urls = {
    unsubscribe: links.unsubscribe(delivery),
    preferences: links.preferences(delivery),
    webView: links.edition(edition.id),
  };
  const { raw } = await composeMessage({
    config: config.email,
    newsroom: config.newsroom,
    rendered: mail,
    delivery,
    to: reader.address,
    returnPath: `bounce@${config.email.domain}`,
    unsubscribeUrl: urls.unsubscribe,
    preferencesUrl: urls.preferences,
    webViewUrl: urls.webView,
  });
  const text = raw.toString('utf8');
  const headers = text
    .slice(0, text.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  return {
    channel: 'email',
    subject: mail.subject,
    from: config.email.from,
    headers,
    ...fillMail(mail, { ...urls, programs: delivery.programs }),
    raw: text,
  };
}

/** As it is posted in the first of its Discord channels, with that one's role. */
export function postPreview(rendered: unknown, edition: Edition, config: Config): PostPreview {
  const programs = edition.sections.flatMap(({ program, articles }) =>
    edition.kind === 'digest'
      ? [program.id]
      : articles.flatMap((one) => one.programs.map(({ id }) => id)),
  );
  const places = config.discord.channels.filter(
    (channel) =>
      channel.language === edition.language &&
      (channel.cadence === 'instant') === (edition.kind === 'alert') &&
      channel.programs.some((id) => programs.includes(id)),
  );
  const { id } = deliveryTo(edition, 'discord', places[0]?.id ?? '');
  return {
    channel: 'discord',
    places: places.map(({ name }) => name),
    body: messageOf(rendered as RenderedPost, id, places[0]?.mentionRole),
  };
}

/** The item of an article, or of a digest, in the output feed of everything. */
export function itemPreview(
  edition: Edition,
  { config, links }: { readonly config: Config; readonly links: Links },
  releasedAt: Instant,
): ItemPreview {
  const { newsroom } = config;
  const digest = edition.kind === 'digest';
  const item = digest
    ? digestItem(edition, {
        url: links.edition(edition.id),
        closedAt: releasedAt,
        timezone: newsroom.timezone,
      })
    : articleItem(edition, releasedAt);
  const selfUrl = links.outputFeed(digest ? 'all/digests' : 'all', 'rss');
  const feed = writeRss({
    title: newsroom.name,
    description: '',
    publisher: newsroom.name,
    siteUrl: newsroom.url ?? selfUrl,
    selfUrl,
    hubs: config.outputFeeds.hubs,
    language: newsroom.language,
    updatedAt: edition.createdAt,
    items: [item],
  });
  return { channel: 'rss', xml: /<item>[\s\S]*<\/item>/.exec(feed)?.[0] ?? '' };
}

function articleItem(edition: Edition, releasedAt: Instant): OutputItem {
  const article = edition.sections[0]?.articles[0];
  if (!article) throw new Error(`The edition ${edition.id} has no article, so there is no item.`);
  return {
    id: article.id,
    content: { ...article, programs: article.programs.map(({ id }) => id) },
    releasedAt,
    updatedAt: edition.createdAt,
    programNames: article.programs.map(({ name }) => name),
  };
}
