/**
 * The channel of output feeds. They are a view over the ledger's released articles and its digests, so
 * nothing travels: accepted means that the next GET serves the edition, and nothing can ever be lost.
 */

import type {
  ArticleId,
  Delivery,
  Edition,
  EditionId,
  Finding,
  Outcome,
  Receipt,
} from '../../model.js';
import type { Channel, Links, Wire } from '../channel.js';

export interface RenderedItem {
  /** Each once, in the edition's order. */
  readonly articleIds: readonly ArticleId[];
}

export interface RssChannelOptions {
  /** Whether the next GET of an output feed (`<id>`, or `<id>/digests`) serves this edition. */
  readonly serves: (
    outputFeed: string,
    issue: { readonly edition: EditionId; readonly articles: readonly ArticleId[] },
  ) => Promise<boolean>;
  /** Told that an output feed serves something new, before its receipt is given. */
  readonly onServed: (outputFeed: string) => Promise<void>;
  readonly links: Pick<Links, 'outputFeed'>;
}

/** Seconds until an output feed is looked at again: what it shows is at most a commit away. */
const lookAgain = 5;

export function createRssChannel({
  serves,
  onServed,
  links,
}: RssChannelOptions): Channel<RenderedItem> {
  async function outcome(rendered: RenderedItem, delivery: Delivery): Promise<Outcome> {
    const { destination, editionId: edition } = delivery;
    const url = links.outputFeed(destination.address, 'rss');
    if (await serves(destination.address, { edition, articles: rendered.articleIds })) {
      await onServed(destination.address);
      return { outcome: 'accepted', detail: url };
    }
    const reason = `The output feed ${url} does not show it yet.`;
    return { outcome: 'deferred', reason, retryAfter: lookAgain, scope: 'delivery' };
  }

  async function* send(
    rendered: RenderedItem,
    deliveries: readonly Delivery[],
    wire: Wire,
  ): AsyncGenerator<Receipt> {
    if (wire.signal.aborted) return;
    const allowed = await wire.onWire(deliveries.map(({ id }) => id));
    for (const delivery of deliveries) {
      if (!allowed.has(delivery.id)) continue;
      yield { ...(await outcome(rendered, delivery)), delivery: delivery.id };
    }
  }

  return {
    name: 'rss',
    fetched: true,
    async render(edition: Edition): Promise<RenderedItem> {
      const articles = edition.sections.flatMap((section) => section.articles);
      return { articleIds: [...new Set(articles.map(({ id }) => id))] };
    },
    send,
    recall: outcome,
    async check(): Promise<readonly Finding[]> {
      const message = 'Output feeds are served from the ledger and need no other service.';
      return [{ subject: 'output feeds', level: 'ok', message }];
    },
    async close() {},
  };
}
