/** Frozen editions: their content, their renderings, and the frozen list of deliveries. */

import type { ArticleId, ChannelName, Edition, EditionId, Language } from '../model.js';
import type { Database, Queryable } from './database.js';

export interface Rendering {
  readonly channel: ChannelName;
  /** What the channel's `render` returned, or why it could not. */
  readonly result: { readonly rendered: unknown } | { readonly failure: string };
}

/** Which languages and channels the readers of an article's programs use. */
export async function audienceShape(
  db: Queryable,
  article: ArticleId,
): Promise<{ language: Language; channel: ChannelName }[]> {
  const { rows } = await db.query(
    `select distinct d.language, d.channel
     from articles a
     join revisions r on r.article_id = a.id and r.revision = a.revision
     join subscriptions s on s.cadence = 'instant' and r.content -> 'programs' ? s.program_id
     join destinations d on d.id = s.destination_id and d.state = 'active'
     where a.id = $1`,
    [article],
  );
  return rows;
}

/** The title that staff know an edition by: its first article's. */
export async function firstTitle(db: Queryable, edition: EditionId): Promise<string> {
  const { rows } = await db.query(
    `select content #>> '{sections,0,articles,0,title}' as title from editions where id = $1`,
    [edition],
  );
  return rows[0].title;
}

/** An edition with what each channel rendered of it, to be frozen. */
export interface FrozenEdition {
  readonly key: string;
  readonly edition: Edition;
  readonly renderings: readonly Rendering[];
  /** Of a digest: when its window closed. */
  readonly closesAt?: Date;
  /** Of an alert: since when it could have gone out. */
  readonly waitsSince?: Date;
}

/** Writes an edition down, `assembling`. One frozen before stays as it is, but for renderings it lacks. */
export async function freezeEdition(
  tx: Queryable,
  { key, edition, renderings, closesAt, waitsSince }: FrozenEdition,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into editions (id, key, kind, language, state, content, created_at, closes_at, waits_since)
     values ($1, $2, $3, $4, 'assembling', $5, $6, $7, $8) on conflict do nothing`,
    [edition.id, key, edition.kind, edition.language, edition, at, closesAt, waitsSince],
  );
  for (const { id, revision } of edition.sections.flatMap(({ articles }) => articles)) {
    await tx.query(
      `insert into edition_articles (edition_id, article_id, revision) values ($1, $2, $3)
       on conflict do nothing`,
      [edition.id, id, revision],
    );
  }
  for (const { channel, result } of renderings) {
    await tx.query(
      `insert into renderings (edition_id, channel, rendered, failure) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [
        edition.id,
        channel,
        'rendered' in result ? JSON.stringify(result.rendered) : null,
        'failure' in result ? result.failure : null,
      ],
    );
  }
}

/** Freezes an article's alerts and marks it as alerted, all or nothing; nothing of one that is held. */
export async function freezeAlerts(
  database: Database,
  article: ArticleId,
  editions: readonly FrozenEdition[],
  at: Date,
): Promise<void> {
  await database.transaction(async (tx) => {
    // Staff may have held it since; from here to the commit a hold waits, and then finds the editions.
    const { rowCount } = await tx.query(
      `select from articles where id = $1 and state = 'released' for update`,
      [article],
    );
    if (!rowCount) return;
    for (const edition of editions) await freezeEdition(tx, edition, at);
    await tx.query('update articles set alerted_at = $2 where id = $1', [article, at]);
  });
}

/** What was frozen, and which channels it was rendered for; undefined for an edition that is not. */
export async function frozenEdition(
  db: Queryable,
  id: EditionId,
): Promise<{ readonly edition: Edition; readonly channels: readonly ChannelName[] } | undefined> {
  const { rows } = await db.query(
    `select content as edition,
       array(select channel from renderings where edition_id = id) as channels
     from editions where id = $1`,
    [id],
  );
  return rows[0];
}

/**
 * Writes the next chunk of an alert's frozen list, with its cursor in the same statement; who had the
 * article in another edition already is left out. Returns whether that was the last one, which makes
 * the edition ready.
 */
