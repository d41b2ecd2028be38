/** Feeds as staff name them on the command line. */

import type { Config } from '../config/config.js';
import type { Feed } from '../model.js';
import { exitCodes, Failure } from './exit.js';

/** The feed of this id, or all of them where none is named. Throws a Failure where there is no such feed. */
export function feedsNamed({ feeds }: Config, id: string | undefined): readonly Feed[] {
  const named = feeds.filter((feed) => id === undefined || feed.id === id);
  if (named.length > 0) return named;
  const known = feeds.map((feed) => feed.id).join(', ');
  throw new Failure(`There is no feed "${id}". Write one of: ${known}.`, exitCodes.usage);
}
