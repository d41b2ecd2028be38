/** What keeps subscriptions at hubs, and polls the feeds that they pushed. */

import { isPrivateHost } from '../config/private-host.js';
import { type Fetcher, refusalOf } from '../feeds/fetch.js';
import { askAgainAt, hubRequest, lookAt, type Offer } from '../feeds/websub.js';
import type { Feed, FeedId } from '../model.js';
import type { Database } from '../store/database.js';
import { readFence } from '../store/fence.js';
import {
  answerPushes,
  type DueSubscription,
  giveUpPushes,
  noteAnswer,
  takeDueSubscriptions,
  unansweredPushes,
  wantSubscriptions,
} from '../store/hub-subscriptions.js';
import type { Keys } from '../subscribers/keys.js';
import { hubSecrets } from '../subscribers/tokens.js';
import type { FeedRead } from './watch.js';

/** Milliseconds for which a process has a subscription to itself: longer than the fetcher waits for a hub. */
const takenFor = 5 * 60_000;

/**
 * The offer without the hubs that could not call back: from outside nobody reaches a PUBLIC_URL in a
 * network of one's own. Undefined where nothing is left, or the feed's config wants none.
 */
export function usableOffer(
  offer: Offer | undefined,
  feed: Pick<Feed, 'websub' | 'allowPrivate'>,
  publicUrl: string,
): Offer | undefined {
  if (!offer || feed.websub === 'never') return undefined;
  const isNear = (url: string) => isPrivateHost(new URL(url));
  const hubs = offer.hubs.filter((hub) => !isNear(publicUrl) || (feed.allowPrivate && isNear(hub)));
  return hubs.length > 0 ? { ...offer, hubs } : undefined;
}

export interface NoteReadOptions {
  readonly database: Database;
  readonly publicUrl: string;
  readonly now: () => Date;
}

/** Takes note of what a poll read: the hubs that the feed names now, and whether it answers a push. */
export function createNoteRead({ database, publicUrl, now }: NoteReadOptions) {
  return async function noteRead({ feed, begun, news, offer }: FeedRead): Promise<void> {
    await wantSubscriptions(database, {
      ...{ feed, publicUrl, now: now() },
      offer: usableOffer(offer, feed, publicUrl),
    });
    if (news) await answerPushes(database, feed.id, begun);
  };
}

export interface AskHubsOptions {
  readonly database: Database;
  readonly fetcher: Pick<Fetcher, 'post'>;
  readonly keys: Pick<Keys, 'macs'>;
  readonly now: () => Date;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks the hubs that are due: to begin, to renew or to end a subscription. Several processes may do so
 * at once: each subscription is taken by one of them. Whether a hub agrees it says at the callback.
 */
export function createAskHubs(options: AskHubsOptions): () => Promise<void> {
  const { database, fetcher, keys, now, random, signal } = options;

  return async function askHubs() {
    if (await readFence(database)) return;
    const at = now();
    const retryAt = new Date(at.getTime() + takenFor);
    const due = await takeDueSubscriptions(database, { now: at, retryAt });
    await Promise.all(due.map(ask));
  };

  async function ask({ id, hub, topic, publicUrl, allowPrivate, wanted, asked }: DueSubscription) {
    const form = hubRequest({
      mode: wanted ? 'subscribe' : 'unsubscribe',
      topic,
      callback: `${publicUrl}/websub/${id}`,
      secret: hubSecrets(keys, id)[0] ?? '',
    });
    const answer = await fetcher.post({ url: hub, form, allowPrivate, signal });
    if (signal.aborted) return;
    const outcome = refusalOf(answer) ?? 'The hub was asked, and has not confirmed it yet.';
    const retryAfter = answer.kind === 'failed' ? answer.retryAfter : undefined;
    const askAt = askAgainAt(now(), asked, random(), retryAfter);
    await noteAnswer(database, id, { outcome, askAt });
  }
}

export interface LookAfterPushesOptions {
  readonly database: Database;
  readonly feeds: readonly Feed[];
  readonly now: () => Date;
  /** Asks for a poll of the feed. The name is that of this look: asking again under it changes nothing. */
  readonly poll: (feed: FeedId, name: string) => Promise<void>;
}

/** Has the feeds polled that hubs pushed, for as long as no poll brings anything new. */
export function createLookAfterPushes(options: LookAfterPushesOptions): () => Promise<void> {
  const { database, feeds, now, poll } = options;
  return async function lookAfterPushes() {
    for (const { feedId, pushedAt, lastPollAt } of await unansweredPushes(database)) {
      const feed = feeds.find(({ id }) => id === feedId);
      const look = feed && lookAt(pushedAt, lastPollAt, feed);
      if (!look) await giveUpPushes(database, feedId, pushedAt);
      else if (look <= now()) await poll(feedId, `pushed-${feedId}-${look.getTime()}`);
    }
  };
}
