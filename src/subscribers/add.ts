/**
 * How subscribers come in by staff: one, or a file of them in batches. What a reader chose, and what they
 * left, stands; a suppressed address stays out.
 */

import type {
  Cadence,
  DestinationId,
  Instant,
  Language,
  Program,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import {
  createImportPreview,
  type Found,
  type Joining,
  joinPrograms,
  type NewDestination,
  putSubscribers,
  renameSubscriber,
  type Standing,
  standingsOf,
} from '../store/import.js';
import { changeSchedule, replaceProfile } from '../store/profiles.js';
import { addressKey, admitAddress } from './address.js';
import type { Keys } from './keys.js';
import { destinationIdOf } from './tokens.js';

export interface NewSubscriber {
  readonly address: string;
  readonly name?: string;
  readonly language: Language;
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
  /** Of programs that come at another cadence. */
  readonly cadences?: Readonly<Record<ProgramId, Cadence>>;
  /** When digests come; the config's own times for what is left out. */
  readonly schedule?: Partial<Schedule>;
  /** How the reader agreed, in staff's words: "Sign-up sheet, annual conference 2026". */
  readonly consentOrigin: string;
  /** When they agreed; now where it is left out. */
  readonly consentedAt?: Instant;
  /** Until when a new one gets nothing. */
  readonly pausedUntil?: Instant;
  /** What a reader who is known gets instead of what they chose; nothing where it is left out. */
  readonly overwrite?: Overwrite;
}

export interface Overwrite {
  readonly name?: string;
  readonly language?: Language;
  readonly schedule?: Partial<Schedule>;
  /** Of programs that they read; others are not added by it. */
  readonly cadences?: Readonly<Record<ProgramId, Cadence>>;
}

export type AddResult =
  | {
      readonly result: 'added' | 'updated' | 'unchanged';
      readonly id: DestinationId;
      /** Programs that were asked for and stay out, as the reader has left them. */
      readonly left: readonly ProgramId[];
    }
  | { readonly result: 'suppressed' | 'invalid'; readonly reason: string };

export interface AddTools {
  readonly database: Database;
  readonly keys: Keys;
  readonly programs: readonly Program[];
  /** When digests come to those who chose nothing else. */
  readonly schedule: Schedule;
  readonly now: () => Date;
  /** Domains whose addresses are not taken; none where it is not given. */
  readonly unwantedDomains?: readonly string[];
}

/** Adds a batch, in one transaction where it is not dry, and tells what became of each, in their order. */
export type AddBatch = (batch: readonly NewSubscriber[]) => Promise<AddResult[]>;

/** Hands `work` a function that adds a batch. Dry, it only tells what would become of them. */
export async function adding<Result>(
  tools: AddTools,
  { actor, dryRun = false }: { readonly actor: string; readonly dryRun?: boolean },
  work: (add: AddBatch) => Promise<Result>,
): Promise<Result> {
  if (!dryRun) {
    return work((batch) => tools.database.transaction((tx) => addBatch(tools, tx, batch, actor)));
  }
  return tools.database.transaction(async (tx) => {
    const preview = await createImportPreview(tx);
    return work(async (batch) => {
      const { results, addresses, decide } = admit(tools, batch);
      const standings = await standingsOf(tx, addresses, { lock: false });
      for (const [hash, one] of await preview.read([...standings.keys()])) standings.set(hash, one);
      await preview.write(decide(standings).after);
      return results as AddResult[];
    });
  });
}

async function addBatch(
  tools: AddTools,
  tx: Queryable,
  batch: readonly NewSubscriber[],
  actor: string,
): Promise<AddResult[]> {
  const { results, addresses, decide } = admit(tools, batch);
  if (addresses.length === 0) return results as AddResult[];
  const at = tools.now();
  const { fresh, joinings, overwrites } = decide(await standingsOf(tx, addresses, { lock: true }));
  await putSubscribers(tx, fresh, at);
  await joinPrograms(tx, joinings, actor, at);
  for (const { before, after } of overwrites) {
    const { id, name, language, schedule, profile } = after;
    await renameSubscriber(tx, id, { name, language });
    await changeSchedule(tx, id, schedule, at);
    const changed = Object.entries(profile).some(
      ([program, cadence]) => before.profile[program] !== cadence,
    );
    if (!changed) continue;
    const chosen = Object.entries(profile).map(([program, cadence]) => ({
      programs: [program],
      cadence,
    }));
    await replaceProfile(tx, id, chosen, at);
  }
  return results as AddResult[];
}

const moved =
  'The reader of this address has moved to another one: only a new sign-up brings it back.';

/** What is wrong with each is told at once; the rest is decided when it is known what holds for them. */
function admit(tools: AddTools, batch: readonly NewSubscriber[]) {
  const results: (AddResult | undefined)[] = batch.map((one) => objection(tools, one));
  const candidates = batch.flatMap((subscriber, index) => {
    const admitted = admitAddress(subscriber.address, tools.unwantedDomains ?? []);
    if (results[index] || 'reason' in admitted) return [];
    const { address } = admitted;
    const hash = tools.keys.addressHash('email', addressKey(address));
    // Of the address, so that links still lead to a reader who is imported after a loss.
    return [{ index, subscriber, address, hash, own: destinationIdOf(hash) }];
  });
  function decide(standings: ReadonlyMap<string, Found>) {
    const now = tools.now().toISOString();
    const after = new Map<string, Standing>();
    const fresh: NewDestination[] = [];
    const joinings: Joining[] = [];
    const overwrites: { before: Standing; after: Standing }[] = [];
    for (const { index, subscriber, address, hash: key, own } of candidates) {
      const hash = key.toString('hex');
      const found = standings.get(hash);
      if (found?.id === undefined && found?.moved && !found.suppressed) {
        results[index] = { result: 'suppressed', reason: moved };
        continue;
      }
      const before = after.get(hash) ?? standingOf(found, own, subscriber, tools);
      const { result, joins, next } = decideOne(before, subscriber);
      results[index] = result;
      after.set(hash, next);
      if ('reason' in result) continue;
      if (result.result === 'added') {
        fresh.push({ ...next, hash, address, pausedUntil: subscriber.pausedUntil ?? null });
      }
      if (joins.length > 0) {
        const { consentedAt: at = now, consentOrigin: origin } = subscriber;
        joinings.push({ ...next, profile: joins, consent: { at, origin } });
      }
      if (result.result === 'updated' && subscriber.overwrite)
        overwrites.push({ before, after: next });
    }
    return { after, fresh, joinings, overwrites };
  }
  return { results, addresses: candidates, decide };
}

/** What holds for an address. One that is not there (any more) begins with what it is added with. */
function standingOf(
  found: Found | undefined,
  own: DestinationId,
  { name, language, schedule }: NewSubscriber,
  tools: AddTools,
): Standing {
  if (found?.id !== undefined && found.known) return found;
  const anew = {
    known: false,
    name: cleanName(name),
    language,
    schedule: { ...tools.schedule, ...schedule },
  };
  if (found?.id !== undefined) return { ...found, ...anew };
  const suppressed = found?.suppressed ?? false;
  return { ...anew, id: own, suppressed, profile: {}, left: [], closedOn: null };
}

/** Pure: what becomes of one, and what holds for the address then. */
function decideOne(before: Standing, subscriber: NewSubscriber) {
  const stays = { joins: [], next: before };
  if (before.suppressed) {
    const reason = 'The address is suppressed: only its owner can bring it back.';
    return { result: { result: 'suppressed', reason } as AddResult, ...stays };
  }
  const lacking = [...new Set(subscriber.programs)].filter((program) => !before.profile[program]);
  const left = lacking.filter((program) => before.left.includes(program));
  const joins = lacking
    .filter((program) => !left.includes(program))
    .map((program) => ({ program, cadence: subscriber.cadences?.[program] ?? subscriber.cadence }));
  const { id } = before;
  if (!before.known && joins.length === 0) {
    return { result: { result: 'unchanged', id, left } as AddResult, ...stays };
  }
  const joined = Object.fromEntries(joins.map(({ program, cadence }) => [program, cadence]));
  const chosen = before.known ? overwritten(before, subscriber.overwrite) : before;
  const next = { ...chosen, known: true, profile: { ...chosen.profile, ...joined } };
  const same = joins.length === 0 && chosen === before;
  const result = !before.known ? 'added' : same ? 'unchanged' : 'updated';
  return { result: { result, id, left } as AddResult, joins, next };
}

/** The very same where nothing differs. */
function overwritten(before: Standing, over: Overwrite = {}): Standing {
  const { name, language, schedule, cadences = {} } = over;
  const read = Object.entries(cadences).filter(([program]) => before.profile[program]);
  const next = {
    ...before,
    name: cleanName(name) ?? before.name,
    language: language ?? before.language,
    schedule: { ...before.schedule, ...schedule },
    profile: { ...before.profile, ...Object.fromEntries(read) },
  };
  const differs =
    next.name !== before.name ||
    next.language !== before.language ||
    Object.entries(schedule ?? {}).some(
      ([key, value]) => before.schedule[key as keyof Schedule] !== value,
    ) ||
    read.some(([program, cadence]) => before.profile[program] !== cadence);
  return differs ? next : before;
}

/** Why a subscriber cannot be added, whatever the ledger says. */
function objection(tools: AddTools, subscriber: NewSubscriber): AddResult | undefined {
  const invalid = (reason: string) => ({ result: 'invalid', reason }) as const;
  const admitted = admitAddress(subscriber.address, tools.unwantedDomains ?? []);
  if ('reason' in admitted) return invalid(admitted.reason);
  const known = tools.programs.map(({ id }) => id);
  const unknown = subscriber.programs.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    return invalid(`There is no program ${unknown.join(', ')}. Write one of: ${known.join(', ')}.`);
  }
  if (subscriber.programs.length === 0) {
    return invalid(`No program is named. Write one or more of: ${known.join(', ')}.`);
  }
  if (!subscriber.consentOrigin.trim()) {
    return invalid('How the reader agreed to be mailed is not said.');
  }
  return undefined;
}

/** A name on one line, without what could turn the text around it; null for an empty one. */
function cleanName(name: string | undefined): string | null {
  const clean = (name ?? '')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return clean || null;
}
