/** Where a feed is: by its config, and by what its server has said since. */

export interface FeedAddress {
  /** From the config. What is known of the feed belongs to it. */
  readonly url: string;
  /** Where it has moved for good, and is polled instead. */
  readonly movedTo: string | null;
  /** Where permanent redirects lead that are not believed yet. */
  readonly moving: Moving | null;
}

interface Moving {
  readonly to: string;
  /** Polls that were led there, one after the other. */
  readonly times: number;
  readonly since: Date;
}

/** Redirects are believed after so many polls, over so many milliseconds: one mistake moves nothing. */
const TIMES = 3;
const FOR = 24 * 60 * 60 * 1000;

/** Whether what is known of a feed holds at the URL that the config gives now: its own, or where it has moved. */
export function isSameFeed(known: FeedAddress, url: string): boolean {
  return known.url === url || known.movedTo === url;
}

/** The address to poll at. */
export function addressOf(known: FeedAddress, url: string): string {
  return known.url === url ? (known.movedTo ?? url) : url;
}

/**
 * What is known of the address after a poll that was answered well: `known` itself where nothing is new.
 * @param known before the poll
 * @param poll.url from the config
 * @param poll.permanentUrl where permanent redirects (301, 308) led it
 * @param poll.read whether a feed was read there, as "not modified" alone may come from anything
 */
export function afterPoll(
  known: FeedAddress,
  poll: { at: Date; url: string; permanentUrl: string | undefined; read: boolean },
): FeedAddress {
  const { at, url, permanentUrl: to } = poll;
  const before = known.url === url ? known : { movedTo: null, moving: null };
  const { movedTo } = before;
  const stays = known.url === url && !known.moving ? known : { url, movedTo, moving: null };
  if (to === undefined || isLessSafe(addressOf(known, url), to)) return stays;
  const earlier = before.moving?.to === to ? before.moving : undefined;
  if (!earlier && !poll.read) return stays;
  const moving = { to, times: (earlier?.times ?? 0) + 1, since: earlier?.since ?? at };
  const believed = moving.times >= TIMES && at.getTime() - moving.since.getTime() >= FOR;
  return believed ? { url, movedTo: to, moving: null } : { url, movedTo, moving };
}

/** Whether anybody on the way could read what nobody could before. */
function isLessSafe(from: string, to: string): boolean {
  return from.startsWith('https:') && !to.startsWith('https:');
}
