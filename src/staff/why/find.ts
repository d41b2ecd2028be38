/** What staff have in front of them when they ask: an address or a Discord channel, and a title. */

import { canonicalUrl } from '../../feeds/identify.js';
import type { ArticleId } from '../../model.js';
import { articlesByPrefix } from '../../store/articles.js';
import type { Queryable } from '../../store/database.js';
import { destinationByAddress } from '../../store/destinations.js';
import { destinationsCalled } from '../../store/resends.js';
import { articleByUrl, articlesByTitle, type WhyWhom } from '../../store/why.js';
import { addressKey, normaliseAddress } from '../../subscribers/address.js';
import type { Keys } from '../../subscribers/keys.js';

/**
 * Finds an article by the beginning of its id, by its URL, or by the beginning of a title it has or had.
 * Throws a full sentence where it is not just one.
 */
export async function findNamed(db: Queryable, name: string): Promise<ArticleId> {
  const found = await candidates(db, name.trim());
  const [only] = found;
  if (only && found.length === 1) return only.id;
  if (!only) {
    throw new Error(
      `There is no article "${name}". Write its id, its URL or the beginning of its title; see them with "broadsheet articles".`,
    );
  }
  const some = found.slice(0, 5).map(({ id, title }) => `\n  ${id.slice(0, 8)}  ${title}`);
  const more = found.length > 5 ? '\n  …' : '';
  throw new Error(
    `Several articles begin with "${name}". Write more of it, or the id of one:${some.join('')}${more}`,
  );
}

async function candidates(
  db: Queryable,
  name: string,
): Promise<readonly { readonly id: ArticleId; readonly title: string }[]> {
  if (/^[0-9a-f][0-9a-f-]*$/i.test(name)) {
    const rows = await articlesByPrefix(db, name);
    if (rows.length > 0) return rows.map(({ id, content }) => ({ id, title: content.title }));
  }
  if (/^https?:\/\//i.test(name)) {
    const ids = await articleByUrl(db, canonicalUrl(name));
    if (ids.length > 0) return ids.map((id) => ({ id, title: name }));
  }
  // As it is copied: in quotes from a sentence, and with an ellipsis from a table.
  const title = name
    .replace(/^["“«]+|["”»]+$/g, '')
    .replace(/\s*…$/, '')
    .replace(/\s+/g, ' ');
  return title ? articlesByTitle(db, title) : [];
}

/** Whom staff name, and what to call them in a sentence. */
export interface Whom extends WhyWhom {
  readonly called: string;
}

/**
 * Finds a reader by the address, a Discord channel by `#name` or id, or an output feed by its id. An
 * address need not be known. Throws a full sentence for what can be none of these.
 */
export async function findWhom(
  db: Queryable,
  keys: Pick<Keys, 'addressHash'>,
  name: string,
): Promise<Whom> {
  if (name.includes('@')) {
    const address = normaliseAddress(name);
    if (!address) throw new Error(`${name} is not an e-mail address.`);
    const addressHash = keys.addressHash('email', addressKey(address));
    const row = await destinationByAddress(db, 'email', addressHash);
    return { channel: 'email', id: row?.id, addressHash, called: 'the reader' };
  }
  const bare = name.replace(/^#/, '');
  if (bare === name && !/^\d+$/.test(name)) {
    const [id] = await destinationsCalled(db, 'rss', name);
    if (id)
      return { channel: 'rss', id, addressHash: undefined, called: `the output feed ${name}` };
  }
  const found = await destinationsCalled(db, 'discord', bare);
  if (found.length > 1) {
    throw new Error(`Several Discord channels are called "${name}". Write the id of one.`);
  }
  const [id] = found;
  if (!id) {
    throw new Error(
      `There is no reader, Discord channel or output feed "${name}". Write an e-mail address, "#name" or the id of a Discord channel, or an output feed such as all or all/digests.`,
    );
  }
  return { channel: 'discord', id, addressHash: undefined, called: `#${bare}` };
}
