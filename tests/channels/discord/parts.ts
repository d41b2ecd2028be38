/** What the tests of the Discord channel share: an edition, deliveries, and the channel before a stand-in. */

import { afterEach } from 'vitest';
import {
  type DiscordOptions,
  type DiscordSandbox,
  startDiscord,
} from '../../../sandbox/discord/index.js';
import type { Channel, Links, Wire } from '../../../src/channels/channel.js';
import {
  createDiscordChannel,
  type DiscordChannelOptions,
  type RenderedPost,
} from '../../../src/channels/discord/index.js';
import type { Delivery, Edition, EditionArticle, Newsroom, Receipt } from '../../../src/model.js';

export const security = '1200000000000000001';
export const politics = '1200000000000000002';
export const role = '1300000000000000001';
export const token = 'the-right-token';

export const newsroom: Newsroom = {
  name: 'Regional Policy Centre',
  language: 'en',
  timezone: 'UTC',
  postalAddress: '1 Main Street',
  colour: '#112233',
};

export const links: Links = {
  edition: (id) => `https://letters.example/editions/${id}`,
  unsubscribe: () => 'https://letters.example/unsubscribe',
  preferences: () => 'https://letters.example/preferences',
  outputFeed: (id, format) => `https://letters.example/feeds/${id}.${format}`,
};

const face = { id: 'spp', name: 'Security and Politics Program (SPP)', colour: '#aa3344' };

export function article(changes: Partial<EditionArticle> = {}): EditionArticle {
  return {
    id: 'a1',
    revision: 1,
    title: 'Water, borders and the new treaty',
    url: 'https://news.example/articles/water',
    author: 'Aigul Example',
    publishedAt: '2026-03-01T08:30:00.000Z',
    summary: 'What the treaty says, and what it leaves out.',
    bodyHtml: '',
    image: { url: 'https://news.example/water.png', alt: 'A river', credit: 'Example Archive' },
    categories: ['SPP'],
    programs: [face],
    ...changes,
  };
}

export function edition(changes: Partial<EditionArticle> = {}): Edition {
  return {
    id: '11111111-1111-5111-8111-111111111111',
    kind: 'alert',
    language: 'en',
    createdAt: new Date().toISOString(),
    sections: [{ program: face, articles: [article(changes)] }],
  };
}

export function delivery(address = security, changes: Partial<Delivery> = {}): Delivery {
  const { round = 0 } = changes;
  return {
    id: `11111111-1111-5111-8111-111111111111/destination-${address}/${round}`,
    editionId: '11111111-1111-5111-8111-111111111111',
    destination: { id: `destination-${address}`, channel: 'discord', address, language: 'en' },
    round,
    // Unless a test says otherwise, each earlier round was accepted.
    earlier: round,
    attempt: 1,
    programs: ['spp'],
    ...changes,
  };
}

export interface Parts {
  readonly discord: DiscordSandbox;
  readonly channel: Channel<RenderedPost>;
  /** The ids that went on the wire. */
  readonly wired: string[];
  readonly stop: AbortController;
  /** Renders the edition and sends it; the receipts by delivery. */
  send(deliveries: readonly Delivery[], rendered?: RenderedPost): Promise<Record<string, Receipt>>;
  /** What was posted in the Discord channel `security`, or in all of them. */
  posts(channelId?: string): number;
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

export async function discordOnly(changes: Partial<DiscordOptions> = {}): Promise<DiscordSandbox> {
  const discord = await startDiscord({
    port: 0,
    token,
    guild: 'Readers',
    channels: [
      { id: security, name: 'security', roles: [{ id: role, name: 'Readers of security' }] },
      { id: politics, name: 'politics' },
    ],
    ...changes,
  });
  opened.push(discord);
  return discord;
}

const place = {
  programs: ['spp'],
  language: 'en',
  cadence: 'instant' as const,
  schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
};

export async function parts(
  changes: Partial<DiscordChannelOptions> = {},
  sandbox: Partial<DiscordOptions> = {},
): Promise<Parts> {
  const discord = await discordOnly(sandbox);
  const channel = createDiscordChannel({
    channels: [
      { ...place, id: security, name: 'security', mentionRole: role },
      { ...place, id: politics, name: 'politics' },
    ],
    newsroom,
    token,
    apiUrl: discord.apiUrl,
    links,
    now: Date.now,
    timeout: 2_000,
    patience: [20, 20],
    ...changes,
  });
  opened.push(channel);
  const wired: string[] = [];
  const stop = new AbortController();
  const wire: Wire = {
    async onWire(ids) {
      wired.push(...ids);
      return new Set(ids);
    },
    signal: stop.signal,
  };
  return {
    discord,
    channel,
    wired,
    stop,
    async send(deliveries, rendered) {
      const post = rendered ?? (await channel.render(edition()));
      const receipts: Record<string, Receipt> = {};
      for await (const receipt of channel.send(post, deliveries, wire)) {
        receipts[receipt.delivery] = receipt;
      }
      return receipts;
    },
    posts: (channelId) => discord.messages(channelId).length,
  };
}
