/**
 * What must hold between settings. These checks read the file as it was parsed, before the schema
 * has accepted it, so that one run reports their findings together with the schema's. Hence they
 * pass over whatever has the wrong shape: the schema speaks of that.
 */

import { parseMailbox } from './address.js';
import { formatDuration, parseDuration } from './duration.js';
import type { Explained } from './explain.js';
import { nearest } from './nearest.js';
import { isPrivateHost } from './private-host.js';
import { quote } from './problem.js';
import { isId } from './schema.js';

type Path = readonly PropertyKey[];
type Group = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The groups of a list, each with its path. */
function entries(list: unknown, path: Path): { entry: Group; path: Path }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index) =>
    isGroup(entry) ? [{ entry, path: [...path, index] }] : [],
  );
}

/** The words at a key that holds one word or a list of them, each with its path. */
function words(group: Group, key: string, path: Path): { word: string; path: Path }[] {
  const value = group[key];
  if (typeof value === 'string') return [{ word: value, path: [...path, key] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((word: unknown, index) =>
    typeof word === 'string' ? [{ word, path: [...path, key, index] }] : [],
  );
}

/** Reports everything that does not fit together. `lineOf` tells on which line a path stands. */
export function crossCheck(raw: unknown, lineOf: (path: Path) => number): Explained[] {
  if (!isGroup(raw)) return [];
  const found: Explained[] = [];
  const complain = (path: Path, message: string, fix: string) =>
    found.push({ path, message, fix, at: 'key' });

  const programs = entries(raw.programs, ['programs']);
  const feeds = entries(raw.feeds, ['feeds']);
  const discord = isGroup(raw.discord) ? raw.discord : {};
  const discordChannels = entries(discord.channels, ['discord', 'channels']);

  const unique = (list: typeof programs, key: string, what: string) => {
    const first = new Map<string, Path>();
    for (const { entry, path } of list) {
      const value = entry[key];
      if (typeof value !== 'string') continue;
      const place = [...path, key];
      const earlier = first.get(value);
      if (!earlier) first.set(value, place);
      else {
        const message = `${quote(value)} is already ${what} on line ${lineOf(earlier)}.`;
        complain(place, message, 'Change or remove one of the two.');
      }
    }
  };
  unique(programs, 'id', 'the id of the program');
  unique(feeds, 'id', 'the id of the feed');
  unique(feeds, 'url', 'the address of the feed');
  unique(discordChannels, 'id', 'the Discord channel');

  checkMachineMailboxes(raw, complain);

  const staff = isGroup(raw.staff) ? raw.staff : {};
  const mailboxes = words(staff, 'mail', ['staff']);
  for (const { word, path } of mailboxes) {
    const first = mailboxes.find((other) => other.word === word);
    if (!first || first.path === path) continue;
    complain(path, `${quote(word)} is named twice.`, 'Remove one of the two.');
  }
  const shared = discordChannels.find(
    ({ entry }) => typeof entry.id === 'string' && entry.id === staff.discordChannel,
  );
  if (shared) {
    const place = `on line ${lineOf([...shared.path, 'id'])}`;
    complain(
      ['staff', 'discordChannel'],
      `Readers have this Discord channel (${place}), and would see what staff are told.`,
      'Name another that only staff can see.',
    );
  }

  const ids = programs.flatMap(({ entry }) => words(entry, 'id', []).map(({ word }) => word));
  const usable = [...new Set(ids.filter(isId))];
  const references = [
    ...words(raw, 'fallbackProgram', []),
    ...feeds.flatMap(({ entry, path }) => [
      ...words(entry, 'program', path),
      ...words(entry, 'programs', path),
    ]),
    ...discordChannels
      .filter(({ entry }) => entry.programs !== 'all')
      .flatMap(({ entry, path }) => words(entry, 'programs', path)),
  ];
  for (const { word, path } of references) {
    if (ids.includes(word)) continue;
    const meant = nearest(word, usable);
    complain(
      path,
      `There is no program ${quote(word)}.`,
      meant
        ? `Did you mean "${meant}"?`
        : `Write one of ${usable.join(', ') || 'the programs you define'}, or define it under programs.`,
    );
  }

  for (const { entry, path } of feeds) checkFeed(entry, path, complain);
  return found;
}

/** Mail that machines read must not be what people are asked to write to: it would come back in a loop. */
function checkMachineMailboxes(
  raw: Group,
  complain: (path: Path, message: string, fix: string) => void,
): void {
  const email = isGroup(raw.email) ? raw.email : {};
  const bounces = isGroup(raw.bounces) ? raw.bounces : {};
  const own = ['from', 'replyTo'].flatMap((key) => {
    const mailbox = typeof email[key] === 'string' ? parseMailbox(email[key]) : undefined;
    return mailbox ? [mailbox.address.toLowerCase()] : [];
  });
  const machines = [
    { path: ['email', 'unsubscribeMailto'], word: email.unsubscribeMailto },
    { path: ['bounces', 'complaintsTo'], word: bounces.complaintsTo },
  ];
  const fix = 'Write an address that nobody else uses, and whose mail comes in at INBOUND_PORT.';
  for (const { path, word } of machines) {
    if (typeof word !== 'string' || !own.includes(word.toLowerCase())) continue;
    complain(path, `${quote(word)} is an address that people write to.`, fix);
  }
  const [first, second] = machines.map(({ word }) => word);
  if (typeof second === 'string' && first === second) {
    complain(['bounces', 'complaintsTo'], `${quote(second)} is email.unsubscribeMailto too.`, fix);
  }
}

/** Feeds are polled no more often than this, unless they are one's own (FreshRSS does so too). */
export const politeInterval = 15 * 60;

function checkFeed(
  feed: Group,
  path: Path,
  complain: (path: Path, message: string, fix: string) => void,
): void {
  if ('program' in feed && 'programs' in feed) {
    const fix = 'Remove program, and write its id into programs.';
    complain([...path, 'program'], 'This stands beside programs.', fix);
  }
  const ownNetwork = feed.allowPrivate === true;
  const seconds = (value: unknown) =>
    typeof value === 'string' ? parseDuration(value) : undefined;
  const every = seconds(feed.every) ?? politeInterval;
  if (every < politeInterval && feed.own !== true && !ownNetwork) {
    complain(
      [...path, 'every'],
      `${quote(feed.every)} is too often for a site that is not your own.`,
      'Write 15m or more. Where the site is your own, add own: true, and 5s is allowed.',
    );
  }
  const whenQuiet = seconds(feed.everyWhenQuiet);
  if (whenQuiet !== undefined && whenQuiet < every) {
    complain(
      [...path, 'everyWhenQuiet'],
      `${quote(feed.everyWhenQuiet)} is more often than the feed is polled when it is not quiet.`,
      `Write ${formatDuration(every)} or more.`,
    );
  }
  const { url } = feed;
  if (typeof url === 'string' && URL.canParse(url) && !ownNetwork && isPrivateHost(new URL(url))) {
    complain(
      [...path, 'url'],
      `${quote(new URL(url).host)} is a private address, which Broadsheet does not fetch unless told to.`,
      'Add allowPrivate: true to this feed if the newsroom is in your own network.',
    );
  }
}
