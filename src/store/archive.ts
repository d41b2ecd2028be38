/** The editions that anybody may read: alerts of released articles, and digests that an output feed lists. */

import { configuredDestinationId } from '../editions/ids.js';
import type { EditionId, Language, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

export interface ArchivedEdition {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly language: Language;
  /** As the mail has it. */
  readonly subject: string;
  /** When its window closed, or its alert was ready. */
  readonly at: Date;
}

/**
 * Those of a program, or of all; the newest first. Readers' own digests differ by what each has had, so
 * only those of the output feeds are listed. A corrected edition gives way to the one that corrects it.
 */
export async function archivedEditions(
  db: Queryable,
  options: { readonly program: ProgramId | 'all'; readonly limit: number; readonly offset: number },
): Promise<ArchivedEdition[]> {
  const { program, limit, offset } = options;
  const { rows } = await db.query(
    `select e.id, e.kind, e.language, r.rendered ->> 'subject' as subject,
       coalesce(e.closes_at, e.ready_at) as at
     from editions e
     join renderings r on r.edition_id = e.id and r.channel = 'email' and r.rendered is not null
     where e.state = 'ready' and e.held_at is null
       and not exists (select from editions n where n.corrects = e.id and n.state = 'ready')
       and not exists (select from edition_articles i join articles a on a.id = i.article_id
         where i.edition_id = e.id and a.state <> 'released')
       and case e.kind
         when 'digest' then exists (select from deliveries d
           where d.edition_id = e.id and d.destination_id = $1 and d.state = 'accepted')
         else $2 = 'all' or jsonb_path_exists(e.content,
           '$.sections[*].articles[*].programs[*].id ? (@ == $program)',
           jsonb_build_object('program', $2::text))
       end
     order by at desc, e.id limit $3 offset $4`,
    [configuredDestinationId('rss', `${program}/digests`), program, limit, offset],
  );
  return rows;
}
