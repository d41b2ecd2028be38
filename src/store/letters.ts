/** Letters: mails that are no editions. Each goes out once at most. */

import type { Instant, Letter, Outcome } from '../model.js';
import type { Queryable } from './database.js';
import { fenced } from './fence.js';
import { paused } from './pause.js';

export interface NewLetter {
  readonly letter: Letter;
  /** What it is about, such as `confirm`. */
  readonly kind: string;
  readonly address: string;
  readonly addressHash: Buffer;
  /** After that it is not sent any more. */
  readonly expiresAt: Date;
}

export async function putLetter(tx: Queryable, input: NewLetter): Promise<void> {
  const { id, at, ...content } = input.letter;
  await tx.query(
    `insert into letters (id, kind, address, address_hash, content, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, input.kind, input.address, input.addressHash, content, at, input.expiresAt],
  );
}

/** Whether a letter of this kind was written to the address since then, whatever became of it. */
export async function wasWritten(
  db: Queryable,
  { addressHash, kind, since }: { addressHash: Buffer; kind: string; since: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from letters where address_hash = $1 and kind = $2 and created_at > $3 limit 1',
    [addressHash, kind, since],
  );
  return rowCount !== 0;
}

export interface DueLetter {
  readonly letter: Letter;
  readonly channel: 'email';
  readonly address: string;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** The oldest letters that may go out now; none while staff have paused sending, or the ledger is fenced. */
export async function dueLetters(db: Queryable, now: Date, limit: number): Promise<DueLetter[]> {
  const { rows } = await db.query(
    `select id, channel, address, content, attempts, created_at as at from letters
     where state = 'pending' and (not_before is null or not_before <= $1) and expires_at > $1
       and not ${paused} and not ${fenced}
     order by created_at limit $2`,
    [now, limit],
  );
  return rows.map(({ id, at, content, ...row }) => {
    const created: Instant = at.toISOString();
    return { ...row, letter: { id, at: created, ...content } };
  });
}

/** Marks a letter as on the wire, durably. False where it may not go, or another process has it. */
export async function beginLetter(db: Queryable, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update letters set state = 'sending', attempts = attempts + 1, settled_at = $2
     where id = $1 and state = 'pending' and not ${paused} and not ${fenced}`,
    [id, now],
  );
  return rowCount === 1;
}

/** Writes what became of it. What was put off is pending again; else nothing of it is kept but that it was. */
export async function settleLetter(
  db: Queryable,
  id: string,
  { outcome, now, notBefore }: { outcome: Outcome; now: Date; notBefore?: Date | undefined },
): Promise<void> {
  const again = outcome.outcome === 'deferred';
  await db.query(
    `update letters set state = $2, not_before = $3, settled_at = $4,
       address = case when $5 then address end, content = case when $5 then content end
     where id = $1 and state in ('pending', 'sending')`,
    [id, again ? 'pending' : outcome.outcome, notBefore ?? null, now, again],
  );
}

/** After a restore: whether those that wait went out since the backup, nobody knows, so none of them does. */
export async function abandonLetters(tx: Queryable, now: Date): Promise<void> {
  await tx.query(
    `update letters set state = 'uncertain', settled_at = $1, address = null, content = null
     where state in ('pending', 'sending')`,
    [now],
  );
}

/** Milliseconds after which nobody waits for an answer about what was on the wire. */
const lost = 15 * 60_000;
/** Milliseconds for which it is known that there was a letter. */
const kept = 30 * 86_400_000;

/** Empties those that came too late or were lost on the wire, and forgets those of long ago. */
export async function tidyLetters(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `update letters set state = case state when 'sending' then 'uncertain' else 'expired' end,
       settled_at = $1, address = null, content = null
     where (state = 'pending' and expires_at <= $1) or (state = 'sending' and settled_at < $2)`,
    [now, new Date(now.getTime() - lost)],
  );
  await db.query(`delete from letters where settled_at < $1 and state <> 'pending'`, [
    new Date(now.getTime() - kept),
  ]);
}
