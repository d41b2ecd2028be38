/**
 * What every reader of a month ought to receive, worked out from the rules alone: nothing here is the
 * service's own code, and local times are looked up in a table instead of being calculated.
 */

import type { Cadence, Schedule } from '../../src/model.js';
import {
  type Happening,
  type Profile,
  programs,
  type Reader,
  type Scenario,
} from './month-scenario.js';

/** One thing that reached a reader. */
export interface Received {
  readonly at: number;
  readonly kind: 'alert' | 'digest';
  /** Of a digest: the local date of its close. */
  readonly on?: string;
  /** `program: article r<revision>, …` in the order they stand. */
  readonly sections: readonly string[];
  /** Those of the reader's programs that it is about, in the order of their ids. */
  readonly programs: readonly string[];
}

export interface Window {
  readonly on: string;
  readonly at: number;
  readonly empty: boolean;
}

export interface Expected {
  readonly received: Received[];
  readonly windows: Window[];
}

interface Close {
  readonly on: string;
  readonly at: number;
}

interface Subscription {
  cadence: Cadence;
  coveredUntil: number;
  /** When its window closes; an instant one has it while it still owes its last digest. */
  due?: Close | undefined;
}

interface Article {
  readonly name: string;
  programs: readonly string[];
  revision: number;
  state: 'waiting' | 'held' | 'released';
  /** When it may be released, or was. */
  at: number;
  seen: number;
  order: number;
  alerted: boolean;
}

interface State extends Expected {
  readonly reader: Reader;
  schedule: Schedule;
  closedOn: string;
  subscriptions: Map<string, Subscription>;
  /** Articles that it has, may have or is about to get. */
  had: Set<string>;
}

/** What is ready to be sent. */
interface Sending {
  readonly state: State;
  readonly alert?: Article;
  readonly names: readonly string[];
  readonly content: Omit<Received, 'at'>;
}

export function simulate(scenario: Scenario): Map<string, Expected> {
  const articles = new Map<string, Article>();
  const states = new Map<string, State>();
  let orders = 0;
  let up = true;
  let paused = false;
  let wire: Sending[] = [];
  for (const reader of scenario.readers) {
    const state: State = {
      reader,
      schedule: reader.schedule,
      closedOn: '',
      subscriptions: new Map(),
      had: new Set(),
      received: [],
      windows: [],
    };
    states.set(reader.name, state);
    choose(state, reader.profile, scenario.from);
  }

  const left = [...scenario.happenings];
  for (;;) {
    const awaited = up ? nextMoment() : Number.POSITIVE_INFINITY;
    const look = awaited + (up ? scenario.latency(awaited) : 0);
    const happening = left[0];
    const now = Math.min(look, happening?.at ?? scenario.to);
    if (now >= scenario.to) return states;
    if (happening?.at === now) happen(left.shift() as Happening);
    const quiet = happening?.at === now && 'reader' in happening;
    if (up && !quiet) serve(now);
  }

  function nextMoment(): number {
    const waiting = [...articles.values()].filter(({ state }) => state === 'waiting');
    const due = [...states.values()].flatMap((one) => [...one.subscriptions.values()]);
    return Math.min(...waiting.map(({ at }) => at), ...due.map((one) => one.due?.at ?? Infinity));
  }

  function happen(event: Happening): void {
    if (event.what === 'down' || event.what === 'up') up = event.what === 'up';
    else if (event.what === 'paused' || event.what === 'resumed') paused = event.what === 'paused';
    else if ('reader' in event) {
      const state = states.get(event.reader) as State;
      if (event.what === 'profile') choose(state, event.profile, event.at);
      else if (event.what === 'left')
        for (const id of event.programs) state.subscriptions.delete(id);
      else reschedule(state, event.schedule, event.at);
    } else if (event.what === 'published') {
      const { article: name, programs, at } = event;
      const release = { at: at + event.undo, order: 0, alerted: false, seen: articles.size };
      articles.set(name, { name, programs, revision: 1, state: 'waiting', ...release });
    } else {
      const article = articles.get(event.article) as Article;
      if (event.what === 'revised') {
        article.programs = event.programs;
        article.revision += 1;
      } else if (event.what === 'held') article.state = 'held';
      else if (article.state === 'held') {
        article.state = 'waiting';
        article.at = event.at;
      }
    }
  }

  function choose(state: State, profile: Profile, at: number): void {
    const before = state.subscriptions;
    const next = (cadence: Cadence) =>
      cadence === 'instant' ? undefined : nextClose(cadence, state.schedule, at, state.closedOn);
    state.subscriptions = new Map();
    for (const [id, cadence] of Object.entries(profile)) {
      const was = before.get(id);
      let one: Subscription;
      if (!was) one = { cadence, coveredUntil: orders, due: next(cadence) };
      else if (was.cadence === cadence) one = was;
      else if (cadence === 'instant') one = { ...was, cadence };
      else {
        // One that still owes a digest goes on with that window; any other instant one owes nothing.
        const coveredUntil = was.due ? was.coveredUntil : orders;
        one = { cadence, coveredUntil, due: next(cadence) };
      }
      state.subscriptions.set(id, one);
    }
  }

  function reschedule(state: State, schedule: Schedule, at: number): void {
    if (JSON.stringify(schedule) === JSON.stringify(state.schedule)) return;
    state.schedule = schedule;
    for (const one of state.subscriptions.values()) {
      const cadence = one.cadence === 'weekly' ? 'weekly' : 'daily';
      if (one.due) one.due = nextClose(cadence, schedule, at, state.closedOn);
    }
  }

  function serve(now: number): void {
    const due = [...articles.values()].filter((one) => one.state === 'waiting' && one.at <= now);
    for (const article of due.sort((a, b) => a.at - b.at || a.seen - b.seen)) {
      orders += 1;
      Object.assign(article, { state: 'released', at: now, order: orders });
      if (article.alerted) continue;
      article.alerted = true;
      for (const state of states.values()) {
        const reads = article.programs.filter(
          (id) => state.subscriptions.get(id)?.cadence === 'instant',
        );
        if (reads.length === 0 || state.had.has(article.name)) continue;
        state.had.add(article.name);
        const sections = [`${article.programs[0]}: ${article.name} r${article.revision}`];
        const alert = { kind: 'alert', sections, programs: reads.sort() } as const;
        wire.push({ state, alert: article, names: [article.name], content: alert });
      }
    }
    for (const state of states.values()) closeWindow(state, now);
    if (!paused) send(now);
  }

  /** An alert waits while its article is held. A reader who has left what it is about is skipped. */
  function send(now: number): void {
    const waits = ({ alert }: Sending) => alert?.state === 'held';
    const going = wire.filter((one) => !waits(one));
    wire = wire.filter(waits);
    for (const { state, names, content } of going) {
      const reads = content.programs.some((id) => state.subscriptions.has(id));
      if (reads) state.received.push({ at: now, ...content });
      const what = content.on ?? names.join();
      const outcome = reads ? scenario.outcome(state.reader.name, what).outcome : 'skipped';
      if (outcome !== 'rejected' && outcome !== 'skipped') continue;
      for (const name of names) state.had.delete(name);
    }
  }

  function closeWindow(state: State, now: number): void {
    const { schedule, subscriptions } = state;
    const due = programs.flatMap(({ id }) => {
      const one = subscriptions.get(id);
      return one?.due && one.due.at <= now ? [{ id, one, due: one.due }] : [];
    });
    if (due.length === 0) return;
    const close = due
      .map(({ one, due }) =>
        one.cadence === 'instant' ? due : latestClose(one.cadence, schedule, now),
      )
      .reduce((last, one) => (one.at > last.at ? one : last));
    const released = [...articles.values()].filter((one) => one.state === 'released');
    const inTime = released.filter(({ at }) => at <= close.at).sort((a, b) => b.order - a.order);
    const shown: Article[] = [];
    const sections = due.flatMap(({ id, one }) => {
      const its = inTime.filter(
        (article) =>
          article.order > one.coveredUntil &&
          article.programs.includes(id) &&
          !state.had.has(article.name) &&
          !shown.includes(article),
      );
      shown.push(...its);
      const listed = its.map(({ name, revision }) => `${name} r${revision}`).join(', ');
      return its.length > 0 ? [`${id}: ${listed}`] : [];
    });
    for (const { one } of due) {
      one.coveredUntil = Math.max(one.coveredUntil, inTime[0]?.order ?? 0);
      one.due =
        one.cadence === 'instant' ? undefined : nextClose(one.cadence, schedule, now, close.on);
    }
    state.closedOn = close.on;
    state.windows.push({ ...close, empty: shown.length === 0 });
    if (shown.length === 0) return;
    const names = shown.map(({ name }) => name);
    for (const name of names) state.had.add(name);
    const about = due
      .map(({ id }) => id)
      .filter((id) => shown.some((one) => one.programs.includes(id)));
    const content = { kind: 'digest', on: close.on, sections, programs: about.sort() } as const;
    wire.push({ state, names, content });
  }
}

