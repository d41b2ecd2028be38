import { expect, it } from 'vitest';
import type { Channel, Wire } from '../../src/channels/channel.js';
import type { ChannelName, Edition, Receipt } from '../../src/model.js';
import { hold } from '../../src/staff/hold.js';
import { pause, resume } from '../../src/staff/pause.js';
import { planRelease, release } from '../../src/staff/release.js';
import { articleRow, nextRelease } from '../../src/store/articles.js';
import type { Database } from '../../src/store/database.js';
import { dueDeliveries } from '../../src/store/deliveries.js';
import { putDestination, recordConsent } from '../../src/store/destinations.js';
import { nextWindow } from '../../src/store/digests.js';
import { joinProcesses } from '../../src/store/processes.js';
import { changeSchedule, leavePrograms, replaceProfile } from '../../src/store/profiles.js';
import { createAssemble } from '../../src/workers/assemble.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { testLedger } from '../support/database.js';
import { policy, poll } from '../support/ledger.js';
import { type Expected, localTime, type Received, simulate, type Window } from './month-model.js';
import {
  drawMonth,
  type Happening,
  type Profile,
  programs,
  type Reader,
  type Scenario,
} from './month-scenario.js';

/** What a channel of the test renders: just what is compared. */
type Rendered = Pick<Received, 'kind' | 'on' | 'sections'> & { readonly language: string };

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** Lives through the month with the real parts, and returns what each reader received. */
async function live(scenario: Scenario): Promise<Map<string, Expected>> {
  const database = await testLedger();
  const byName = new Map(scenario.readers.map((reader, index) => [reader.name, idOf(index)]));
  const byId = new Map(scenario.readers.map((reader, index) => [idOf(index), reader]));
  const got = new Map<string, Expected>(
    scenario.readers.map(({ name }) => [name, { received: [], windows: [] }]),
  );
  const articles = new Map<string, string>();
  let clock = scenario.from;
  const now = () => new Date(clock);
  for (const reader of scenario.readers) await subscribe(database, reader, byName, now());

  const names: ChannelName[] = ['email', 'discord', 'rss'];
  const channels = new Map(names.map((name) => [name, recorder(name)]));
  const me = await joinProcesses(database, ['assemble', 'deliver']);
  const { signal } = new AbortController();
  const assemble = createAssemble({
    ...{ database, channels, programs, now, signal },
    onReady: async () => {},
  });
  const deliver = createDeliver({
    ...{ database, channels, owner: me.number, policy, alertsWithin: 86_400, now, signal },
  });

  const left = [...scenario.happenings];
  let up = true;
  let awaited: number | undefined = scenario.from;
  for (;;) {
    const look = up && awaited !== undefined ? awaited + scenario.latency(awaited) : scenario.to;
    const happening = left[0];
    clock = Math.min(look, happening?.at ?? scenario.to);
    if (clock >= scenario.to) break;
    if (happening?.at === clock) {
      await happen(left.shift() as Happening);
      // A change of a profile tells nobody: the service finds it when it looks again.
      if ('reader' in happening) {
        awaited = await nextMoment();
        continue;
      }
    }
    if (!up) continue;
    awaited = (await assemble()).next?.getTime();
    for (const job of await dueDeliveries(database, now())) await deliver(job);
    if (awaited !== undefined && awaited <= clock && left[0]?.at !== clock) {
      throw new Error(`At ${iso(clock)} the service waits for ${iso(awaited)}, which is past.`);
    }
  }
  await me.close();
  const { rows } = await database.query(
    `select destination_id as id, on_date::text as on, closed_at as at, edition_id is null as empty
     from windows order by on_date`,
  );
  for (const { id, on, at, empty } of rows) {
    const { name } = byId.get(id) as Reader;
    got.get(name)?.windows.push({ on, at: at.getTime(), empty });
  }
  return got;

  async function nextMoment(): Promise<number | undefined> {
    const moments = await Promise.all([nextRelease(database), nextWindow(database)]);
    const ahead = moments.flatMap((moment) => moment?.getTime() ?? []);
    return ahead.length > 0 ? Math.min(...ahead) : undefined;
  }

  async function happen(event: Happening): Promise<void> {
    const at = new Date(event.at);
    if (event.what === 'down' || event.what === 'up') up = event.what === 'up';
    else if ('reader' in event) {
      const id = byName.get(event.reader) as string;
      await database.transaction(async (tx) => {
        if (event.what === 'profile') await replaceProfile(tx, id, profiles(event.profile), at);
        else if (event.what === 'left') await leavePrograms(tx, id, event.programs);
        else await changeSchedule(tx, id, event.schedule, at);
      });
    } else if (event.what === 'published' || event.what === 'revised') {
      const { fresh } = await poll(database, [event.article], {
        at,
        hash: `${event.at}`,
        content: { title: event.article, programs: event.programs },
        releaseAfter: event.what === 'published' ? event.undo / 1_000 : 0,
      });
      if (fresh[0]) articles.set(event.article, fresh[0]);
    } else if (event.what === 'paused') await pause(database, { ...act, at });
    else if (event.what === 'resumed') await resume(database, { ...act, at });
    else {
      const article = await articleRow(database, articles.get(event.article) as string);
      if (!article) throw new Error(`${event.article} is not in the ledger.`);
      const subject = { kind: 'article' as const, article };
      if (event.what === 'held') await hold(database, subject, { ...act, at });
      else await release(database, await planRelease(database, subject), { ...act, at });
    }
  }

  function recorder(name: ChannelName): Channel<Rendered> {
    return {
      name,
      async render({ kind, on, language, sections }: Edition) {
        const listed = sections.map(
          ({ program, articles }) =>
            `${program.id}: ${articles.map(({ title, revision }) => `${title} r${revision}`).join(', ')}`,
        );
        return { kind, language, ...(on && { on }), sections: listed };
      },
      async *send({ language, ...edition }, deliveries, { onWire }: Wire): AsyncGenerator<Receipt> {
        const going = await onWire(deliveries.map(({ id }) => id));
        for (const { id, destination, programs } of deliveries) {
          const reader = byId.get(destination.id) as Reader;
          if (!going.has(id)) continue; // Skipped: the reader left while sending was paused.
          expect(language).toBe(reader.language);
          const received = { at: clock, ...edition, programs: [...programs].sort() };
          got.get(reader.name)?.received.push(received);
          yield { ...scenario.outcome(reader.name, subject(received)), delivery: id };
        }
      },
      check: async () => [],
      close: async () => {},
    };
  }
}

