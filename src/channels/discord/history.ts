/** Finds out from a Discord channel's own messages whether a post is there. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, DiscordApi, Failure } from './api.js';
import type { RenderedPost } from './render.js';

/** The first millisecond of Discord's ids (https://discord.com/developers/docs/reference#snowflakes). */
const discordEpoch = 1_420_070_400_000;
const pageSize = 100;
/** A thousand messages since the edition was frozen; with more, nobody can tell. */
const pages = 10;

export type Search =
  /** The ids of the bot's messages that are this post. */
  | { readonly result: 'read'; readonly ids: readonly string[] }
  /** The messages are closed to us, so nobody can tell. A full sentence. */
  | { readonly result: 'hidden'; readonly why: string }
  | { readonly result: 'failed'; readonly failure: Failure };

export interface HistoryOptions {
  /** Milliseconds since 1970: only messages sent since then are looked at. */
  readonly since: number;
  /** Milliseconds to wait before each further try, while Discord does not answer or asks to wait. */
  readonly patience: readonly number[];
  /** Ends the waiting by throwing its reason. */
  readonly signal: AbortSignal;
}

interface ReadMessage {
  readonly id: string;
  readonly author: { readonly id: string };
  readonly embeds: readonly { readonly url?: string; readonly title?: string }[];
}

/**
 * Reads messages of the bot itself. Discord gives a nonce back only at creation, never when messages
 * are read, so a post is known by its author, link and title; its rounds can only be counted.
 */
export function createHistory(api: DiscordApi) {
  let ownId: string | undefined;

  async function whoAmI(): Promise<Answer<{ id: string }>> {
    if (ownId) return { ok: true, data: { id: ownId } };
    const answer = await api.get<{ id: string }>('/users/@me');
    if (answer.ok) ownId = answer.data.id;
    return answer;
  }

  async function read(address: string, rendered: RenderedPost, since: number): Promise<Search> {
    const me = await whoAmI();
    if (!me.ok) return { result: 'failed', failure: me.failure };
    const floor = snowflakeAt(since);
    const found: ReadMessage[] = [];
    let after = floor;
    for (let page = 0; page < pages; page++) {
      const query = { after, limit: String(pageSize) };
      const answer = await api.get<ReadMessage[]>(`/channels/${address}/messages`, query);
      if (!answer.ok) return { result: 'failed', failure: answer.failure };
      if (answer.data.length === 0 && page === 0) return emptyOrHidden(address, floor);
      found.push(...answer.data.filter((message) => isPost(message, me.data.id, rendered)));
      if (answer.data.length < pageSize) return { result: 'read', ids: found.map(({ id }) => id) };
      after = answer.data.map(({ id }) => id).reduce(later);
    }
    const why = `More than ${pages * pageSize} messages were sent there since.`;
    return { result: 'hidden', why };
  }

  /** Without Read Message History, Discord shows an empty list rather than an error. */
  async function emptyOrHidden(address: string, floor: string): Promise<Search> {
    const place = await api.get<{ last_message_id?: string | null }>(`/channels/${address}`);
    if (!place.ok) return { result: 'failed', failure: place.failure };
    const last = place.data.last_message_id;
    if (!last || later(last, floor) === floor) return { result: 'read', ids: [] };
    return { result: 'hidden', why: 'Grant the bot Read Message History there.' };
  }

  return {
    /** The posts of this edition in the Discord channel. */
    async find(address: string, rendered: RenderedPost, options: HistoryOptions): Promise<Search> {
      let search = await read(address, rendered, options.since);
      for (const delay of options.patience) {
        if (search.result !== 'failed' || search.failure.kind === 'refused') break;
        const asked = search.failure.kind === 'limited' ? search.failure.retryAfter * 1000 : 0;
        await sleep(Math.max(delay, asked), undefined, { signal: options.signal });
        search = await read(address, rendered, options.since);
      }
      return search;
    },
  };
}

function isPost(message: ReadMessage, me: string, rendered: RenderedPost): boolean {
  const [found] = message.embeds;
  const [wanted] = rendered.embeds;
  if (message.author.id !== me || !found?.url || !wanted) return false;
  return sameUrl(found.url, wanted.url) && folded(found.title ?? '') === folded(wanted.title);
}

function sameUrl(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).href === new URL(b).href;
}

/** Discord trims what it keeps. */
function folded(title: string): string {
  return title.normalize().replace(/\s+/g, '');
}

function later(a: string, b: string): string {
  return BigInt(a) > BigInt(b) ? a : b;
}

/** The smallest id that Discord could have given out at this time. */
function snowflakeAt(time: number): string {
  return (BigInt(Math.max(0, time - discordEpoch)) << 22n).toString();
}
