/** A month of a newsroom, drawn from a seed: who reads what and when, and everything that happens. */

import type {
  Cadence,
  ChannelName,
  Language,
  Outcome,
  Program,
  Schedule,
} from '../../src/model.js';

export interface Reader {
  readonly name: string;
  readonly channel: ChannelName;
  readonly language: Language;
  readonly schedule: Schedule;
  readonly profile: Profile;
}

/** Programs and their cadences. */
export type Profile = Readonly<Record<string, Cadence>>;

export type Happening = { readonly at: number } & (
  | { readonly what: 'published'; article: string; programs: string[]; undo: number }
  | { readonly what: 'revised'; article: string; programs: string[] }
  | { readonly what: 'held'; article: string }
  | { readonly what: 'released'; article: string }
  | { readonly what: 'profile'; reader: string; profile: Profile }
  | { readonly what: 'left'; reader: string; programs: string[] }
  | { readonly what: 'schedule'; reader: string; schedule: Schedule }
  | { readonly what: 'down' }
  | { readonly what: 'up' }
  | { readonly what: 'paused' }
  | { readonly what: 'resumed' }
);

export interface Scenario {
  readonly from: number;
  readonly to: number;
  readonly readers: readonly Reader[];
  /** In the order of time. */
  readonly happenings: readonly Happening[];
  /** Milliseconds after a moment that was waited for until the service gets to it. */
  latency(moment: number): number;
  /** What becomes of a delivery; `what` is the alert's article or the digest's date. */
  outcome(reader: string, what: string): Outcome;
}

export const programs: readonly Program[] = ['spp', 'eep', 'env', 'law', 'art'].map((id) => ({
  id,
  name: `The ${id} program`,
  aliases: [],
  colour: '#0b5c6b',
  urls: [],
}));
const ids = programs.map(({ id }) => id);

