import { describe, expect, it } from 'vitest';
import type { Wire } from '../../../src/channels/channel.js';
import { createRssChannel } from '../../../src/channels/rss/index.js';
import type { Delivery, Edition, EditionArticle, Receipt } from '../../../src/model.js';

const edition = '11111111-1111-5111-8111-111111111111';
const face = { id: 'spp', name: 'Security', colour: '#123456' };

function delivery(feed: string): Delivery {
  return {
    id: `${edition}/${feed}/0`,
    editionId: edition,
    destination: { id: feed, channel: 'rss', address: feed, language: 'en' },
    round: 0,
    earlier: 0,
    attempt: 1,
    programs: ['spp'],
  };
}

/** A channel over output feeds that show these articles, and a wire that lets these deliveries go. */
function parts(shown: Record<string, string[]>, allowed: (id: string) => boolean = () => true) {
  const marked: string[] = [];
  const served: string[] = [];
  const stop = new AbortController();
  const wire: Wire = {
    async onWire(ids) {
      marked.push(...ids);
      return new Set(ids.filter(allowed));
    },
    signal: stop.signal,
  };
  const channel = createRssChannel({
    serves: async (feed, { edition: id, articles }) =>
      (feed.endsWith('/digests') ? [id] : articles).every((one) => shown[feed]?.includes(one)),
    onServed: async (feed) => void served.push(feed),
    links: { outputFeed: (id, format) => `https://letters.example/feeds/${id}.${format}` },
  });
  return { channel, wire, marked, served, stop };
}

async function collect(receipts: AsyncIterable<Receipt>): Promise<Receipt[]> {
  const all: Receipt[] = [];
  for await (const receipt of receipts) all.push(receipt);
  return all;
}

describe('the rss channel', () => {
  it('renders each article of the edition once, in its order', async () => {
    const article = (id: string): EditionArticle => ({
      id,
      revision: 1,
      title: id,
      url: `https://news.example/${id}`,
      summary: '',
      bodyHtml: '',
      categories: [],
      programs: [face],
    });
    const sections: Edition['sections'] = [
      { program: face, articles: [article('b'), article('a')] },
      { program: face, articles: [article('a'), article('c')] },
    ];
    const { channel } = parts({});
    const rendered = await channel.render({
      id: edition,
      kind: 'digest',
      language: 'en',
      createdAt: '2026-03-01T09:00:00.000Z',
      sections,
    });
    expect(rendered).toEqual({ articleIds: ['b', 'a', 'c'] });
    expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
  });

  it('accepts what the next GET serves, and defers what it does not serve yet', async () => {
    const { channel, wire, marked, served } = parts({ all: ['a'], spp: [] });
    const deliveries = [delivery('all'), delivery('spp')];
    expect(await collect(channel.send({ articleIds: ['a'] }, deliveries, wire))).toEqual([
      {
        delivery: `${edition}/all/0`,
        outcome: 'accepted',
        detail: 'https://letters.example/feeds/all.rss',
      },
      expect.objectContaining({
        delivery: `${edition}/spp/0`,
        outcome: 'deferred',
        scope: 'delivery',
      }),
    ]);
    expect(marked).toEqual(deliveries.map(({ id }) => id));
    expect(served).toEqual(['all']);
  });

  it('accepts a digest once its own feed serves it, whatever the feeds of articles show', async () => {
    const { channel, wire } = parts({ 'all/digests': [edition], 'spp/digests': [], spp: ['a'] });
    const deliveries = [delivery('all/digests'), delivery('spp/digests')];
    expect(await collect(channel.send({ articleIds: ['a'] }, deliveries, wire))).toMatchObject([
      { outcome: 'accepted', detail: 'https://letters.example/feeds/all/digests.rss' },
      { outcome: 'deferred', scope: 'delivery' },
    ]);
  });

  it('gives no receipt for what onWire held back, nor for anything after an abort', async () => {
    const { channel, wire, marked, stop } = parts({ all: ['a'] }, () => false);
    expect(await collect(channel.send({ articleIds: ['a'] }, [delivery('all')], wire))).toEqual([]);
    stop.abort();
    marked.length = 0;
    expect(await collect(channel.send({ articleIds: ['a'] }, [delivery('all')], wire))).toEqual([]);
    expect(marked).toEqual([]);
  });

  it('recalls by looking at the output feed, so no delivery stays uncertain', async () => {
    const { channel, wire } = parts({ all: ['a'] });
    const recall = (feed: string) =>
      channel.recall?.({ articleIds: ['a'] }, delivery(feed), wire.signal);
    expect(await recall('all')).toMatchObject({ outcome: 'accepted' });
    expect(await recall('spp')).toMatchObject({ outcome: 'deferred' });
  });

  it('has nothing outside to check', async () => {
    expect(await parts({}).channel.check()).toMatchObject([{ level: 'ok' }]);
  });
});
