/** The body of a request that posts: the rendered post, and what depends on the delivery. */

import { createHash } from 'node:crypto';
import type { DeliveryId } from '../../model.js';
import type { Embed } from './embed.js';
import type { RenderedPost } from './render.js';

/** Create Message (https://discord.com/developers/docs/resources/message#create-message). */
export interface Message {
  readonly content?: string;
  readonly embeds: readonly Embed[];
  readonly allowed_mentions: { readonly parse: readonly []; readonly roles: readonly string[] };
  readonly nonce: string;
  readonly enforce_nonce: true;
}

/**
 * `allowed_mentions` is never left out: without it Discord lets a bot's message ping everyone it
 * names. The role of the config is the only one that may ever be pinged.
 */
export function messageOf(
  rendered: RenderedPost,
  delivery: DeliveryId,
  mentionRole: string | undefined,
): Message {
  const mention = mentionRole && `<@&${mentionRole}>`;
  const content = [mention, rendered.heading].filter(Boolean).join(' ');
  return {
    ...(content && { content }),
    embeds: rendered.embeds,
    allowed_mentions: { parse: [], roles: mentionRole ? [mentionRole] : [] },
    nonce: nonceOf(delivery),
    enforce_nonce: true,
  };
}

/**
 * The same for every attempt of a delivery, so that Discord posts it once; another for each round, so
 * that a resend is posted. A delivery's id names its edition, destination and round. At most 25
 * characters; Discord remembers it for "the past few minutes".
 */
export function nonceOf(delivery: DeliveryId): string {
  return createHash('sha256').update(delivery).digest('base64url').slice(0, 25);
}