// Europe's and Beirut's clocks change on 29 March, Nuuk's over midnight, Beirut's at it; Casablanca's on the
// 22nd. Lord Howe's and Chatham's go back on 5 April. The rest keep their time all the month.
const zones = [
  'Asia/Baku',
  'Asia/Tbilisi',
  'Asia/Almaty',
  'Europe/Berlin',
  'America/New_York',
  'America/Nuuk',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
  'America/St_Johns',
];
const hours = [0, 2, 3, 9, 17, 23];
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export function drawMonth(seed: number): Scenario {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const chance = (p: number) => random() < p;
  const from = Date.UTC(2026, 2, 20);
  const to = Date.UTC(2026, 3, 20);
  /** Mostly any moment; now and then one on the hour, when windows close. */
  const moment = (after: number, before: number) => {
    const at = after + below(before - after);
    return chance(0.2) ? Math.ceil(at / hour) * hour : at;
  };
  const some = (most: number) => {
    const chosen = new Set(Array.from({ length: 1 + below(most) }, () => pick(ids)));
    return ids.filter((id) => chosen.has(id));
  };
  const cadence = (): Cadence => pick(['instant', 'daily', 'daily', 'weekly']);
  const schedule = (): Schedule => ({
    timezone: pick(zones),
    hour: pick(hours),
    weekday: 1 + below(7),
  });
  const profileOf = (chosen: readonly string[]): Profile =>
    Object.fromEntries(chosen.map((id) => [id, cadence()]));

  const downs: { at: number; until: number }[] = [];
  let free = from + day;
  for (const length of [3 * hour, 70 * hour, 26 * hour, 40 * minute, 9 * hour, 50 * hour]) {
    const at = moment(free, free + 3 * day);
    downs.push({ at, until: at + length + below(hour) });
    free = at + length + day;
  }
  /** Feeds are not read while the service is down, but right after. */
  const whenUp = (at: number) => {
    const down = downs.find((one) => one.at <= at && at <= one.until);
    return down ? down.until + minute + below(10 * minute) : at;
  };

  const happenings: Happening[] = downs.flatMap(({ at, until }) => [
    { at, what: 'down' as const },
    { at: until, what: 'up' as const },
  ]);
  for (let pauses = 0; pauses < 4; pauses++) {
    const at = moment(from + day, to - 2 * day);
    happenings.push({ at, what: 'paused' });
    happenings.push({ at: at + minute + below(day), what: 'resumed' });
  }
  for (let n = 1; n <= 70; n++) drawArticle(`A${n}`);

  function drawArticle(article: string) {
    const undo = pick([0, 0, 2, 10, 60]) * minute;
    const published = whenUp(moment(from + hour, to - hour));
    happenings.push({ at: published, what: 'published', article, programs: some(3), undo });
    for (let at = published; chance(0.3); ) {
      at = whenUp(at + 1 + below(pick([hour, day, 6 * day])));
      happenings.push({ at, what: 'revised', article, programs: some(3) });
    }
    for (let at = published; chance(0.25); ) {
      at += 1 + below(pick([undo + minute, day, 4 * day]));
      happenings.push({ at, what: 'held', article });
      if (chance(0.2)) break;
      at += 1 + below(pick([hour, day, 4 * day]));
      happenings.push({ at, what: 'released', article });
    }
  }

  const readers: Reader[] = [];
  for (let n = 0; n < 200; n++) {
    const reader: Reader = {
      name: `reader-${n}`,
      channel: n % 25 === 7 ? 'discord' : n % 25 === 13 ? 'rss' : 'email',
      language: pick(['en', 'en', 'en', 'de', 'kk']),
      schedule: schedule(),
      profile: profileOf(some(4)),
    };
    readers.push(reader);
    if (chance(0.7)) drawChanges(reader);
  }

  function drawChanges({ name: reader, profile: first, schedule: before }: Reader) {
    let profile = first;
    let times = before;
    let at = from + below(6 * day);
    const become = (next: Profile) => {
      profile = next;
      happenings.push({ at, what: 'profile', reader, profile });
    };
    for (let left = 1 + below(5); left > 0; left--) {
      at = moment(at + 1, at + pick([3 * hour, day, 8 * day]));
      const one = pick(Object.keys(profile).length > 0 ? Object.keys(profile) : ids);
      const act = pick([
        'cadence',
        'cadence',
        'to and fro',
        'leave',
        'add',
        'schedule',
        'schedule',
      ]);
      if (act === 'cadence') become({ ...profile, [one]: cadence() });
      else if (act === 'add') become({ ...profile, ...profileOf(some(2)) });
      else if (act === 'to and fro') {
        const was = profile[one] ?? 'daily';
        become({ ...profile, [one]: was === 'instant' ? 'daily' : 'instant' });
        at = moment(at + 1, at + 2 * day);
        become({ ...profile, [one]: was });
      } else if (act === 'leave') {
        happenings.push({ at, what: 'left', reader, programs: [one] });
        const back = profile[one] ?? 'daily';
        const { [one]: _, ...rest } = profile;
        profile = rest;
        if (chance(0.3)) continue;
        at = moment(at + 1, at + day);
        become({ ...profile, [one]: chance(0.5) ? back : cadence() });
      } else {
        const { timezone, hour, weekday } = schedule();
        times = { ...times, ...pick([{ timezone }, { hour }, { weekday }, { timezone, hour }]) };
        happenings.push({ at, what: 'schedule', reader, schedule: times });
      }
    }
  }

  return {
    from,
    to,
    readers,
    happenings: happenings.filter(({ at }) => at < to).sort((a, b) => a.at - b.at),
    latency: (at) => Math.floor(generator(hash(`${seed} late ${at}`))() * 3) * 1_500,
    outcome(reader, what) {
      const drawn = generator(hash(`${seed} ${reader} ${what}`))();
      if (drawn < 0.06) return { outcome: 'rejected', reason: 'The mailbox is full.' };
      if (drawn < 0.09) return { outcome: 'uncertain', reason: 'The connection broke.' };
      if (drawn < 0.11) return { outcome: 'skipped', reason: 'Not now.' };
      return { outcome: 'accepted', detail: '250 OK' };
    },
  };
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193);
  return value >>> 0;
}
