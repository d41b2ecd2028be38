/** Sign-ups that wait for their owner to confirm them, one for each address. */

import type { Cadence, Instant, Language, ProgramId, Schedule } from '../model.js';
import type { Queryable } from './database.js';

/** How we know that somebody agreed: kept with the sign-up, and with the consent it becomes. */
export interface Evidence {
  /** Such as `sign-up page`. */
  readonly page: string;
  /** The network it came from: an IPv4 address without its last number, an IPv6 one without all but its first three. */
  readonly network: string;
  /** What the reader agreed to, word for word. */
  readonly text: string;
  /** The start of the text's SHA-256, so that texts can be told apart and counted. */
  readonly textVersion: string;
}

export interface Signup {
  readonly id: string;
  readonly language: Language;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  readonly schedule: Schedule;
  readonly evidence: Evidence;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface SignupRow extends Signup {
  readonly addressHash: Buffer;
  /** Null once it is confirmed, or too old. */
  readonly address: string | null;
  readonly confirmedAt: Date | null;
}

/** Puts a sign-up in the place of an earlier one of the address. Returns its id, which stays. */
export async function putSignup(
  tx: Queryable,
  signup: Signup & { readonly address: string; readonly addressHash: Buffer },
): Promise<string> {
  const { rows } = await tx.query(
    `insert into signups (id, address_hash, address, language, profile, schedule, evidence, at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (address_hash) do update set address = $3, language = $4, profile = $5, schedule = $6,
       evidence = $7, at = $8, expires_at = $9, confirmed_at = null
     returning id`,
    [
      signup.id,
      signup.addressHash,
      signup.address,
      signup.language,
      signup.profile,
      signup.schedule,
      signup.evidence,
      signup.at,
      signup.expiresAt,
    ],
  );
  return rows[0].id;
}

export async function signupRow(db: Queryable, id: string): Promise<SignupRow | undefined> {
  const { rows } = await db.query(
    `select id, address_hash as "addressHash", address, language, profile, schedule, evidence, at,
       expires_at as "expiresAt", confirmed_at as "confirmedAt"
     from signups where id = $1`,
    [id],
  );
  return rows[0];
}

/** The address is a destination's from here on, and stays no second time. */
export async function endSignup(tx: Queryable, id: string, at: Date): Promise<void> {
  await tx.query('update signups set confirmed_at = $2, address = null where id = $1', [id, at]);
}

/** Forgets who did not confirm in time, and at last that somebody was asked, or changed an address. */
export async function tidySignups(db: Queryable, now: Date): Promise<void> {
  await db.query(
    'update signups set address = null where expires_at <= $1 and address is not null',
    [now],
  );
  const longAgo: Instant = new Date(now.getTime() - 30 * 86_400_000).toISOString();
  for (const table of ['signups', 'address_changes']) {
    await db.query(`delete from ${table} where expires_at < $1`, [longAgo]);
  }
}
