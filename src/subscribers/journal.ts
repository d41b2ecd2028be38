/**
 * The journal: leavings, suppressions and their lifting, and who was forgotten, once more, outside the
 * database, as lines of JSON in `DATA_DIR/journal.jsonl`. A restored ledger does not know of those that
 * came after its backup, and mailing these people again would be the worst of a restore. It holds keyed
 * hashes, never an address.
 */

import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Instant } from '../model.js';
import type { Queryable } from '../store/database.js';
import { forgetDestinations } from '../store/forget.js';
import {
  type JournaledLeaving,
  type JournaledSuppression,
  mergeLeavings,
  mergeLiftings,
  mergeSuppressions,
} from '../store/journal.js';

export type JournalEntry =
  | ({ readonly kind: 'left' } & JournaledLeaving)
  | ({ readonly kind: 'suppressed' } & JournaledSuppression)
  /** Its owner, or staff, may have it mailed again. */
  | ({ readonly kind: 'lifted' } & JournaledSuppression)
  | ({ readonly kind: 'forgotten' } & Omit<JournaledSuppression, 'reason'>);

export interface Journal {
  /** Durable when it resolves. Never rejects: what cannot be written is told once, and stands in the database. */
  write(entries: readonly JournalEntry[]): Promise<void>;
}

const fileOf = (dataDir: string) => join(dataDir, 'journal.jsonl');

/** `onFailure` is told when writing begins to fail. */
export function openJournal(dataDir: string, onFailure: (error: Error) => Promise<void>): Journal {
  let failing = false;
  return {
    async write(entries) {
      if (entries.length === 0) return;
      // A line that a crash or a full disk has torn must not take the next one with it.
      const lines = entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join('');
      try {
        await mkdir(dataDir, { recursive: true });
        const file = await open(fileOf(dataDir), 'a', 0o600);
        try {
          await file.appendFile(lines);
          await file.sync();
        } finally {
          await file.close();
        }
        failing = false;
      } catch (error) {
        if (!failing) await onFailure(error as Error).catch(() => {});
        failing = true;
      }
    },
  };
}

export interface Merged {
  /** Destinations that left programs again. */
  readonly left: number;
  /** Suppressions that came back. */
  readonly suppressed: number;
  /** Suppressions that were lifted since. */
  readonly lifted: number;
  /** People whose address is gone again. */
  readonly forgotten: number;
  /** Lines that cannot be read. */
  readonly unreadable: number;
}

/** Entries merged at once. */
const chunkSize = 1_000;

/**
 * Brings into the ledger what the journal has and it lacks. Of suppressions and their liftings the newest
 * for an address wins. Doing it again changes nothing.
 */
export async function mergeJournal(db: Queryable, dataDir: string): Promise<Merged> {
  const total = { left: 0, suppressed: 0, lifted: 0, forgotten: 0, unreadable: 0 };
  // Few, as only staff and the owner of an address lift or forget; so all are known beforehand, and what
  // is over since does not come back, not even for a moment.
  const lifted = new Map<string, Date>();
  const forgotten = new Map<string, Date>();
  for await (const entry of entriesOf(dataDir)) {
    if (entry?.kind === 'lifted') lifted.set(entry.address, new Date(entry.at));
    if (entry?.kind === 'forgotten') forgotten.set(entry.address, new Date(entry.at));
  }
  const since = (over: typeof lifted) => (entry: { address: string | null; at: Instant }) => {
    const last = over.get(entry.address ?? '');
    return !last || new Date(entry.at) > last;
  };
  let chunk: JournalEntry[] = [];

  async function merge() {
    const entries = chunk;
    chunk = [];
    const left = entries.filter((entry) => entry.kind === 'left');
    const suppressed = entries.filter((entry) => entry.kind === 'suppressed');
    total.left += await mergeLeavings(db, left.filter(since(forgotten)));
    total.suppressed += await mergeSuppressions(db, suppressed.filter(since(lifted)));
  }

  for await (const entry of entriesOf(dataDir)) {
    if (entry) chunk.push(entry);
    else total.unreadable += 1;
    if (chunk.length >= chunkSize) await merge();
  }
  await merge();
  total.lifted = await mergeLiftings(db, listOf(lifted));
  total.forgotten = await forgetDestinations(db, listOf(forgotten));
  return total;
}

function listOf(moments: ReadonlyMap<string, Date>) {
  return [...moments].map(([address, at]) => ({ address, at: at.toISOString() }));
}

/** What the journal holds, from its beginning; undefined for a line that cannot be read. */
async function* entriesOf(dataDir: string): AsyncGenerator<JournalEntry | undefined> {
  try {
    const input = createReadStream(fileOf(dataDir), 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield read(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Undefined for a line that is torn, or is none of ours. */
function read(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line);
    if (Number.isNaN(Date.parse(entry.at)) || typeof entry.actor !== 'string') return undefined;
    const hashed = /^([0-9a-f]{2})+$/.test(entry.address);
    const said = typeof entry.reason === 'string';
    if (entry.kind === 'suppressed' && hashed && said) return entry;
    if (entry.kind === 'lifted' && hashed && said) return entry;
    if (entry.kind === 'forgotten' && hashed) return entry;
    const known = hashed || entry.address === null;
    const one = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry.destination);
    if (entry.kind === 'left' && known && one && Array.isArray(entry.programs)) return entry;
  } catch {
    // Torn.
  }
  return undefined;
}
