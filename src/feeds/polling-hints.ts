/** What a feed says of when it wants to be polled, and of who tells of news between two polls. */

import { all, type Element, textOf } from './element.js';
import type { ParsedFeed } from './entry.js';
import { webUrl } from './links.js';

export type PollingHints = Pick<ParsedFeed, 'every' | 'skipHours' | 'skipDays' | 'hubs' | 'self'>;

/**
 * Reads the hints of a channel or a feed element.
 * @param url where the feed was fetched from
 */
export function pollingHints(head: Element, url: string): PollingHints {
  const every = interval(head);
  const skipHours = listed(head, 'skiphours', 'hour', hourOf);
  const skipDays = listed(head, 'skipdays', 'day', dayOf);
  const [self] = linksOf(head, 'self', url);
  return {
    ...(every === undefined ? {} : { every }),
    ...(skipHours.length > 0 ? { skipHours } : {}),
    ...(skipDays.length > 0 ? { skipDays } : {}),
    hubs: linksOf(head, 'hub', url),
    ...(self === undefined ? {} : { self }),
  };
}

const PERIODS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    hourly: 3_600,
    daily: 86_400,
    weekly: 604_800,
    monthly: 2_592_000,
    yearly: 31_536_000,
  }),
);

/** Seconds between polls: RSS's ttl is in minutes, the syndication module counts times per period. */
function interval(head: Element): number | undefined {
  const ttl = Number(textOf(head, 'ttl'));
  if (ttl > 0) return Math.round(ttl * 60);
  const period = PERIODS.get(textOf(head, 'sy:updateperiod')?.toLowerCase() ?? '');
  const frequency = Number(textOf(head, 'sy:updatefrequency') ?? 1);
  return period !== undefined && frequency > 0 ? Math.round(period / frequency) : undefined;
}

/** The values in a list such as `<skipHours><hour>3</hour></skipHours>`, in order and each once. */
function listed(
  head: Element,
  list: string,
  item: string,
  read: (text: string) => number | undefined,
): readonly number[] {
  const values = all(head, list).flatMap((element) =>
    all(element, item).flatMap(({ text }) => read(text.trim()) ?? []),
  );
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Midnight is 0 in RSS 2.0 and 24 in RSS 0.91. */
function hourOf(text: string): number | undefined {
  return /^\d{1,2}$/.test(text) && Number(text) <= 24 ? Number(text) % 24 : undefined;
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function dayOf(text: string): number | undefined {
  const day = DAYS.indexOf(text.toLowerCase());
  return day === -1 ? undefined : day;
}

/** Where the links of one relation lead, each once (WebSub, section 4: several hubs may be named). */
function linksOf(head: Element, relation: string, url: string): readonly string[] {
  const links = [...all(head, 'link'), ...all(head, 'atom:link')]
    .filter(({ attributes: { rel = '' } }) => rel.toLowerCase().split(/\s+/).includes(relation))
    .flatMap(({ attributes }) => webUrl(attributes.href, attributes['xml:base'] ?? url) ?? []);
  return [...new Set(links)];
}
