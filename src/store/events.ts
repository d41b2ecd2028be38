/** What happened, who did it, and what staff have to look at. Append-only. */

import type { Queryable } from './database.js';

export interface BroadsheetEvent {
  readonly at: Date;
  /** `schedule`, or a member of staff by name. */
  readonly actor: string;
  /** Such as `feed.seeded` or `article.released`. */
  readonly kind: string;
  /** `attention`: somebody has to look at it. */
  readonly level: 'info' | 'attention';
  /** What it is about: `feed:<id>`, `program:<id>`, `article:<id>`, `edition:<id>`, `destination:<id>`, `neighbour:<name>`, `subscribers` or `sending`. */
  readonly subject: string;
  /** One full sentence, without an address or a secret. */
  readonly message: string;
}

export async function recordEvent(db: Queryable, event: BroadsheetEvent): Promise<void> {
  await db.query(
    `insert into events (at, actor, kind, level, subject, message) values ($1, $2, $3, $4, $5, $6)`,
    [event.at, event.actor, event.kind, event.level, event.subject, event.message],
  );
}

/** Records an event, but not where the last one of its kind and subject says the same. */
export async function recordEventOnce(db: Queryable, event: BroadsheetEvent): Promise<void> {
  const { rows } = await db.query(
    'select message from events where kind = $1 and subject = $2 order by id desc limit 1',
    [event.kind, event.subject],
  );
  if (rows[0]?.message !== event.message) await recordEvent(db, event);
}

/** Whether such an event was recorded: of exactly this subject, with this message and since then where they are given. */
export async function wasRecorded(
  db: Queryable,
  event: Pick<BroadsheetEvent, 'kind' | 'subject'> & {
    readonly message?: string;
    readonly since?: Date | null;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from events where subject = $1 and kind = $2
       and ($3::text is null or message = $3) and ($4::timestamptz is null or at >= $4) limit 1`,
    [event.subject, event.kind, event.message ?? null, event.since ?? null],
  );
  return rowCount === 1;
}

/** Records it unless the very same was recorded before: for what comes up again at every look. */
export async function recordIfNew(db: Queryable, event: BroadsheetEvent): Promise<void> {
  const { kind, subject, message } = event;
  if (!(await wasRecorded(db, { kind, subject, message }))) await recordEvent(db, event);
}

export interface EventFilter {
  readonly level?: BroadsheetEvent['level'];
  readonly kind?: string;
  /** Only what members of staff did. */
  readonly byStaff?: boolean;
  /** The subject or its beginning, with or without what stands before the colon: `feed:main`, `4f9c2a10`. */
  readonly subject?: string;
  readonly since?: Date;
  readonly limit: number;
}

/** The newest events first. */
export async function recentEvents(db: Queryable, filter: EventFilter): Promise<BroadsheetEvent[]> {
  const { rows } = await db.query(
    `select at, actor, kind, level, subject, message from events
     where ($1::text is null or level = $1) and ($2::text is null or kind = $2)
       and ($3::timestamptz is null or at >= $3)
       and (not $4 or actor not in ('schedule', 'reader'))
       and ($5::text is null or starts_with(subject, $5)
         or starts_with(split_part(subject, ':', 2), $5))
     order by id desc limit $6`,
    [
      filter.level ?? null,
      filter.kind ?? null,
      filter.since ?? null,
      filter.byStaff ?? false,
      filter.subject ?? null,
      filter.limit,
    ],
  );
  return rows;
}
