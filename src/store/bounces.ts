/** What came back of deliveries that had been accepted. The receipt stays; this stands beside it. */

import type { DeliveryKey } from '../editions/ids.js';
import type { ArticleId, DestinationId, EditionId } from '../model.js';
import type { Queryable } from './database.js';

export type BounceKind = 'hard' | 'soft' | 'blocked' | 'complaint';

export interface Bounce {
  readonly at: Date;
  readonly kind: BounceKind;
  /** The enhanced status code, or the reply code. */
  readonly status: string | null;
  /** The other side's words, without an address. */
  readonly diagnostic: string;
}

export interface SentDelivery extends DeliveryKey {
  /** When it was accepted, or became uncertain; null where it is still on the wire. */
  readonly settledAt: Date | null;
}

/** What may have gone out to a mailbox; SQL over `d`. */
const wentOut = `d.channel = 'email' and d.state in ('sending', 'accepted', 'uncertain')`;

const sentSelect = `select d.edition_id as "editionId", d.destination_id as "destinationId", d.round,
    d.settled_at as "settledAt" from deliveries d`;

/** The last round that went out of the edition whose id begins so; of any edition where none is given. */
export async function sentTo(
  db: Queryable,
  destination: DestinationId,
  edition?: string,
): Promise<SentDelivery | undefined> {
  const { rows } = await db.query(
    `${sentSelect} where d.destination_id = $1 and ${wentOut}
       and ($2::text is null or starts_with(d.edition_id::text, $2))
     order by d.settled_at desc nulls first, d.round desc limit 1`,
    [destination, edition ?? null],
  );
  return rows[0];
}

/**
 * The delivery whose Message-ID has this hash before its "@" (see channels/email/message.ts), among the
 * editions since then whose id begins so.
 */
export async function sentAs(
  db: Queryable,
  hash: string,
  { edition, since }: { readonly edition?: string | undefined; readonly since: Date },
): Promise<SentDelivery | undefined> {
  const { rows } = await db.query(
    `${sentSelect} join editions e on e.id = d.edition_id
     where ${wentOut} and e.created_at >= $3
       and ($2::text is null or starts_with(e.id::text, $2))
       and encode(sha256(convert_to(e.id || '/' || d.destination_id || '/' || d.round, 'UTF8')), 'hex') like $1 || '%'
     limit 1`,
    [hash, edition ?? null, since],
  );
  return rows[0];
}

/** Returns whether it is new: of one kind, a delivery has one. */
export async function recordBounce(
  db: Queryable,
  { editionId, destinationId, round }: DeliveryKey,
  { at, kind, status, diagnostic }: Bounce,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into bounces (at, edition_id, destination_id, round, kind, status, diagnostic)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [at, editionId, destinationId, round, kind, status, diagnostic],
  );
  return rowCount === 1;
}

/** When readers last agreed to something themselves, as SQL: by a mail that reached them. */
const confirmed = `(select max(c.at) from consents c
    where c.destination_id = $1 and c.act = 'given' and c.actor = 'reader')`;

/**
 * Whether the reader has confirmed something since then: that the mailbox is theirs and takes mail, or
 * that another one does to which they moved.
 */
export async function confirmedSince(
  db: Queryable,
  destination: DestinationId,
  since: Date,
): Promise<boolean> {
  const { rows } = await db.query(`select coalesce(${confirmed} > $2, false) as yes`, [
    destination,
    since,
  ]);
  return rows[0].yes;
}

/**
 * How many deliveries to a mailbox bounced softly in a row up to this one, in the order in which they went
 * out, and when the first of them did. One that was accepted and did not come back ends the row; what
 * was blocked says nothing about the mailbox, and neither ends it nor counts. What went out before the
 * reader last confirmed something does not count either.
 */
export async function softRow(
  db: Queryable,
  { destinationId, settledAt }: { readonly destinationId: DestinationId; readonly settledAt: Date },
): Promise<{ readonly count: number; readonly since: Date }> {
  const { rows } = await db.query(
    `with sent as (
       select coalesce(d.settled_at, $2) as settled_at, d.state, array_remove(array_agg(b.kind), null) as kinds
       from deliveries d
       left join bounces b on b.destination_id = d.destination_id and b.edition_id = d.edition_id
         and b.round = d.round
       where d.destination_id = $1 and ${wentOut} and coalesce(d.settled_at, $2) <= $2
       group by d.edition_id, d.round, d.settled_at, d.state
     )
     select count(*)::int as count, coalesce(min(settled_at), $2) as since from sent
     where 'soft' = any(kinds)
       and settled_at > coalesce((select max(settled_at) from sent
         where state = 'accepted' and kinds = '{}'), '-infinity')
       and settled_at > coalesce(${confirmed}, '-infinity')`,
    [destinationId, settledAt],
  );
  return rows[0];
}

/** Of a subscriber, the latest first. */
export async function bouncesOf(
  db: Queryable,
  destination: DestinationId,
  limit: number,
): Promise<(Bounce & { readonly editionId: EditionId })[]> {
  const { rows } = await db.query(
    `select at, kind, status, diagnostic, edition_id as "editionId" from bounces
     where destination_id = $1 order by id desc limit $2`,
    [destination, limit],
  );
  return rows;
}

/** Of one article's deliveries to a subscriber, in the order in which they came. */
export async function bouncesOfArticle(
  db: Queryable,
  article: ArticleId,
  destination: DestinationId,
): Promise<(Bounce & { readonly editionId: EditionId; readonly round: number })[]> {
  const { rows } = await db.query(
    `select b.at, b.kind, b.status, b.diagnostic, b.edition_id as "editionId", b.round
     from bounces b join edition_articles i on i.edition_id = b.edition_id and i.article_id = $1
     where b.destination_id = $2 order by b.id`,
    [article, destination],
  );
  return rows;
}

/** How many mails of an edition came back because of the message or its sender. */
export async function blockedOf(db: Queryable, edition: EditionId): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as n from bounces where edition_id = $1 and kind = 'blocked'`,
    [edition],
  );
  return rows[0].n;
}
