/** What the ledger knows of a document's entries: which are new, changed or the same again. */

import { isFeedsOwn, type Sighting } from '../feeds/identify.js';
import { wordsOfArticle } from '../feeds/likeness.js';
import { type Candidate, inDoubt, recognise } from '../feeds/recognise.js';
import type { ArticleId, ArticleState } from '../model.js';
import type { Queryable } from './database.js';
import type { FeedRow } from './feeds.js';

/** An article that one of an entry's names leads to. */
export interface Known extends Candidate {
  readonly id: ArticleId;
  readonly state: ArticleState;
  readonly seenAt: Date;
  readonly revision: number;
}

export type Standing =
  /** `name`: what its id is made of. `doubt`: a sentence on why it may not be new after all. */
  | { readonly kind: 'fresh'; readonly name: string; readonly doubt?: string }
  /** `here`: this feed has shown it before, and not only another one. */
  | { readonly kind: 'changed' | 'unchanged'; readonly article: Known; readonly here: boolean }
  /** New in this feed, and another feed began with it since this one was last read. */
  | { readonly kind: 'unsent'; readonly article: Known }
  /** It is a new article that stands earlier in the document, at this place. */
  | { readonly kind: 'repeated'; readonly place: number };

/** The same text is taken so often within a day for a revision: caches answer in turns with old and new. */
const RETURNS = 2;
const DAY = 86_400_000;

/** Looks up where each entry of a document stands. */
export async function standings(
  db: Queryable,
  feed: Pick<FeedRow, 'id' | 'lastSuccessAt'>,
  document: readonly Sighting[],
  now: Date,
): Promise<readonly Standing[]> {
  const owners = await withWords(db, document, await findOwners(db, document));
  const taken = new Set(owners.keys());
  const found = recognise(feed.id, document, owners).map((one, place): Standing => {
    const sighting = document[place] as Sighting;
    if (one.kind === 'repeated') return one;
    if (one.kind === 'known') return placeKnown(sighting, feed, one.article, owners);
    const doubt = one.kind === 'doubtful' && { doubt: one.reason };
    const name = newName(sighting, taken, now);
    taken.add(name);
    return { kind: 'fresh', name, ...doubt };
  });
  return settleRevisions(db, document, found, now);
}

function placeKnown(
  { aliases, entryHash }: Sighting,
  feed: Pick<FeedRow, 'id' | 'lastSuccessAt'>,
  article: Known,
  owners: ReadonlyMap<string, Known>,
): Standing {
  // Only the feed that brought an article revises it, or two feeds would do so in turns for ever.
  if (article.feedId === feed.id) {
    return { kind: article.entryHash === entryHash ? 'unchanged' : 'changed', article, here: true };
  }
  const since = feed.lastSuccessAt !== null && article.seenAt > feed.lastSuccessAt;
  if (article.state === 'seeded' && since) return { kind: 'unsent', article };
  const here = aliases.some((alias) => isFeedsOwn(alias) && owners.get(alias) === article);
  return { kind: 'unchanged', article, here };
}

/**
 * Keeps one revision of each article: where several entries are one article, the first that changed; and
 * none where one of them still says the same, or where the text comes and goes.
 */
async function settleRevisions(
  db: Queryable,
  document: readonly Sighting[],
  found: readonly Standing[],
  now: Date,
): Promise<readonly Standing[]> {
  const changed = found.flatMap((one, place) =>
    one.kind === 'changed' ? { ...one, hash: (document[place] as Sighting).entryHash } : [],
  );
  if (changed.length === 0) return found;
  const { rows } = await db.query(
    `select r.article_id as id, r.entry_hash as hash from revisions r
     join unnest($1::uuid[], $2::text[]) as given (id, hash)
       on r.article_id = given.id and r.entry_hash = given.hash
     where r.seen_at > $3 group by 1, 2 having count(*) >= $4`,
    [
      changed.map(({ article }) => article.id),
      changed.map(({ hash }) => hash),
      new Date(now.getTime() - DAY),
      RETURNS,
    ],
  );
  const returning = new Set(rows.map(({ id, hash }) => `${id} ${hash}`));
  const settled = new Set(found.flatMap((one) => (one.kind === 'unchanged' ? one.article.id : [])));
  return found.map((one, place) => {
    if (one.kind !== 'changed') return one;
    const { id } = one.article;
    const hash = document[place]?.entryHash;
    if (settled.has(id) || returning.has(`${id} ${hash}`)) return { ...one, kind: 'unchanged' };
    settled.add(id);
    return one;
  });
}

/**
 * The first name; where it stands for another article already, in the ledger or in the document, the text
 * and the moment tell the two apart.
 */
function newName(
  { aliases: [first], entryHash }: Sighting,
  taken: ReadonlySet<string>,
  now: Date,
): string {
  if (!first) throw new Error('An article without any name cannot be stored.');
  let name = first;
  while (taken.has(name)) name = `${name} ${entryHash} ${now.toISOString()}`;
  return name;
}

async function findOwners(
  db: Queryable,
  document: readonly Sighting[],
): Promise<ReadonlyMap<string, Known>> {
  const { rows } = await db.query(
    `select array_agg(l.alias) as aliases, a.id, a.feed_id as "feedId", a.state, a.revision,
       a.state = 'held' as held, a.seen_at as "seenAt", r.entry_hash as "entryHash"
     from article_aliases l
     join articles a on a.id = l.article_id
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where l.alias = any($1)
     group by a.id, r.entry_hash`,
    [document.flatMap(({ aliases }) => aliases)],
  );
  return new Map(
    rows.flatMap(({ aliases, ...known }) => aliases.map((alias: string) => [alias, known])),
  );
}

/** The same with the words of those that names alone do not settle. */
async function withWords(
  db: Queryable,
  document: readonly Sighting[],
  owners: ReadonlyMap<string, Known>,
): Promise<ReadonlyMap<string, Known>> {
  const doubted = inDoubt(document, owners);
  if (doubted.length === 0) return owners;
  const { rows } = await db.query(
    `select a.id, r.content from articles a
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.id = any($1)`,
    [doubted.map(({ id }) => id)],
  );
  const complete = new Map<Known, Known>();
  const contents = new Map(rows.map(({ id, content }) => [id, content]));
  for (const known of doubted) {
    complete.set(known, { ...known, words: wordsOfArticle(contents.get(known.id)) });
  }
  return new Map([...owners].map(([alias, known]) => [alias, complete.get(known) ?? known]));
}