function nextClose(cadence: Cadence, schedule: Schedule, after: number, closedOn: string): Close {
  const found = closes(cadence, schedule).find(({ on, at }) => at > after && on > closedOn);
  if (!found) throw new Error('The table of local times is too short.');
  return found;
}

function latestClose(cadence: Cadence, schedule: Schedule, now: number): Close {
  const found = closes(cadence, schedule).findLast(({ at }) => at <= now);
  if (!found) throw new Error('The table of local times is too short.');
  return found;
}

const day = 86_400_000;
/** The table of local times begins and ends well outside the month. */
const first = Date.UTC(2026, 2, 1);
const last = Date.UTC(2026, 4, 15);
const known = new Map<string, Close[]>();

/** All closes of a schedule: each date's is the first moment at which the clock shows the hour or later. */
function closes(cadence: Cadence, { timezone, hour, weekday }: Schedule): Close[] {
  const key = `${timezone} ${hour} ${cadence === 'weekly' ? weekday : ''}`;
  const before = known.get(key);
  if (before) return before;
  const clock = clockOf(timezone);
  const found: Close[] = [];
  for (let date = first + day; date < last - day; date += day) {
    const on = new Date(date).toISOString().slice(0, 10);
    if (cadence === 'weekly' && (new Date(date).getUTCDay() || 7) !== weekday) continue;
    const wall = `${on} ${String(hour).padStart(2, '0')}:00`;
    const near = clock.filter(({ at }) => Math.abs(at - date) < 2 * day);
    const close = near.find(({ shows }) => shows >= wall);
    if (close) found.push({ on, at: close.at });
  }
  known.set(key, found);
  return found;
}

const clocks = new Map<string, { at: number; shows: string }[]>();

/** What a clock in the zone shows every quarter of an hour: no zone's clock changes in between today. */
function clockOf(timezone: string): { at: number; shows: string }[] {
  const before = clocks.get(timezone);
  if (before) return before;
  const clock = [];
  for (let at = first; at < last; at += 15 * 60_000)
    clock.push({ at, shows: localTime(at, timezone) });
  clocks.set(timezone, clock);
  return clock;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Such as `2026-03-29 03:00`. */
export function localTime(at: number, timeZone: string): string {
  // Swedish dates are written as in ISO 8601.
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(at);
}
