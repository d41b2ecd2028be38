/**
 * The shape of the config file. One place for every key, its limits and its default; what holds
 * between keys is in cross-checks.ts, and the words for zod's own complaints are in explain.ts.
 */

import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { isDomain, parseMailbox } from './address.js';
import { formatDuration, parseDuration } from './duration.js';
import { nearest } from './nearest.js';
import { isTimezone, weekdays } from './schedule.js';
import { wrongSelector } from './selector.js';

/**
 * A group of settings without any others. Its complaint about unknown keys carries the known ones,
 * divided by spaces, so that explain.ts can name the nearest.
 */
function group<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined,
  });
}

/** Text that passes `test`. `wrong` goes on from the quoted value: `is not a colour.` */
function text(test: (value: string) => boolean, wrong: string, fix: string) {
  return z.string().refine(test, { error: wrong, params: { fix } });
}

const line = text(
  (value) => value.trim() !== '' && !/\p{Cc}/u.test(value),
  'is not one line of text.',
  'Write it on one line.',
);

/** Whether a program or a feed can have this id. */
export const isId = (value: string) => /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);

const id = text(
  isId,
  'is not an id.',
  'Write small letters, digits and hyphens, such as "security-1".',
);

const colour = text(
  (value) => /^#[0-9a-f]{6}$/i.test(value),
  'is not a colour.',
  'Write it as "#1f6feb".',
);

const webUrl = text(
  (value) => /^https?:\/\//i.test(value) && URL.canParse(value),
  'is not a web address.',
  'Write it whole, such as "https://example.org/feed.xml".',
);

const origin = text(
  (value) => URL.canParse(value) && /^https?:/.test(value) && new URL(value).origin === value,
  'is not the origin of a site.',
  'Write it as "https://www.example.org", without a path.',
);

const network = text(
  (value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value),
  'is not an address or a network.',
  'Write it as "10.0.0.7" or "10.0.0.0/8".',
);

const mailbox = text(
  (value) => parseMailbox(value) !== undefined,
  'is not an e-mail address.',
  'Write it as "Name <news@example.org>" or "news@example.org".',
);

const address = text(
  (value) => parseMailbox(value)?.address === value,
  'is not an e-mail address.',
  'Write it as "editors@example.org", without a name.',
);

const domain = text(isDomain, 'is not a domain.', 'Write it as "news.example.org".');

const anyDomain = text(
  (value) => isDomain(domainToASCII(value)),
  'is not a domain.',
  'Write it as "example.org".',
);

const snowflake = text(
  (value) => /^\d{17,20}$/.test(value),
  'is not a Discord id.',
  'Switch on developer mode in Discord, choose "Copy ID", and write its 17 to 20 digits in quotes.',
);

const language = text(
  (value) => {
    try {
      return Intl.getCanonicalLocales(value).length === 1;
    } catch {
      return false;
    }
  },
  'is not a language tag.',
  'Write it as "en", "ru" or "kk-Cyrl" (BCP 47).',
);

const timezone = z.string().superRefine((value, context) => {
  if (isTimezone(value)) return;
  const meant = nearest(value, Intl.supportedValuesOf('timeZone'));
  const fix = `Write an IANA name, such as "${meant ?? 'Asia/Almaty'}".`;
  context.addIssue({ code: 'custom', message: 'is not a time zone.', params: { fix } });
});

const selector = line.superRefine((value, context) => {
  const wrong = wrongSelector(value);
  if (wrong === undefined) return;
  const message = `is not a CSS selector that can be used here (${wrong}).`;
  const fix = 'Write it as in a style sheet, such as ".article-text" or "main > .body".';
  context.addIssue({ code: 'custom', message, params: { fix } });
});

/** A duration from `least` to `most` seconds, written as `15m`; or one of some words. */
function duration<Word extends string = never>(
  least: number,
  most: number,
  words: readonly Word[] = [],
) {
  // A number without a unit comes as a number, so the type is checked here and not by z.string().
  return z.unknown().transform((value, context) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    const found = typeof value === 'string' ? parseDuration(value) : undefined;
    const complain = (message: string, fix: string) => {
      context.addIssue({ code: 'custom', message, params: { fix }, input: value });
      return z.NEVER;
    };
    if (found === undefined) {
      const example = typeof value === 'number' ? `${Math.max(1, Math.round(value))}m` : '15m';
      return complain(
        'is not a duration.',
        [`Write a number and its unit, such as ${example} (s, m, h or d)`, ...words].join(' or ') +
          '.',
      );
    }
    if (found < least) return complain('is too short.', `Write at least ${formatDuration(least)}.`);
    if (found > most) return complain('is too long.', `Write at most ${formatDuration(most)}.`);
    return found;
  });
}

/** The whole numbers from `least` to `most`. */
const whole = (least: number, most: number) => z.int().min(least).max(most);

const minute = 60;
const day = 86_400;

/** When staff are told of a silence. */
const silence = duration(3_600, 365 * day, ['auto', 'never']).exactOptional();