/** By what the scenario draws the outcome of a delivery. */
function subject({ kind, on, sections }: Received): string {
  return kind === 'digest' ? (on as string) : (articlesOf(sections)[0] as string);
}

function articlesOf(sections: readonly string[]): string[] {
  return sections.flatMap((section) => section.match(/\bA\d+\b/g) ?? []);
}

function profiles(profile: Profile) {
  return Object.entries(profile).map(([id, cadence]) => ({ programs: [id], cadence }));
}

async function subscribe(
  database: Database,
  { name, channel, language, schedule, profile }: Reader,
  ids: ReadonlyMap<string, string>,
  at: Date,
): Promise<void> {
  const id = ids.get(name) as string;
  const address = channel === 'email' ? `${name}@readers.test` : `${name}/digests`;
  const addressHash = Buffer.from(name);
  const known = { id, channel, address, addressHash, name, language, schedule };
  await putDestination(database, known, at);
  await replaceProfile(database, id, profiles(profile), at);
  const consent = { destinationId: id, at, programs: Object.keys(profile) };
  await recordConsent(database, { ...consent, act: 'given', origin: 'test', actor: 'test' });
}

const act = { actor: 'Dana', reason: 'The scenario says so.' };

const iso = (at: number) => new Date(at).toISOString();

function lines({ received, windows }: Expected): string[] {
  const empty = windows.filter((one) => one.empty);
  return [
    ...received.map(
      ({ at, kind, on, sections, programs }) =>
        `${iso(at)} ${kind}${on ? ` of ${on}` : ''} for ${programs.join('+')} — ${sections.join('; ')}`,
    ),
    ...empty.map(({ at, on }) => `${iso(at)} nothing for the window of ${on}`),
  ].sort();
}

