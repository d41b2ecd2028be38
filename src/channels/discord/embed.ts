/** An embed of a Discord message, and what may stand in its fields. */

import type { Instant } from '../../model.js';

/** The part of Discord's embed that Broadsheet uses (https://discord.com/developers/docs/resources/message#embed-object). */
export interface Embed {
  readonly title: string;
  /** Of no two embeds of a message the same: Discord's apps show those as one. */
  readonly url: string;
  readonly description?: string;
  /** 0xrrggbb. */
  readonly color: number;
  readonly timestamp?: Instant;
  readonly author?: { readonly name: string };
  readonly image?: { readonly url: string };
  readonly thumbnail?: { readonly url: string };
  readonly footer?: { readonly text: string };
}

/** Discord's own, in code points with escapes included; a message's is over all of its embeds. */
export const embedLimits = {
  embeds: 10,
  message: 6000,
  title: 256,
  url: 2048,
  author: 256,
  description: 4096,
} as const;

/** The URL as Discord takes it: absolute, http or https, not too long; undefined for any other. */
export function webUrl(url: string, longest: number = embedLimits.url): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  const allowed = protocol === 'http:' || protocol === 'https:';
  return allowed && href.length <= longest ? href : undefined;
}

/** `#rrggbb` as Discord has it; the first that is one. */
export function colourNumber(...colours: readonly string[]): number {
  const colour = colours.find((one) => /^#[0-9a-f]{6}$/i.test(one));
  return colour ? Number.parseInt(colour.slice(1), 16) : 0;
}
