/** The one destination that a resend is for, as staff name it. */

import type { ChannelName, DestinationId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { destinationByAddress } from '../store/destinations.js';
import { destinationsCalled } from '../store/resends.js';
import { addressKey, normaliseAddress } from '../subscribers/address.js';
import type { Keys } from '../subscribers/keys.js';

/**
 * Finds the destination by its e-mail address, by a Discord channel's name or id, or for the channel rss
 * by an output feed's id. Undefined where it is not known, or none is named. Throws a full sentence
 * for what can be no destination, or several.
 */
export async function destinationOf(
  keys: Pick<Keys, 'addressHash'>,
  db: Queryable,
  { to, channel }: { readonly to?: string | undefined; readonly channel?: ChannelName | undefined },
): Promise<DestinationId | undefined> {
  if (to === undefined) return undefined;
  if (to.includes('@')) {
    const address = normaliseAddress(to);
    if (!address) throw new Error(`${to} is not an e-mail address.`);
    const hash = keys.addressHash('email', addressKey(address));
    return (await destinationByAddress(db, 'email', hash))?.id;
  }
  const [place, name] =
    channel === 'rss' ? (['rss', to] as const) : (['discord', to.replace(/^#/, '')] as const);
  const found = await destinationsCalled(db, place, name);
  if (found.length > 1) {
    throw new Error(`Several Discord channels are called "${to}". Write the id of one.`);
  }
  return found[0];
}
