/** Ids that follow from what they name, so that doing the same thing again changes nothing. */

import { createHash } from 'node:crypto';
import type {
  ArticleId,
  DeliveryId,
  DestinationId,
  EditionId,
  FeedId,
  Language,
} from '../model.js';

/** A UUID of version 8 (RFC 9562, section 5.8) over the SHA-256 of the parts. */
function nameBasedUuid(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash[6] = 0x80 | ((hash[6] as number) & 0x0f);
  hash[8] = 0x80 | ((hash[8] as number) & 0x3f);
  const hex = hash.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** `alias` is the first name that the article was known by. */
export function articleId(feed: FeedId, alias: string): ArticleId {
  return nameBasedUuid('article', feed, alias);
}

/** For destinations that the config names; a subscriber's id is random. */
export function configuredDestinationId(channel: string, address: string): DestinationId {
  return nameBasedUuid('destination', channel, address);
}

/** An alert is one edition per article and language. */
export function alertKey(article: ArticleId, language: Language): string {
  return `alert:${article}:${language}`;
}

export function editionId(key: string): EditionId {
  return nameBasedUuid('edition', key);
}

export interface DeliveryKey {
  readonly editionId: EditionId;
  readonly destinationId: DestinationId;
  readonly round: number;
}

export function deliveryId(key: DeliveryKey): DeliveryId {
  return `${key.editionId}/${key.destinationId}/${key.round}`;
}

export function parseDeliveryId(id: DeliveryId): DeliveryKey {
  const [editionId, destinationId, round] = id.split('/');
  if (!editionId || !destinationId || !round) throw new Error(`${id} is no delivery's id.`);
  return { editionId, destinationId, round: Number(round) };
}
