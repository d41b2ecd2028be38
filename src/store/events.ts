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
  /** What it is about: `feed:<id>`, `article:<id>`, `edition:<id>`, `destination:<id>`. */
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

/** The newest events first. */
export async function recentEvents(
  db: Queryable,
  options: { level?: BroadsheetEvent['level']; kind?: string; since?: Date; limit: number },
): Promise<BroadsheetEvent[]> {
  const { rows } = await db.query(
    `select at, actor, kind, level, subject, message from events
     where ($1::text is null or level = $1) and ($2::text is null or kind = $2)
       and ($3::timestamptz is null or at >= $3)
     order by id desc limit $4`,
    [options.level ?? null, options.kind ?? null, options.since ?? null, options.limit],
  );
  return rows;
}
