/** When a feed is polled next, and why then. */

import type { Feed } from '../model.js';
import type { ParsedFeed } from './entry.js';
import type { Rhythm } from './rhythm.js';

/** What a feed itself asks of those who poll it. */
export type FeedAsks = Pick<ParsedFeed, 'every' | 'skipHours' | 'skipDays'>;

type Every = 'every' | 'everyWhenQuiet' | 'everyWhenPushed';

export interface PollState {
  readonly now: Date;
  /** How the config wants it watched. */
  readonly feed: Pick<Feed, Every | 'longestWait' | 'own'>;
  /** Polls that failed in a row, the last one included; 0 where it succeeded. */
  readonly failures: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
  readonly asks?: FeedAsks | null;
  /** How long the server says that its answer holds. */
  readonly fresh?: Freshness | undefined;
  /** Seconds that a 429 or 503 asks for. */
  readonly retryAfter?: number | undefined;
  /** How often the feed publishes; null where that is not known yet. */
  readonly rhythm?: Rhythm | null;
  /** Whether a hub tells of what is new; false where not given. */
  readonly pushed?: boolean;
}

export interface Freshness {
  readonly seconds: number;
  /** The header that says so. */
  readonly header: 'Cache-Control' | 'Expires';
}

export interface NextPoll {
  readonly at: Date;
  /** For staff, as what follows "next poll in 12 minutes:". */
  readonly reason: string;
}

/** Neither failures nor a Retry-After put a poll off for longer: seconds. */
const LONGEST = 24 * 60 * 60;

/** Polls are up to this part later than they need to be, so that feeds do not come all at once. */
const JITTER = 0.1;

/** A feed is polled so many times from one of its articles to the next. */
const POLLS_PER_ARTICLE = 24;

/** A silence so many times as long as usual is a new rhythm, and not a weekend. */
const SILENCE = 14;

/** A wait in seconds, with its reason. */
type Wait = readonly [seconds: number, reason: string];

/**
 * The time of the next poll: the longest of what the config, the feed, its server and its rhythm want,
 * or what its failures or a Retry-After ask for. `every` and a Retry-After are never undercut. Only
 * errors slow the newsroom's own feed down, and them it has for no longer than `everyWhenQuiet`.
 */
export function nextPoll(state: PollState): NextPoll {
  const { now, feed, random, asks } = state;
  const waits = [...errors(state), ...(feed.own ? [] : wishes(state))];
  const every: Wait = [feed.every, `every ${inWords(feed.every).replace(/^1 /, '')}`];
  const [seconds, reason] = waits.reduce((a, b) => (b[0] > a[0] ? b : a), every);
  const at = new Date(now.getTime() + seconds * (1 + JITTER * random) * 1000);
  const later = feed.own || !asks ? undefined : afterSkipped(at, asks);
  return later ?? { at, reason };
}

/** What failures and a server in need ask for. */
function errors({ feed, failures, retryAfter }: PollState): Wait[] {
  const failed = failures === 1 ? 'the last poll failed' : `the last ${failures} polls failed`;
  // From some power on it is a day anyway, and 2^1100 is infinite.
  const backOff = failures > 0 ? feed.every * 2 ** Math.min(failures, 30) : 0;
  const silence = Math.min(retryAfter ?? 0, LONGEST);
  return [
    [Math.min(backOff, feed.own ? feed.everyWhenQuiet : LONGEST), failed],
    [silence, `its host asked for ${inWords(silence)} of silence (Retry-After)`],
  ];
}

/** What the feed and its server ask for, and what its rhythm and its hubs allow. */
function wishes({ now, feed, asks, fresh, rhythm, pushed }: PollState): Wait[] {
  const bounded = (seconds = 0) => Math.min(seconds, feed.longestWait);
  return [
    [bounded(asks?.every), `the feed asks for ${inWords(asks?.every)} between polls`],
    [bounded(fresh?.seconds), `its answer holds for ${inWords(fresh?.seconds)} (${fresh?.header})`],
    [pushed ? feed.everyWhenPushed : 0, 'WebSub is active; poll as the backstop'],
    ...(rhythm ? [quiet(now, rhythm, feed.everyWhenQuiet)] : []),
  ];
}

/** A feed that publishes rarely, or has stopped to, is polled less often. */
function quiet(now: Date, { usual, newest }: Rhythm, longest: number): Wait {
  const silent = (now.getTime() - newest.getTime()) / 1000;
  const [gap, reason] =
    silent / SILENCE > usual
      ? [silent / SILENCE, `it has been quiet for ${inWords(silent)}`]
      : [usual, `it publishes about once in ${inWords(usual)}`];
  return [Math.min(gap / POLLS_PER_ARTICLE, longest), reason];
}

const HOUR = 3_600_000;

/** The first moment after skipped hours and days; undefined where none is skipped, or all are. */
function afterSkipped(at: Date, { skipHours = [], skipDays = [] }: FeedAsks): NextPoll | undefined {
  const day = (moment: Date) => skipDays.includes(moment.getUTCDay());
  const skipped = (moment: Date) => day(moment) || skipHours.includes(moment.getUTCHours());
  if (!skipped(at)) return undefined;
  const named = day(at) ? 'on this day (skipDays)' : 'at this hour (skipHours)';
  const nextHour = (Math.floor(at.getTime() / HOUR) + 1) * HOUR;
  for (let hour = 0; hour < 7 * 24; hour += 1) {
    // Not all at the stroke of the hour: each comes as far into it as it would have come.
    const moment = new Date(nextHour + hour * HOUR + (at.getTime() % HOUR));
    if (!skipped(moment)) return { at: moment, reason: `the feed asks not to be polled ${named}` };
  }
  return undefined;
}

const UNITS: readonly [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** "90 minutes": in the largest unit that leaves no fraction, or of which there are many. */
function inWords(seconds = 0): string {
  const [size, unit] =
    UNITS.find(([one]) => seconds >= one && (seconds % one === 0 || seconds >= 10 * one)) ??
    ([1, 'second'] as const);
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
