/** What goes out, exactly, and why it does or does not. Nothing is changed by looking. */

import type { Channel, Links } from '../channels/channel.js';
import type { Config } from '../config/config.js';
import type { ChannelName, Edition, Instant } from '../model.js';
import type { Database } from '../store/database.js';
import { findSubject } from './find.js';
import { type Issue, issueOf, renderingOf } from './issue.js';
import { itemPreview, type MessagePreview, mailPreview, postPreview } from './preview-message.js';
import { type Stage, type WhyTools, whyArticle, whyEdition } from './preview-why.js';

export interface PreviewTools {
  readonly database: Database;
  readonly config: Config;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly links: Links;
  readonly now: () => Date;
  /** A moment as staff read it, on the clock of an IANA zone. */
  readonly stamp: (at: Date, timezone: string) => string;
}

export interface Preview {
  readonly edition: Edition;
  readonly stage: Issue['stage'];
  readonly why: readonly Stage[];
  /** The one that its times are told in. */
  readonly timezone: string;
  readonly messages: readonly MessagePreview[];
  /** Where there is no message, and why. */
  readonly missing: readonly { readonly channel: ChannelName; readonly why: string }[];
}

/** Previews an article or an edition, on one channel or on all. Throws a full sentence where there is none. */
export async function preview(
  tools: PreviewTools,
  { name, channel }: { readonly name: string; readonly channel?: ChannelName | undefined },
): Promise<Preview> {
  const { database, config, channels, now } = tools;
  const { programs, newsroom } = config;
  const subject = await findSubject(database, name);
  const issue = await issueOf(
    database,
    { renderers: channels, programs, language: newsroom.language, now },
    subject,
  );
  const stamp = (at: Date) => tools.stamp(at, newsroom.timezone);
  const whyTools: WhyTools = {
    programs,
    fallback: config.fallbackProgram,
    feeds: config.feeds,
    stamp,
  };
  const why =
    subject.kind === 'article'
      ? await whyArticle(database, whyTools, subject.article)
      : issue.sent
        ? await whyEdition(database, issue.sent, stamp)
        : [];
  const released =
    subject.kind === 'article' ? subject.article.releasedAt?.toISOString() : undefined;
  const names = channel ? [channel] : ([...channels.keys()] as const);
  const shown = await messagesOf(tools, issue, names, released ?? issue.edition.createdAt);
  return { edition: issue.edition, stage: issue.stage, why, timezone: newsroom.timezone, ...shown };
}

/** What each of the channels makes of the issue. */
export async function messagesOf(
  tools: PreviewTools,
  issue: Issue,
  names: readonly ChannelName[],
  releasedAt: Instant,
): Promise<Pick<Preview, 'messages' | 'missing'>> {
  const { database, channels, config } = tools;
  const { edition } = issue;
  const messages: MessagePreview[] = [];
  const missing: { channel: ChannelName; why: string }[] = [];
  for (const channel of names) {
    const result = await renderingOf(database, channels, issue, channel);
    if ('failure' in result) {
      missing.push({ channel, why: `It cannot be rendered: ${result.failure}` });
    } else if (channel === 'email') {
      messages.push(await mailPreview(result.rendered, edition, tools));
    } else if (channel === 'discord') {
      messages.push(postPreview(result.rendered, edition, config));
    } else {
      messages.push(itemPreview(edition, tools, releasedAt));
    }
  }
  return { messages, missing };
}
