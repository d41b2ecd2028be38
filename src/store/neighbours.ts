/** Neighbours that cannot be used just now: the mail server, Discord, the queue, a Discord channel. */

import type { DestinationId } from '../model.js';
import type { Queryable } from './database.js';

/** `staff:` is a way of telling staff, such as `staff:discord:<id>`; `destination:` one that the config names. */
export type NeighbourName =
  | 'email'
  | 'discord'
  | 'rss'
  | 'queue'
  | `staff:${string}`
  | `destination:${DestinationId}`;

export interface FailingNeighbour {
  readonly name: NeighbourName;
  /** How staff know it: `The mail server`. */
  readonly title: string;
  readonly since: Date;
  /** When it was last tried, in vain. */
  readonly triedAt: Date;
  /** What is wrong and what to do: full sentences, without an address or a secret. */
  readonly message: string;
  /** Null while no event has told of it. */
  readonly reportedAt: Date | null;
}

const titles: Readonly<Record<string, string>> = {
  email: 'The mail server',
  discord: 'Discord',
  rss: 'The output feeds',
  queue: 'The queue',
  'staff:email': 'The mail to a mailbox of staff',
  'staff:discord': 'The Discord channel of staff',
};

const returned = `n.name, n.failing_since as "since", n.tried_at as "triedAt", n.message,
  n.reported_at as "reportedAt",
  (select t.name from destinations t where n.name = 'destination:' || t.id) as destination`;

type Row = Omit<FailingNeighbour, 'title'> & { destination: string | null };

function toNeighbour({ destination, ...row }: Row): FailingNeighbour {
  const kind = row.name.split(':').slice(0, 2).join(':');
  const title = titles[kind] ?? `The Discord channel ${destination ?? 'of a former config'}`;
  return { ...row, title };
}

/** Those that fail, the longest first. */
export async function failingNeighbours(db: Queryable): Promise<FailingNeighbour[]> {
  const { rows } = await db.query(
    `select ${returned} from neighbours n order by n.failing_since, n.name`,
  );
  return rows.map(toNeighbour);
}

/** Notes that it was tried in vain. It fails since the first time. */
export async function putFailing(
  db: Queryable,
  failing: { readonly name: NeighbourName; readonly message: string; readonly at: Date },
): Promise<void> {
  await db.query(
    `insert into neighbours (name, failing_since, tried_at, message) values ($1, $2, $2, $3)
     on conflict (name) do update set tried_at = $2, message = $3`,
    [failing.name, failing.at, failing.message],
  );
}

/** Notes that it works. Returns what it had failed with; undefined where it did not fail. */
export async function endFailing(
  db: Queryable,
  name: NeighbourName,
): Promise<FailingNeighbour | undefined> {
  const { rows } = await db.query(
    `delete from neighbours n where name = $1 returning ${returned}`,
    [name],
  );
  return rows.map(toNeighbour)[0];
}

/** Takes the turn to try one that nobody has tried since `before`; false where it is not to be tried. */
export async function takeTry(
  db: Queryable,
  name: NeighbourName,
  { before, at }: { readonly before: Date; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'update neighbours set tried_at = $3 where name = $1 and tried_at < $2',
    [name, before, at],
  );
  return rowCount === 1;
}

/**
 * Marks those as reported that have failed since `before`, at more than one try; and each destination at
 * once, as what it refused is not tried again. Returns them.
 */
export async function takeUnreported(
  db: Queryable,
  { before, at }: { readonly before: Date; readonly at: Date },
): Promise<FailingNeighbour[]> {
  const { rows } = await db.query(
    `update neighbours n set reported_at = $2
     where reported_at is null
       and ((failing_since <= $1 and tried_at > failing_since) or name like 'destination:%')
     returning ${returned}`,
    [before, at],
  );
  return rows.map(toNeighbour);
}

/** Ends the failing of destinations that accepted something since, or that the config no longer names. */
export async function endFailingDestinations(db: Queryable): Promise<FailingNeighbour[]> {
  const { rows } = await db.query(
    `delete from neighbours n using destinations t
     where n.name = 'destination:' || t.id
       and (t.state <> 'active' or exists (select from deliveries d
         where d.destination_id = t.id and d.state = 'accepted' and d.settled_at > n.failing_since))
     returning ${returned}`,
  );
  return rows.map(toNeighbour);
}
