/**
 * WebSub (W3C Recommendation, https://www.w3.org/TR/websub/) as subscribers and publishers speak it,
 * without the network: what is asked, what is read of answers and questions, and when what is due.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import LinkHeader from 'http-link-header';
import type { Feed } from '../model.js';
import type { ParsedFeed } from './entry.js';
import { webUrl } from './links.js';
import { quotable } from './quotable.js';

/** What a feed offers to those who do not want to ask again and again. */
export interface Offer {
  /** The feed's own address, which hubs know it by. */
  readonly topic: string;
  /** In the feed's order; never empty. */
  readonly hubs: readonly string[];
}

/** A feed names one hub, or two for safety; more would only be asked in vain. */
const MOST_HUBS = 3;

/**
 * The offer of a feed that was fetched from `url` (section 4): of its Link headers, and where they are
 * silent of the document. Undefined without a hub, or without the feed's own address.
 */
export function offerOf(
  url: string,
  linkHeader: string | undefined,
  parsed: Pick<ParsedFeed, 'hubs' | 'self'>,
): Offer | undefined {
  const inHeaders = linksOf(linkHeader, 'hub', url);
  const hubs = inHeaders.length > 0 ? inHeaders : parsed.hubs;
  const topic = linksOf(linkHeader, 'self', url)[0] ?? parsed.self;
  if (hubs.length === 0 || topic === undefined) return undefined;
  return { topic, hubs: hubs.slice(0, MOST_HUBS) };
}

/** Where the Link headers lead for a relation (RFC 8288), each once. What cannot be read says nothing. */
function linksOf(header: string | undefined, relation: string, base: string): string[] {
  if (!header) return [];
  try {
    // A link with an anchor is about another document.
    const links = LinkHeader.parse(header).refs.filter(({ anchor }) => anchor === undefined);
    const found = links.filter(({ rel }) => rel.toLowerCase() === relation);
    return [...new Set(found.flatMap(({ uri }) => webUrl(uri, base) ?? []))];
  } catch {
    return [];
  }
}

/** Seconds for which a hub is asked to keep a subscription; the recommendation calls ten days a good default. */
export const LEASE_ASKED = 10 * 86_400;

/** Seconds. No subscription is for ever, whatever a hub says. */
const LONGEST_LEASE = 30 * 86_400;

export interface HubRequest {
  readonly mode: 'subscribe' | 'unsubscribe';
  readonly topic: string;
  readonly callback: string;
  readonly secret: string;
}

/** The form that asks a hub to begin, renew or end a subscription (section 5.1). */
export function hubRequest({ mode, topic, callback, secret }: HubRequest): URLSearchParams {
  const asked = { 'hub.mode': mode, 'hub.topic': topic, 'hub.callback': callback };
  if (mode === 'unsubscribe') return new URLSearchParams(asked);
  return new URLSearchParams({
    ...asked,
    'hub.lease_seconds': String(LEASE_ASKED),
    // Over http too: a push is only ever a hint, and the secret keeps out all who cannot read the wire.
    'hub.secret': secret,
  });
}

/**
 * The form that tells a hub of a topic that has changed (section 6). The recommendation leaves it open;
 * hubs take one of the two names.
 */
export function pingRequest(topic: string): URLSearchParams {
  return new URLSearchParams({ 'hub.mode': 'publish', 'hub.topic': topic, 'hub.url': topic });
}

/** What a hub asks at the callback: whether something was meant (5.3), or to hear that it will not (5.2). */
export type HubQuestion =
  | { readonly mode: 'subscribe'; topic: string; challenge: string; readonly lease: number }
  | { readonly mode: 'unsubscribe'; topic: string; challenge: string }
  | { readonly mode: 'denied'; topic: string; readonly reason: string };

