/** When articles came, per feed and program; and which of those are silent. */

import type { History } from '../feeds/silence.js';
import type { FeedId, LocalDate, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

/** The articles of one date that came in one feed and belong to the same programs. */
export interface ArticlesOfDay {
  readonly feed: FeedId;
  /** Whether it is the feed that brought them first; others may have had them too. */
  readonly first: boolean;
  readonly programs: readonly ProgramId[];
  /** The date on the newsroom's calendar. */
  readonly on: LocalDate;
  readonly articles: number;
  /** When the newest of them came. */
  readonly lastAt: Date;
}

/**
 * The articles since a moment, by date, the oldest first. What came with a first poll counts by its own
 * date, if it has one that is not in the future; everything else by when it was seen.
 *
 * @param timezone an IANA zone
 */
export async function articlesByDay(
  db: Queryable,
  { since, timezone }: { readonly since: Date; readonly timezone: string },
): Promise<ArticlesOfDay[]> {
  const { rows } = await db.query(
    `with dated as (
       select a.id, a.feed_id, r.content -> 'programs' as programs,
         case when a.state <> 'seeded' then a.seen_at
           when r.content ->> 'publishedAt' ~ '^[12]\\d{3}-'
             then least((r.content ->> 'publishedAt')::timestamptz, a.seen_at) end as at
       from articles a join revisions r on r.article_id = a.id and r.revision = a.revision
       where a.seen_at >= $1
     ), brought as (
       select id, feed_id as feed, true as first, programs, at from dated
       union all
       select distinct d.id, split_part(l.alias, ':', 2), false, d.programs, d.at
       from dated d join article_aliases l on l.article_id = d.id and l.alias like 'guid:%'
       where split_part(l.alias, ':', 2) <> d.feed_id
     )
     select feed, first, programs, ((at at time zone $2)::date)::text as "on",
       count(*)::int as articles, max(at) as "lastAt"
     from brought where at >= $1 group by 1, 2, 3, 4 order by 4, 1`,
    [since, timezone],
  );
  return rows;
}

/** The history of those of the articles that are chosen, each once however many rows its day has. */
export function historyOf(
  articles: readonly ArticlesOfDay[],
  chosen: (articles: ArticlesOfDay) => boolean,
): History {
  const days = new Map<LocalDate, number>();
  let lastAt: Date | null = null;
  for (const one of articles.filter(chosen)) {
    days.set(one.on, (days.get(one.on) ?? 0) + one.articles);
    if (!lastAt || one.lastAt > lastAt) lastAt = one.lastAt;
  }
  return { days: [...days].map(([on, count]) => ({ on, articles: count })), lastAt };
}

export type SilenceSubject = `feed:${FeedId}` | `program:${ProgramId}`;

export interface SilenceRow {
  readonly subject: SilenceSubject;
  /** When its newest article came. */
  readonly since: Date;
  readonly noticedAt: Date;
  /** What staff were told: full sentences. */
  readonly message: string;
}

const columns = 'subject, since, noticed_at as "noticedAt", message';

/** What is silent, the longest first. */
export async function silences(db: Queryable): Promise<SilenceRow[]> {
  return (await db.query(`select ${columns} from silences order by since, subject`)).rows;
}

/** Notes that it is silent. False where that was known already. */
export async function putSilence(db: Queryable, row: SilenceRow): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into silences (subject, since, noticed_at, message) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [row.subject, row.since, row.noticedAt, row.message],
  );
  return rowCount === 1;
}

/** Notes that it is not silent any more. False where it was not, or another process was faster. */
export async function endSilence(db: Queryable, subject: SilenceSubject): Promise<boolean> {
  const { rowCount } = await db.query('delete from silences where subject = $1', [subject]);
  return rowCount === 1;
}