/** Tells of the first thing that a reader should have received and did not, or the other way round. */
function explain(scenario: Scenario, reader: Reader, expected: Expected, got: Expected): string {
  const [should, did] = [lines(expected), lines(got)];
  const at = should.findIndex((line, index) => line !== did[index]);
  const first = at < 0 ? should.length : at;
  const around = (of: string[]) =>
    of.slice(Math.max(0, first - 2), first + 3).map((l) => `    ${l}`);
  const seen = new Set(articlesOf([should[first] ?? '', did[first] ?? '']));
  const about = scenario.happenings.filter(
    (one) =>
      one.what === 'down' ||
      one.what === 'up' ||
      one.what === 'paused' ||
      one.what === 'resumed' ||
      ('reader' in one ? one.reader === reader.name : seen.has(one.article)),
  );
  const { name, channel, language, schedule, profile } = reader;
  return [
    `${name} (${channel}, ${language}) differs. It began with ${JSON.stringify({ schedule, profile })}.`,
    '  expected:',
    ...around(should),
    '  got:',
    ...around(did),
    '  what happened to it, to those articles and to the service:',
    ...about.map(({ at, ...one }) => `    ${iso(at)} ${JSON.stringify(one)}`),
  ].join('\n');
}

/** Articles that reached a reader twice, as far as anybody can know. */
function repeated(scenario: Scenario, reader: Reader, { received }: Expected): string[] {
  const had = new Set<string>();
  return received.flatMap((one) => {
    const { outcome } = scenario.outcome(reader.name, subject(one));
    if (outcome === 'rejected' || outcome === 'skipped') return [];
    const twice = articlesOf(one.sections).filter((article) => had.has(article));
    for (const article of articlesOf(one.sections)) had.add(article);
    return twice.map((article) => `${reader.name} got ${article} again at ${iso(one.at)}.`);
  });
}

/** How the clock stood when a window closed: at its hour, just after a gap with that hour, or wrong. */
function clockAt(scenario: Scenario, reader: Reader, { on, at }: Window): 'hour' | 'gap' | 'wrong' {
  const { timezone, hour } = scenario.happenings.reduce(
    (schedule, one) =>
      one.what === 'schedule' && one.reader === reader.name && one.at < at
        ? one.schedule
        : schedule,
    reader.schedule,
  );
  const wanted = `${on} ${String(hour).padStart(2, '0')}:00`;
  const [before, shows] = [at - 60_000, at].map((moment) => localTime(moment, timezone));
  if (shows === wanted) return 'hour';
  return before && shows && before < wanted && wanted < shows ? 'gap' : 'wrong';
}

it('brings everybody everything once, at their hour, through a month of changes', {
  timeout: 600_000,
}, async () => {
  const scenario = drawMonth(1);
  const expected = simulate(scenario);
  const got = await live(scenario);

  const differences = scenario.readers.flatMap((reader) => {
    const [should, did] = [expected, got].map((of) => of.get(reader.name) as Expected);
    const same = lines(should as Expected).join() === lines(did as Expected).join();
    return same ? [] : [explain(scenario, reader, should as Expected, did as Expected)];
  });
  expect(differences.slice(0, 5).join('\n\n'), `${differences.length} differ`).toBe('');

  const of = (reader: Reader) => got.get(reader.name) as Expected;
  expect(scenario.readers.flatMap((one) => repeated(scenario, one, of(one)))).toEqual([]);
  const clocks = scenario.readers.flatMap((reader) =>
    of(reader).windows.map((window) => clockAt(scenario, reader, window)),
  );
  expect(clocks).not.toContain('wrong');

  // The month was worth living through.
  const received = scenario.readers.flatMap((reader) => of(reader).received);
  expect(received.filter(({ kind }) => kind === 'alert').length).toBeGreaterThan(1_000);
  expect(received.filter(({ kind }) => kind === 'digest').length).toBeGreaterThan(1_000);
  expect(received.filter(({ sections }) => sections.length > 1).length).toBeGreaterThan(100);
  expect(clocks).toContain('gap');
});
