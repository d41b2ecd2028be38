/**
 * The journal: leavings and suppressions once more, outside the database, as lines of JSON in
 * `DATA_DIR/journal.jsonl`. A restored ledger does not know of those that came after its backup, and
 * mailing these people again would be the worst of a restore. It holds keyed hashes, never an address.
 */

import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ChannelName, DestinationId, Instant, ProgramId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { mergeLeavings, mergeSuppressions } from '../store/journal.js';

export type JournalEntry =
  | {
      readonly kind: 'left';
      readonly at: Instant;
      readonly channel: ChannelName;
      readonly destination: DestinationId;
      /** The keyed hash of the address, in hex; null where the ledger does not know whose link it was. */
      readonly address: string | null;
      readonly programs: readonly ProgramId[];
      /** As the consent's record has it: "unsubscribe link". */
      readonly origin: string;
      readonly actor: string;
    }
  | {
      readonly kind: 'suppressed';
      readonly at: Instant;
      /** As above. */
      readonly address: string;
      readonly reason: string;
      readonly actor: string;
    };

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
  /** Lines that cannot be read. */
  readonly unreadable: number;
}

/** Entries merged at once. */
const chunkSize = 1_000;

/** Brings into the ledger what the journal has and it lacks. Doing it again changes nothing. */
export async function mergeJournal(db: Queryable, dataDir: string): Promise<Merged> {
  const total = { left: 0, suppressed: 0, unreadable: 0 };
  let chunk: JournalEntry[] = [];

  async function merge() {
    const entries = chunk;
    chunk = [];
    const left = entries.filter((entry) => entry.kind === 'left');
    const suppressed = entries.filter((entry) => entry.kind === 'suppressed');
    total.left += await mergeLeavings(db, left);
    total.suppressed += await mergeSuppressions(db, suppressed);
  }

  try {
    const input = createReadStream(fileOf(dataDir), 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      const entry = read(line);
      if (entry) chunk.push(entry);
      else total.unreadable += 1;
      if (chunk.length >= chunkSize) await merge();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await merge();
  return total;
}

/** Undefined for a line that is torn, or is none of ours. */
function read(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line);
    if (Number.isNaN(Date.parse(entry.at)) || typeof entry.actor !== 'string') return undefined;
    const hashed = /^([0-9a-f]{2})+$/.test(entry.address);
    if (entry.kind === 'suppressed' && hashed && typeof entry.reason === 'string') return entry;
    const known = hashed || entry.address === null;
    const one = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry.destination);
    if (entry.kind === 'left' && known && one && Array.isArray(entry.programs)) return entry;
  } catch {
    // Torn.
  }
  return undefined;
}
