import { createPublicFeeds } from '../../src/public-feeds.js';
import { createWeb } from '../../src/web/index.js';
import { testLedger } from '../support/database.js';
import { poll } from '../support/ledger.js';
import { FakeNewsroom, newsroom } from './parts.js';

export const site = 'https://letters.example';

/** Output feeds of articles, with at most so many items, over a ledger of its own. */
export async function publishedFeeds(items = 50) {
  const database = await testLedger();
  const programs = ['spp', 'eep'].map((id) => ({
    id,
    name: id,
    colour: '#123456',
    aliases: [],
    urls: [],
  }));
  const config = {
    newsroom,
    programs,
    outputFeeds: { items, digests: 'daily' as const, hubs: [] },
  };
  const deps = new FakeNewsroom();
  const links = { edition: (id: string) => `${site}/editions/${id}` };
  const web = createWeb(Object.assign(deps, createPublicFeeds(config, database, links)));
  let number = 0;
  return {
    database,
    deps,
    /** Articles that are in the output feeds at once; every third is of the program eep. */
    async publish(count: number) {
      for (const [program, every] of [
        ['spp', (n: number) => n % 3 !== 0],
        ['eep', (n: number) => n % 3 === 0],
      ] as const) {
        const guids = Array.from({ length: count }, (_, index) => number + index).filter(every);
        const content = { programs: [program] };
        await poll(database, guids.map(String), { verdict: 'seed', content });
      }
      number += count;
    },
    async get(path: string, headers: Record<string, string> = {}) {
      const answer = await web.request(path, { headers });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
  };
}