export async function assembleChunk(
  database: Database,
  edition: EditionId,
  options: { size: number; now: Date },
): Promise<{ added: number; ready: boolean }> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.query(
      `select state, language, content, assembled_to as "after" from editions where id = $1 for update`,
      [edition],
    );
    const row = rows[0] as
      | { state: string; language: string; content: Edition; after: string | null }
      | undefined;
    if (row?.state !== 'assembling') return { added: 0, ready: row?.state === 'ready' };
    const programs = row.content.sections
      .flatMap(({ articles }) => articles)
      .flatMap((article) => article.programs.map(({ id }) => id));
    const { rows: chunk } = await tx.query(
      `with audience as (
         select d.id, d.channel, array_agg(s.program_id order by array_position($3, s.program_id)) as programs
         from destinations d join subscriptions s on s.destination_id = d.id
         where d.state = 'active' and d.language = $2 and s.cadence = 'instant'
           and s.program_id = any($3)
           -- Both, or the subscriptions of all readers before are read again for each chunk.
           and ($4::uuid is null or d.id > $4 and s.destination_id > $4)
           and not exists (select from edition_articles mine
             join edition_articles other on other.article_id = mine.article_id and other.edition_id <> $1
             join deliveries h on h.edition_id = other.edition_id and h.destination_id = d.id
               and h.state not in ('rejected', 'skipped')
             where mine.edition_id = $1)
         group by d.id order by d.id limit $5
       ), listed as (
         insert into deliveries (edition_id, destination_id, channel, programs, created_at)
         select $1, id, channel, programs, $6 from audience on conflict do nothing
       )
       select count(*)::int as added, (select id from audience order by id desc limit 1) as last
       from audience`,
      [edition, row.language, programs, row.after, options.size, options.now],
    );
    const { added, last } = chunk[0] as { added: number; last: string | null };
    const ready = added < options.size;
    await tx.query(
      `update editions set assembled_to = coalesce($2, assembled_to),
         state = case when $3 then 'ready' else state end,
         ready_at = case when $3 then $4 else ready_at end
       where id = $1`,
      [edition, last, ready, options.now],
    );
    return { added, ready };
  });
}

/** How many deliveries an edition's list has, per channel, those of resends included. */
export async function listedDeliveries(
  db: Queryable,
  edition: EditionId,
): Promise<Partial<Record<ChannelName, number>>> {
  const { rows } = await db.query(
    'select channel, count(*)::int as n from deliveries where edition_id = $1 group by channel',
    [edition],
  );
  return Object.fromEntries(rows.map(({ channel, n }) => [channel, n]));
}

/** Alerts whose frozen list is not complete. */
export async function assemblingAlerts(db: Queryable): Promise<EditionId[]> {
  const { rows } = await db.query(
    `select id from editions where state = 'assembling' and kind = 'alert' order by created_at`,
  );
  return rows.map(({ id }) => id);
}

/** Whether digests wait for the rest of their frozen list. */
export async function assemblingDigests(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from editions where state = 'assembling' and kind = 'digest' limit 1`,
  );
  return rowCount !== 0;
}

/**
 * Makes the assembled digests ready, once no window that was due is left to be closed. One that no window
 * led to goes: a process died after freezing it, and its windows hold something else by now.
 */
export async function readyDigests(database: Database, now: Date): Promise<EditionId[]> {
  return database.transaction(async (tx) => {
    const { rows: unused } = await tx.query(
      `select id from editions e where state = 'assembling' and kind = 'digest'
         and not exists (select from deliveries d where d.edition_id = e.id)`,
    );
    const ids = unused.map(({ id }) => id);
    for (const table of ['renderings', 'edition_articles']) {
      await tx.query(`delete from ${table} where edition_id = any($1)`, [ids]);
    }
    await tx.query('delete from editions where id = any($1)', [ids]);
    const { rows } = await tx.query(
      `update editions set state = 'ready', ready_at = $1
       where state = 'assembling' and kind = 'digest' returning id`,
      [now],
    );
    return rows.map(({ id }) => id);
  });
}

/** What the channel rendered when the edition was frozen; undefined where it could not. */
export async function rendering(
  db: Queryable,
  edition: EditionId,
  channel: ChannelName,
): Promise<unknown> {
  const { rows } = await db.query(
    'select rendered from renderings where edition_id = $1 and channel = $2',
    [edition, channel],
  );
  return rows[0]?.rendered ?? undefined;
}