const newsroom = group({
  name: line,
  url: webUrl.exactOptional(),
  language: language.default('en'),
  timezone: timezone.default('UTC'),
  postalAddress: line,
  colour: colour.default('#1f3a5f'),
  logo: webUrl.exactOptional(),
});

const email = group({
  from: mailbox,
  replyTo: mailbox,
  unsubscribeMailto: address.exactOptional(),
  domain: domain.exactOptional(),
  connections: whole(1, 100).default(5),
  dkim: group({
    domain: domain.exactOptional(),
    selector: text(
      (value) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(value),
      'is not a DKIM selector.',
      'Write the name before "._domainkey" in DNS, such as "broadsheet".',
    ),
    keyFile: line,
  }).exactOptional(),
});

const program = group({
  id: id.refine((value) => value !== 'all', {
    error: 'stands for all programs together.',
    params: { fix: 'Give the program another id.' },
  }),
  name: line,
  aliases: z.array(line).default([]),
  colour: colour.exactOptional(),
  description: line.exactOptional(),
  urls: z.array(line).default([]),
  silence,
});

const feed = group({
  id,
  url: webUrl,
  program: id.exactOptional(),
  programs: z.array(id).min(1).exactOptional(),
  every: duration(5, 7 * day).default(15 * minute),
  everyWhenQuiet: duration(5, 7 * day).exactOptional(),
  everyWhenPushed: duration(5, day).default(60 * minute),
  longestWait: duration(5, 7 * day).default(day),
  own: z.boolean().exactOptional(),
  fullText: z.enum(['auto', 'always', 'never']).default('auto'),
  page: group({
    content: selector.exactOptional(),
    remove: selector.exactOptional(),
    author: selector.exactOptional(),
    date: selector.exactOptional(),
    image: selector.exactOptional(),
    section: selector.exactOptional(),
  }).exactOptional(),
  allowPrivate: z.boolean().default(false),
  burst: whole(1, 1000).default(10),
  websub: z.enum(['auto', 'never']).default('auto'),
  silence,
});

/** When digests go out. What a group leaves out is taken from the config's `digest`. */
const schedule = {
  timezone: timezone.exactOptional(),
  hour: whole(0, 23).exactOptional(),
  weekday: z.enum(weekdays).exactOptional(),
};

const discordChannel = group({
  id: snowflake,
  name: line,
  programs: z.union([z.literal('all'), z.array(id).min(1)], {
    error: (issue) =>
      issue.code === 'invalid_union' && issue.input !== undefined
        ? 'This is neither "all" nor a list of programs.'
        : undefined,
  }),
  language: language.exactOptional(),
  mentionRole: snowflake.exactOptional(),
  cadence: z.enum(['instant', 'daily', 'weekly']).default('instant'),
  ...schedule,
});

export const configSchema = group({
  newsroom,
  email,
  programs: z.array(program).min(1),
  fallbackProgram: id.exactOptional(),
  feeds: z.array(feed).min(1),
  discord: group({
    invite: webUrl.exactOptional(),
    channels: z.array(discordChannel).default([]),
  }).prefault({}),
  outputFeeds: group({
    items: whole(1, 500).default(50),
    digests: z.enum(['daily', 'weekly']).default('daily'),
    hubs: z.array(webUrl).default([]),
  }).prefault({}),
  digest: group(schedule).prefault({}),
  release: group({ after: duration(0, 7 * day).default(minute) }).prefault({}),
  delivery: group({
    giveUpAfter: duration(minute, 7 * day).default(2 * day),
    uncertain: z.enum(['hold', 'retry-once']).default('hold'),
    suppressRefused: z.boolean().default(true),
    stopAfterRefusals: whole(1, 1_000_000).default(20),
    drainFor: duration(0, 15 * minute).default(30),
  }).prefault({}),
  bounces: group({
    softLimit: whole(1, 100).default(5),
    softDays: whole(0, 365).default(14),
    complaintsTo: address.exactOptional(),
    tls: group({ certFile: line, keyFile: line }).exactOptional(),
  }).prefault({}),
  catchUp: group({ alertsWithin: duration(minute, 365 * day).default(day) }).prefault({}),
  subscribers: group({
    unwantedDomains: z.array(anyDomain).default([]),
  }).prefault({}),
  signUp: group({
    confirmWithin: duration(3_600, 30 * day).default(3 * day),
    perNetwork: whole(1, 1_000_000).default(10),
    altogether: whole(1, 1_000_000).default(500),
    origins: z.array(origin).default([]),
  }).prefault({}),
  web: group({ trustedProxies: z.array(network).default([]) }).prefault({}),
  staff: group({
    confirmAbove: whole(0, 1_000_000).default(50),
    mail: z.array(address).default([]),
    discordChannel: snowflake.exactOptional(),
  }).prefault({}),
});

/** What the file says, with defaults, before what one setting takes from another is filled in. */
export type ConfigFile = z.output<typeof configSchema>;
