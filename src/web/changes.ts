/**
 * What changed in a feed since a reader was last here: RFC 3229 with `A-IM: feed` (Bob Wyman, "Using
 * RFC 3229 with Feeds", 2004). Nothing is kept of what readers were served: an ETag names the state of
 * the feed, the feed is written once more as it was then, and only where that has the digest of the ETag
 * is it certain what the reader has.
 */

import type { Context } from 'hono';
import type { FeedState } from '../store/article-feeds.js';
import type { OutputFeed } from '../templates/feeds/output-feed.js';
import { digestOf } from './document.js';
import { wantsChanges } from './negotiate.js';

/** The state of a feed as a part of its ETag. */
export function stateTag({ order, revisedAt }: FeedState): string {
  return `${order.toString(36)}-${revisedAt.getTime().toString(36)}`;
}

export interface Changes {
  /** The entity tag of what the reader has. */
  readonly since: string;
  readonly text: string;
}

/** The feed with only the items that are new or changed; undefined where the reader has to get all. */
export async function changesFor(
  c: Context,
  feed: OutputFeed,
  {
    write,
    asOf,
  }: {
    readonly write: (feed: OutputFeed) => string;
    readonly asOf: (state: FeedState) => Promise<OutputFeed | undefined>;
  },
): Promise<Changes | undefined> {
  if (!wantsChanges(c.req.header('a-im'), c.req.header('accept'))) return undefined;
  const known = knownState(c.req.header('if-none-match'));
  const before = known && (await asOf(known.state));
  if (!before || digestOf(write(before)) !== known.digest) return undefined;
  const had = new Set(before.items.map((item) => JSON.stringify(item)));
  const items = feed.items.filter((item) => !had.has(JSON.stringify(item)));
  // Where items only left, or all are new, the whole says as much.
  if (items.length === 0 || items.length === feed.items.length) return undefined;
  return { since: known.tag, text: write({ ...feed, items }) };
}

interface Known {
  /** The entity tag, with its quotes. */
  readonly tag: string;
  readonly state: FeedState;
  readonly digest: string;
}

/** The first strong entity tag in If-None-Match that names a state. */
function knownState(ifNoneMatch: string | undefined): Known | undefined {
  const form = /(?<!W\/)"([0-9a-z]{1,9})-([0-9a-z]{1,9})-([\w-]{43})(?:-[a-z]+)?"/;
  const [tag, order = '', revisedAt = '', digest = ''] = form.exec(ifNoneMatch ?? '') ?? [];
  if (!tag) return undefined;
  const moment = new Date(Number.parseInt(revisedAt, 36));
  if (Number.isNaN(moment.getTime())) return undefined;
  return { tag, state: { order: Number.parseInt(order, 36), revisedAt: moment }, digest };
}
