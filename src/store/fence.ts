/**
 * The restore fence: whether this ledger is the one that sent last, or a copy from a backup. A copy takes
 * for unsent what went out after it was made, so it is read-only until staff have looked at it.
 *
 * With each batch that goes to the wire the ledger's mark goes up, and is noted outside the database
 * before a byte is written (marks.ts). A ledger behind a mark of its own instance, or that does not go on
 * from an instance that a mark is noted of, or that lies on another server than before, is fenced. A
 * confirmed restore makes it a new instance that goes on from the others up to their marks.
 */

import type { Queryable } from './database.js';
import { recordEvent } from './events.js';
import { highest, type Mark, type Marks } from './marks.js';
import { dropSetting, readSetting, type SettingName } from './settings.js';

export interface Fence {
  readonly at: Date;
  /** Marks noted outside that this ledger does not reach. */
  readonly marks: readonly Mark[];
  /** Where it lies on another server than before: the system identifiers. */
  readonly moved: { readonly from: string; readonly to: string } | null;
}

/** The ledger's own row. */
export interface LedgerIdentity extends Mark {
  /** Null where it was not asked for yet, or may not be. */
  readonly systemIdentifier: string | null;
  /** The instances that it goes on from, with the marks up to which it does. */
  readonly continues: Readonly<Record<string, number>>;
}

const name: SettingName = 'fenced';

/** SQL for "the ledger is fenced". */
export const fenced = `exists (select from settings where name = '${name}')`;

/**
 * SQL that raises the mark in one of its 16 rows and returns it with the instance. Of two batches at the same
 * moment neither may see the other's, and both return the same mark: it is never higher than the ledger's,
 * and rises with each batch that begins after the one before was committed.
 */
export const raiseMark = (stripe: string) => `update ledger_marks set mark = mark + 1
  where stripe = ${stripe}
  returning (select instance from ledger) as instance,
    (select sum(mark) from ledger_marks)::float8 + 1 as mark`;

export async function ledgerIdentity(db: Queryable): Promise<LedgerIdentity> {
  const { rows } = await db.query(
    `select instance, (select sum(mark)::float8 from ledger_marks) as mark,
       system_identifier as "systemIdentifier", continues from ledger`,
  );
  return rows[0];
}

/** The marks that the ledger does not reach. */
export function beyond(ledger: LedgerIdentity, outside: readonly Mark[]): Mark[] {
  return outside.filter(({ instance, mark }) => {
    const reached = instance === ledger.instance ? ledger.mark : ledger.continues[instance];
    return reached === undefined || mark > reached;
  });
}

/** The fence that stands; undefined where there is none. */
export async function readFence(db: Queryable): Promise<Fence | undefined> {
  const value = await readSetting(db, name);
  if (value === undefined) return undefined;
  const { at, ...fence } = JSON.parse(value);
  return { at: new Date(at), ...fence };
}

/** Throws a full sentence where the ledger is fenced: for acts that reach readers. */
export async function requireNoFence(db: Queryable): Promise<void> {
  if (await readFence(db)) throw new Error(fenceSentence);
}

export const fenceSentence =
  'This ledger seems to be restored from a backup, so nothing is polled or sent. Look at what that means with "broadsheet confirm-restore --dry-run", and confirm it there.';

/**
 * Compares the ledger with the marks outside and with the server it lies on, and fences it where they do
 * not fit. Returns the fence that stands.
 */
export async function lookAtFence(
  db: Queryable,
  marks: Marks,
  now: Date,
): Promise<Fence | undefined> {
  // The marks first: each of them was in the ledger before it was noted.
  const outside = await marks.read();
  const here = await systemIdentifier(db);
  const ledger = await ledgerIdentity(db);
  if (await isEmpty(db)) {
    await settleLedger(db, outside, here);
    marks.accept(ledger);
    return readFence(db);
  }
  const stray = beyond(ledger, outside);
  const { systemIdentifier: before } = ledger;
  const moved = before && here && before !== here ? { from: before, to: here } : null;
  if (stray.length > 0 || moved)
    return putFence(db, ledger.instance, { at: now, marks: stray, moved });
  if (here && !before) await settleLedger(db, [], here);
  marks.accept(ledger);
  return readFence(db);
}

/**
 * Fences the ledger, and tells staff. A fence that stands keeps its date, and takes on what is new. Where
 * staff have confirmed meanwhile, so that the ledger is another instance than was looked at, it changes
 * nothing. Returns the fence that stands.
 */
export async function putFence(
  db: Queryable,
  instance: string,
  fence: Fence,
): Promise<Fence | undefined> {
  const standing = await readFence(db);
  const put: Fence = {
    at: standing?.at ?? fence.at,
    marks: highest([...(standing?.marks ?? []), ...fence.marks]),
    moved: fence.moved ?? standing?.moved ?? null,
  };
  // It waits for who is just confirming, as that has the row locked.
  const { rows } = await db.query(
    `with same as (select from ledger where instance = $3 for share)
     insert into settings (name, value) select $1, $2 from same
     on conflict (name) do update set value = excluded.value returning xmax = 0 as fresh`,
    [name, JSON.stringify(put), instance],
  );
  if (rows.length === 0) return readFence(db);
  // Of several processes that find out at once, one tells.
  if (rows[0].fresh) {
    await recordEvent(db, {
      at: fence.at,
      actor: 'schedule',
      kind: 'ledger.fenced',
      level: 'attention',
      subject: 'sending',
      message: fenceSentence,
    });
  }
  return put;
}

/**
 * Lifts the fence: from here on the ledger is a new instance, which goes on from all that was found. To be
 * called in the transaction that has settled what may have gone out.
 */
export async function liftFence(tx: Queryable, outside: readonly Mark[]): Promise<void> {
  const here = await systemIdentifier(tx);
  await tx.query('select from ledger for update');
  const { instance, mark } = await ledgerIdentity(tx);
  const fence = await readFence(tx);
  await settleLedger(tx, [...outside, ...(fence?.marks ?? []), { instance, mark }], here);
  await tx.query('update ledger set instance = gen_random_uuid()');
  await dropSetting(tx, name);
}

/** Writes down that the ledger goes on from these marks, and the server it lies on. */
async function settleLedger(
  db: Queryable,
  outside: readonly Mark[],
  system: string | null,
): Promise<void> {
  const { continues } = await ledgerIdentity(db);
  const before = Object.entries(continues).map(([instance, mark]) => ({ instance, mark }));
  const all = highest([...before, ...outside]).map(({ instance, mark }) => [instance, mark]);
  await db.query(
    'update ledger set continues = $1, system_identifier = coalesce($2, system_identifier)',
    [Object.fromEntries(all), system],
  );
}

/** Nothing was ever read or sent, so nothing can be sent twice: a new installation, whatever was here before. */
async function isEmpty(db: Queryable): Promise<boolean> {
  const { rows } = await db.query(
    `select not exists (select from articles) and not exists (select from editions) as empty`,
  );
  return rows[0].empty;
}

/**
 * Identifies the database server: the same in its physical copies, another one wherever `initdb` ran. Null
 * where this user may not ask, as some hosts take the right away.
 */
async function systemIdentifier(db: Queryable): Promise<string | null> {
  const { rows: may } = await db.query(
    `select has_function_privilege('pg_control_system()', 'execute') as may`,
  );
  if (!may[0].may) return null;
  const { rows } = await db.query('select system_identifier::text as id from pg_control_system()');
  return rows[0].id;
}
