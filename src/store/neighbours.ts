/** Neighbours that cannot be used just now: the mail server, Discord, the queue, a Discord channel. */

import type { Queryable } from './database.js';

export interface FailingNeighbour {
  /** `email`, `discord`, `queue`, `staff:<channel>`, or `destination:<id>`. */
  readonly name: string;
  readonly since: Date;
  /** When it was last tried, in vain. */
  readonly triedAt: Date;
  /** What is wrong and what to do: full sentences, without an address or a secret. */
  readonly message: string;
  /** Undefined while no event has told of it. */
  readonly reportedAt?: Date;
}

const columns = `name, failing_since as "since", tried_at as "triedAt", message, reported_at as "reportedAt"`;

const toNeighbour = ({ reportedAt, ...row }: FailingNeighbour & { reportedAt: Date | null }) => ({
  ...row,
  ...(reportedAt && { reportedAt }),
});

/** Those that fail, the longest first. */
export async function failingNeighbours(db: Queryable): Promise<FailingNeighbour[]> {
  const { rows } = await db.query(`select ${columns} from neighbours order by failing_since, name`);
  return rows.map(toNeighbour);
}
