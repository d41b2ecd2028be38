/**
 * Marks, kept outside the database: how far the ledger had come when something last went to the wire. A
 * ledger from a backup is behind them, and that is how it is known (fence.ts).
 */

import { renameSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Mark {
  /** Of which ledger. */
  readonly instance: string;
  /** Batches that it has let go to the wire. */
  readonly mark: number;
}

/** A place outside the database. Marks of one instance only ever go up in it, whoever writes. */
export interface MarkPlace {
  read(): Promise<readonly Mark[]>;
  note(mark: Mark): Promise<void>;
  close(): Promise<void>;
}

/** What this process knows of the marks, and the places it keeps them in. */
export interface Marks {
  /** The highest that this process has seen; undefined before it has looked. */
  readonly known: Mark | undefined;
  /** Takes what the ledger says for the highest, after it was found to be in order. */
  accept(mark: Mark): void;
  /** Notes a mark everywhere. A place that fails does not stop sending: the log is told once. */
  note(mark: Mark): Promise<void>;
  /** Those of every place that can be read, the highest of each instance. */
  read(): Promise<Mark[]>;
  close(): Promise<void>;
}

export function createMarks(
  places: readonly MarkPlace[],
  warn: (error: unknown, sentence: string) => void,
): Marks {
  let known: Mark | undefined;
  const failing = new Set<MarkPlace>();

  async function tried<T>(place: MarkPlace, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      failing.delete(place);
      return result;
    } catch (error) {
      if (!failing.has(place)) {
        warn(
          error,
          'How far the ledger has come could not be kept outside the database. Sending goes on, but a restored backup might not be recognised.',
        );
      }
      failing.add(place);
      return undefined;
    }
  }

  return {
    get known() {
      return known;
    },
    accept(mark) {
      if (known?.instance !== mark.instance || known.mark < mark.mark) known = mark;
    },
    async note(mark) {
      this.accept(mark);
      await Promise.all(places.map((place) => tried(place, () => place.note(mark))));
    },
    async read() {
      const read = await Promise.all(places.map((place) => tried(place, () => place.read())));
      return highest([...read.flatMap((marks) => marks ?? []), ...(known ? [known] : [])]);
    },
    async close() {
      await Promise.all(places.map((place) => place.close().catch(() => {})));
    },
  };
}

/** The highest mark of each instance. */
export function highest(marks: readonly Mark[]): Mark[] {
  const found = new Map<string, number>();
  for (const { instance, mark } of marks) {
    found.set(instance, Math.max(mark, found.get(instance) ?? 0));
  }
  return [...found].map(([instance, mark]) => ({ instance, mark }));
}

/**
 * Marks as the names of empty files, `DATA_DIR/ledger/<instance>.<mark>`. Each process renames its own
 * file from mark to mark, so that of several processes none can move the highest one back, and nothing
 * can be found half written. Nothing is synced: a machine that loses its power restores no backup.
 */
export function markFile(dataDir: string): MarkPlace {
  const directory = join(dataDir, 'ledger');
  let mine: Mark | undefined;
  let wanted: Mark | undefined;
  let writing: Promise<void> = Promise.resolve();
  const fileOf = ({ instance, mark }: Mark) => join(directory, `${instance}.${mark}`);

  /** Marks that come while one is written are written at once. */
  async function write(): Promise<void> {
    if (!wanted || wanted === mine) return;
    const next = wanted;
    // The file of another instance stays: it tells from which one the ledger was restored.
    if (mine?.instance === next.instance && moved(fileOf(mine), fileOf(next))) mine = next;
    else {
      await mkdir(directory, { recursive: true });
      await writeFile(fileOf(next), '', { mode: 0o600 });
      mine = next;
    }
  }

  return {
    async read() {
      const names = await readdir(directory).catch((error) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const marks = names.flatMap((name) => {
        const [, instance, mark] = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(name) ?? [];
        return instance ? [{ instance, mark: Number(mark) }] : [];
      });
      const top = highest(marks);
      // Left behind by processes that have ended. One that lives makes its file anew.
      for (const mark of marks) {
        if (!top.some((one) => one.instance === mark.instance && one.mark === mark.mark)) {
          await rm(fileOf(mark), { force: true });
        }
      }
      return top;
    },
    note(mark) {
      if (wanted?.instance !== mark.instance || wanted.mark < mark.mark) wanted = mark;
      writing = writing.catch(() => {}).then(write);
      return writing;
    },
    close: () => writing,
  };
}

/** Waited for on the spot: it takes some microseconds, and a turn of the event loop takes longer. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