/** Reads the query of a hub's GET; undefined where it is no such question, or its challenge is not plain text. */
export function readQuestion(query: Readonly<Record<string, string>>): HubQuestion | undefined {
  const { 'hub.mode': mode, 'hub.topic': topic, 'hub.challenge': challenge } = query;
  if (!topic) return undefined;
  if (mode === 'denied') return { mode, topic, reason: quotable(query['hub.reason'] ?? '') };
  // It goes back as it came, so it is kept short and plain (section 8.2).
  if (!challenge || !/^[\x20-\x7e]{1,1000}$/.test(challenge)) return undefined;
  if (mode === 'unsubscribe') return { mode, topic, challenge };
  const lease = query['hub.lease_seconds'] ?? '';
  if (mode !== 'subscribe' || !/^[1-9]\d{0,9}$/.test(lease)) return undefined;
  return { mode, topic, challenge, lease: Math.min(Number(lease), LONGEST_LEASE) };
}

const ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'];

/** Checks a signature while the body goes by, so that no body has to be kept. */
export interface SignatureCheck {
  update(chunk: Uint8Array): void;
  /** To be asked once, after the last chunk. */
  holds(): boolean;
}

/**
 * The check of an `X-Hub-Signature` (section 7.1) under one of the secrets, for those that change. Undefined
 * where there is no signature, or none that can be checked.
 */
export function signatureCheck(
  header: string | undefined,
  secrets: readonly string[],
): SignatureCheck | undefined {
  const [, name = '', hex = ''] = /^(sha\d{1,3})=([0-9a-f]+)$/i.exec(header?.trim() ?? '') ?? [];
  const algorithm = name.toLowerCase();
  if (!ALGORITHMS.includes(algorithm)) return undefined;
  const claimed = Buffer.from(hex, 'hex');
  const hashes = secrets.map((secret) => createHmac(algorithm, secret));
  return {
    update(chunk) {
      for (const hash of hashes) hash.update(chunk);
    },
    holds: () =>
      hashes
        .map((hash) => hash.digest())
        .some((digest) => digest.length === claimed.length && timingSafeEqual(digest, claimed)),
  };
}

/** Seconds. */
const FIRST_RETRY = 5 * 60;
const LONGEST_RETRY = 86_400;
const SOONEST_RENEWAL = 60;

/** When to renew a lease of so many seconds: after 70 to 90 % of it, so that a hub that is away can come back. */
export function renewalAt(now: Date, lease: number, random: number): Date {
  return after(now, Math.max(SOONEST_RENEWAL, lease * (0.7 + 0.2 * random)));
}

/** When to ask a hub again that was asked `times` times in a row without having confirmed anything. */
export function askAgainAt(now: Date, times: number, random: number, retryAfter = 0): Date {
  const backOff = Math.min(FIRST_RETRY * 2 ** Math.min(times - 1, 20), LONGEST_RETRY);
  return after(now, Math.max(backOff * (1 + 0.2 * random), Math.min(retryAfter, LONGEST_RETRY)));
}

/** Seconds between two polls that pushes ask for: a hub that pushes all the time makes nobody poll all the time. */
const BETWEEN_LOOKS = 10;
/** Seconds from a push on which a poll that brought nothing is followed by another. */
const PATIENCE = 5 * 60;

/**
 * When to poll a feed because of a push that no poll has answered yet with anything new. The hub may be
 * ahead of a cache before the feed, so the looks go on, about 20 s, 80 s and 320 s after the push. Undefined
 * when they are over. A feed that is polled every few seconds anyway may be looked at sooner.
 */
export function lookAt(
  pushedAt: Date,
  lastPollAt: Date | null,
  { every }: Pick<Feed, 'every'>,
): Date | undefined {
  if (lastPollAt === null) return pushedAt;
  const gap = Math.min(BETWEEN_LOOKS, every / 5);
  const since = (lastPollAt.getTime() - pushedAt.getTime()) / 1000;
  if (since <= 0) {
    const earliest = after(lastPollAt, gap);
    return earliest > pushedAt ? earliest : pushedAt;
  }
  return since < PATIENCE ? after(lastPollAt, Math.max(2 * gap, 3 * since)) : undefined;
}

function after(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
