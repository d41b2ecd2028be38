/** Read-only questions for previews: which windows will carry an article, and what is known of a reader. */

import type { ArticleId, Cadence, ChannelName, DestinationId, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

export interface CarryingWindows {
  readonly channel: ChannelName;
  /** When they close. */
  readonly closesAt: Date;
  /** Destinations whose window closes then. */
  readonly count: number;
}

/**
 * The open windows that will carry an article, as things stand: those of digest readers of its
 * programs who had it in no edition, get it in no alert, and are not covered beyond its release.
 */
export async function carryingWindows(
  db: Queryable,
  article: ArticleId,
): Promise<CarryingWindows[]> {
  const { rows } = await db.query(
    `with carrying as (
       select d.id, d.channel, min(s.due_at) as closes_at
       from articles a
       join revisions r on r.article_id = a.id and r.revision = a.revision
       join subscriptions s on r.content -> 'programs' ? s.program_id and s.due_at is not null
         and (a.release_order is null or s.covered_until < a.release_order)
       join destinations d on d.id = s.destination_id and d.state = 'active'
       where a.id = $1 and a.state <> 'seeded'
         and not exists (select from subscriptions i where i.destination_id = d.id
           and i.cadence = 'instant' and r.content -> 'programs' ? i.program_id)
         and not exists (select from edition_articles e
           join deliveries h on h.edition_id = e.edition_id and h.destination_id = d.id
             and h.state not in ('rejected', 'skipped') where e.article_id = a.id)
       group by d.id
     )
     select channel, closes_at as "closesAt", count(*)::int as count from carrying
     group by channel, closes_at order by closes_at, channel`,
    [article],
  );
  return rows;
}

export interface ReaderSubscription {
  readonly program: ProgramId;
  readonly cadence: Cadence;
  /** When its window closes; null where it is read instantly and owes nothing. */
  readonly dueAt: Date | null;
}

export async function readerSubscriptions(
  db: Queryable,
  id: DestinationId,
): Promise<ReaderSubscription[]> {
  const { rows } = await db.query(
    `select program_id as program, cadence, due_at as "dueAt" from subscriptions
     where destination_id = $1 order by program_id`,
    [id],
  );
  return rows;
}

export interface Consent {
  readonly at: Date;
  readonly act: 'given' | 'withdrawn';
  readonly programs: readonly ProgramId[];
  readonly origin: string;
}

/** What a reader agreed to or withdrew, the latest first. */
export async function consentsOf(db: Queryable, id: DestinationId): Promise<Consent[]> {
  const { rows } = await db.query(
    `select at, act, programs, origin from consents where destination_id = $1 order by id desc`,
    [id],
  );
  return rows;
}

export interface Suppression {
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

export async function suppressionOf(
  db: Queryable,
  addressHash: Buffer,
): Promise<Suppression | undefined> {
  const { rows } = await db.query(
    'select reason, actor, at from suppressions where address_hash = $1',
    [addressHash],
  );
  return rows[0];
}
