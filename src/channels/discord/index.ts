/**
 * The channel of Discord posts: REST only, no gateway, so that nothing is kept but what is cached.
 * A post is tried once; after a lost answer the Discord channel's own messages decide.
 */

import type { DiscordChannel } from '../../config/config.js';
import type { Delivery, Edition, Newsroom, Outcome, Receipt } from '../../model.js';
import type { Channel, Links, Notice, Wire } from '../channel.js';
import { createApi, type DiscordApi } from './api.js';
import { type CheckedChannel, checkDiscord } from './check.js';
import { createHistory } from './history.js';
import { messageOf } from './message.js';
import { noticeMessage } from './notice.js';
import { codes, noToken, outcomeOf, reject, uncertain } from './outcome.js';
import { type RenderedPost, renderPost } from './render.js';

export type { RenderedPost } from './render.js';

export interface DiscordChannelOptions {
  readonly channels: readonly DiscordChannel[];
  /** The Discord channel in which staff are told of what needs them. */
  readonly staffChannel?: string | undefined;
  readonly newsroom: Newsroom;
  /** The bot's token; without it every delivery is deferred. */
  readonly token: string | undefined;
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly links: Links;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds until an answer has to be here; 10 s where not given. */
  readonly timeout?: number;
  /** Milliseconds to wait before each further look for a post whose answer was lost. */
  readonly patience?: readonly number[];
}

/** Together with the timeouts below the "past few minutes" for which Discord remembers a nonce. */
const usualPatience = [1_000, 5_000, 15_000];
/** Milliseconds that our clock may be ahead of Discord's, whose ids tell when a message was sent. */
const skew = { ofAttempt: 30_000, ofEdition: 600_000 };

