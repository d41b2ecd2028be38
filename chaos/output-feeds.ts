/** Reads the output feeds as a feed reader does. */

import { parseFeed } from 'feedsmith';
import { eventually } from '../rig/child.js';
import type { Place, ServedFeed } from './facts.js';
import type { LedgerView } from './ledger.js';

/** The output feeds of articles, and what they carry. */
const carriers: readonly Place[] = [
  { name: 'all', programs: ['readers', 'wire'] },
  { name: 'readers', programs: ['readers'] },
  { name: 'wire', programs: ['wire'] },
];
const formats = ['rss', 'atom', 'json'] as const;

/** The feeds of articles in every format. Throws where one is not served, or cannot be parsed. */
export async function readOutputFeeds(webUrl: string): Promise<(Place & ServedFeed)[]> {
  const found = [];
  for (const place of carriers) {
    for (const format of formats) {
      const path = `/feeds/${place.name}.${format}`;
      found.push({ ...place, path, titles: await titlesOf(`${webUrl}${path}`) });
      // Those of digests have nothing in them here, but have to be served all the same.
      await titlesOf(`${webUrl}/feeds/${place.name}/digests.${format}`);
    }
  }
  return found;
}

/**
 * Looks at the output feeds right after the web was started again: what the ledger calls accepted has to
 * be there, once. Resolves to what is wrong; to nothing where the web was killed meanwhile.
 */
export async function complaintsAbout(webUrl: string, ledger: LedgerView): Promise<string[]> {
  const look = async () => {
    const said = await ledger.served();
    return { said, feeds: await readOutputFeeds(webUrl) };
  };
  const seen = await eventually(() => look().catch(() => undefined), {
    every: 100,
    within: 5_000,
    otherwise: 'The web is away again.',
  }).catch(() => undefined);
  if (!seen) return [];
  return seen.feeds.flatMap(({ name, path, titles }) =>
    seen.said
      .filter(({ address }) => address === name)
      .map(({ title }) => ({ title, times: titles.filter((one) => one === title).length }))
      .filter(({ times }) => times !== 1)
      .map(
        ({ title, times }) => `${path} served ${title} ${times} times after the web was killed.`,
      ),
  );
}

async function titlesOf(url: string): Promise<string[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}.`);
  const { feed } = parseFeed(text);
  const entries = 'entries' in feed ? feed.entries : 'items' in feed ? feed.items : [];
  return (entries ?? []).map(({ title }) =>
    typeof title === 'object' ? String(title.value) : String(title ?? ''),
  );
}