export function createDiscordChannel(options: DiscordChannelOptions): Channel<RenderedPost> {
  const { channels, newsroom, token, apiUrl, links, now } = options;
  const { timeout = 10_000, patience = usualPatience } = options;
  const api = token ? createApi({ token, apiUrl, timeout }) : undefined;
  const history = api && createHistory(api);
  const configured = new Map(channels.map((channel) => [channel.id, channel]));
  const places: readonly CheckedChannel[] = options.staffChannel
    ? [...channels, { id: options.staffChannel, name: 'staff' }]
    : channels;
  const inTurn = createTurns();
  const guilds = new Map<string, string>();

  async function* send(
    rendered: RenderedPost,
    deliveries: readonly Delivery[],
    wire: Wire,
  ): AsyncGenerator<Receipt> {
    let stopped = false;
    const attempts = deliveries.map((delivery) =>
      inTurn(delivery.destination.address, async () => {
        if (stopped || wire.signal.aborted) return undefined;
        const outcome = await attempt(rendered, delivery, wire);
        if (outcome?.outcome === 'deferred' && outcome.scope === 'channel') stopped = true;
        return outcome && { ...outcome, delivery: delivery.id };
      }),
    );
    for await (const receipt of asTheySettle(attempts)) if (receipt) yield receipt;
  }

  async function attempt(
    rendered: RenderedPost,
    delivery: Delivery,
    wire: Wire,
  ): Promise<Outcome | undefined> {
    if (!api || !history) return noToken;
    const { address } = delivery.destination;
    const place = placeOf(address);
    if (!isSnowflake(address)) {
      return reject(`${place} is not the id of a Discord channel. Correct it in the config.`, true);
    }
    const failed = await learnGuild(api, address);
    if (failed) return failed;
    // The attempt before may have been finished by Discord after we looked, and its nonce forgotten.
    if (delivery.attempt > 1) {
      const search = await history.find(address, rendered, {
        since: sinceFrozen(rendered),
        patience: [],
        signal: wire.signal,
      });
      if (search.result === 'failed') return outcomeOf(search.failure, place);
      if (search.result === 'read' && search.ids.length > delivery.earlier) {
        return accepted(address, search.ids.at(-1));
      }
    }
    const allowed = await wire.onWire([delivery.id]);
    if (!allowed.has(delivery.id)) return undefined;
    const since = now() - skew.ofAttempt;
    const message = messageOf(rendered, delivery.id, configured.get(address)?.mentionRole);
    const answer = await api.post<{ id: string }>(`/channels/${address}/messages`, message);
    if (answer.ok) return accepted(address, answer.data.id);
    const { failure } = answer;
    if (failure.kind === 'refused' && failure.code === codes.unknownMessage) {
      return {
        outcome: 'accepted',
        detail: 'Discord had the post, and somebody deleted it there.',
      };
    }
    if (failure.kind !== 'lost') return outcomeOf(failure, place);

    const search = await history
      .find(address, rendered, { since, patience, signal: wire.signal })
      .catch(leftToRecall(wire.signal));
    if (!search) return undefined;
    if (search.result === 'hidden') return uncertain(failure.message, search.why);
    if (search.result === 'failed') {
      return uncertain(failure.message, outcomeOf(search.failure, place).reason);
    }
    if (search.ids.length > 0) return accepted(address, search.ids.at(-1));
    return outcomeOf(failure, place);
  }

  async function recall(
    rendered: RenderedPost,
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const lost = 'The process died while the post was on the wire';
    if (!api || !history) return uncertain(lost, noToken.reason);
    const { address } = delivery.destination;
    const since = sinceFrozen(rendered);
    const search = await history.find(address, rendered, { since, patience, signal });
    await learnGuild(api, address); // For the link only: what went wrong shows in the search.
    if (search.result === 'hidden') return uncertain(lost, search.why);
    if (search.result === 'failed') {
      return uncertain(lost, outcomeOf(search.failure, placeOf(address)).reason);
    }
    const { ids } = search;
    if (ids.length > delivery.earlier) return accepted(address, ids.at(-1));
    if (ids.length > 0) {
      const why = `It holds this post ${ids.length} times, and nobody can tell which round is missing.`;
      return { outcome: 'uncertain', reason: `${lost}. ${why} Look there before you resend.` };
    }
    const reason = `${lost}, and it is not in the Discord channel.`;
    return { outcome: 'deferred', reason, scope: 'delivery' };
  }

  /** The nonce makes the same message of a second try, so a lost answer is asked for again that way. */
  async function tell(
    notice: Notice,
    address: string,
    begin: () => Promise<boolean>,
  ): Promise<Outcome | undefined> {
    if (!api) return noToken;
    const place = placeOf(address);
    const failed = await learnGuild(api, address);
    if (failed) return failed;
    if (!(await begin())) return undefined;
    const post = () =>
      api.post<{ id: string }>(`/channels/${address}/messages`, noticeMessage(notice, newsroom));
    const first = await post();
    if (first.ok) return accepted(address, first.data.id);
    if (first.failure.kind !== 'lost') return outcomeOf(first.failure, place);
    const second = await post();
    if (second.ok) return accepted(address, second.data.id);
    return { outcome: 'uncertain', reason: `${first.failure.message}.` };
  }

  /** A receipt's link needs the server's id. Asked once, and what is wrong shows before the wire. */
  async function learnGuild(api: DiscordApi, address: string): Promise<Outcome | undefined> {
    if (guilds.has(address)) return undefined;
    const answer = await api.get<{ guild_id?: string }>(`/channels/${address}`);
    if (!answer.ok) return outcomeOf(answer.failure, placeOf(address));
    guilds.set(address, answer.data.guild_id ?? '@me');
    return undefined;
  }

  function accepted(address: string, messageId: string | undefined): Outcome {
    const { origin } = new URL(apiUrl);
    const detail = `${origin}/channels/${guilds.get(address) ?? '@me'}/${address}/${messageId}`;
    return { outcome: 'accepted', detail, ...(messageId && { externalId: messageId }) };
  }

  /** How staff know the Discord channel. */
  function placeOf(address: string): string {
    const name = places.find(({ id }) => id === address)?.name;
    return name ? `${name} (${address})` : address;
  }

  return {
    name: 'discord',
    render: async (edition: Edition) => renderPost(edition, newsroom, links),
    send,
    recall,
    tell,
    async reach() {
      if (!api) return noToken.reason;
      const answer = await api.get('/users/@me');
      return answer.ok ? undefined : outcomeOf(answer.failure, '').reason;
    },
    check: () => checkDiscord(api, places),
    async close() {
      api?.close();
    },
  };
}

/** An id of Discord's (https://discord.com/developers/docs/reference#snowflakes). */
function isSnowflake(address: string): boolean {
  return /^\d{17,20}$/.test(address);
}

/** No post of an edition is older than the edition, and no clock that far off. */
function sinceFrozen(rendered: RenderedPost): number {
  return Date.parse(rendered.frozenAt) - skew.ofEdition;
}

/** Stopped while it waited to look again: without a receipt, the next process recalls the delivery. */
function leftToRecall(signal: AbortSignal) {
  return (error: unknown): undefined => {
    if (!signal.aborted) throw error;
  };
}

/** Runs what has the same key one after the other, and the rest side by side. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return function inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    const mine = (last.get(key) ?? Promise.resolve()).then(task, task);
    last.set(key, mine);
    return mine;
  };
}

/** What the promises come to, the first to settle first. */
async function* asTheySettle<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  const waiting = new Map(
    promises.map((promise, index) => [index, promise.then((value) => ({ index, value }))]),
  );
  // One that fails must not go unhandled while another is awaited.
  for (const one of waiting.values()) one.catch(() => {});
  while (waiting.size > 0) {
    const { index, value } = await Promise.race(waiting.values());
    waiting.delete(index);
    yield value;
  }
}
