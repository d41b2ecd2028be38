/** The output feeds of the config, answered from the ledger. */

import type { Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import type { Instant, Program } from './model.js';
import {
  archivedArticles,
  currentArticles,
  type PublicArticle,
  stateOf,
} from './store/article-feeds.js';
import type { Database } from './store/database.js';
import { publicDigests } from './store/digest-feeds.js';
import { madeAt } from './store/migrate.js';
import { digestItem } from './templates/feeds/digest.js';
import type { OutputItem } from './templates/feeds/output-feed.js';
import { strings } from './templates/strings/index.js';
import type { OutputFeedFace, OutputFeedView, WebDeps } from './web/deps.js';

/** What an output feed shows. */
type Shown = Omit<OutputFeedView, keyof OutputFeedFace>;

type Which = NonNullable<Parameters<WebDeps['outputFeed']>[1]>;

interface FeedOfConfig {
  readonly face: OutputFeedFace;
  show(which: Which): Promise<Shown | undefined>;
}

/** For all and for each program: a feed of articles, and one of digests. */
export function createPublicFeeds(
  config: Pick<Config, 'newsroom' | 'programs' | 'outputFeeds'>,
  database: Database,
  links: Pick<Links, 'edition'>,
): Pick<WebDeps, 'outputFeed' | 'outputFeeds'> {
  const { newsroom, programs } = config;
  const limit = config.outputFeeds.items;
  const names = new Map(programs.map(({ id, name }) => [id, name]));
  const t = strings(newsroom.language).outputFeed;

  function feedsOf(program?: Program): { title: string; feeds: FeedOfConfig[] } {
    const id = program?.id ?? 'all';
    const title = program ? `${newsroom.name}: ${program.name}` : newsroom.name;
    const description = program?.description ?? t.articles(newsroom.name);
    const digests = { id: `${id}/digests`, title: t.digests(title) };
    return {
      title: program?.name ?? newsroom.name,
      feeds: [
        { face: { id, title, description }, show: (which) => articles(program, which) },
        {
          face: { ...digests, description: t.aboutDigests(title) },
          // These have no archives, and nobody knows how they were.
          show: async ({ archive, asOf }) => (archive || asOf ? undefined : editions(digests.id)),
        },
      ],
    };
  }

  async function articles(
    of: Program | undefined,
    { archive, asOf }: Which,
  ): Promise<Shown | undefined> {
    const program = of?.id;
    const found = archive
      ? await archivedArticles(database, { program, archive })
      : await currentArticles(database, { program, limit, asOf });
    if (!found) return undefined;
    const { articles: rows, ...archives } = found;
    return {
      ...archives,
      ...(!archive && { state: stateOf(rows) }),
      items: rows.map(articleItem),
      changedAt: await latest(rows.flatMap(({ releasedAt, revisedAt }) => [releasedAt, revisedAt])),
    };
  }

  function articleItem({ id, content, order, releasedAt, revisedAt }: PublicArticle): OutputItem {
    return {
      id,
      content,
      releasedAt: releasedAt.toISOString(),
      updatedAt: momentOfItsOwn(revisedAt, order),
      programNames: content.programs.map((one) => names.get(one) ?? one),
    };
  }

  async function editions(outputFeed: string): Promise<Shown> {
    const rows = await publicDigests(database, { outputFeed, limit });
    return {
      items: rows.map(({ edition, closedAt }) =>
        digestItem(edition, {
          url: links.edition(edition.id),
          closedAt: closedAt.toISOString(),
          timezone: newsroom.timezone,
        }),
      ),
      changedAt: await latest(rows.map(({ shownAt }) => shownAt)),
    };
  }

  /** A feed of nothing has stood as it is since the ledger was made. */
  async function latest(moments: readonly Date[]): Promise<Instant> {
    const times = moments.map((moment) => moment.getTime());
    const last = times.length > 0 ? new Date(Math.max(...times)) : await madeAt(database);
    return last.toISOString();
  }

  const groups = [feedsOf(), ...programs.map(feedsOf)];
  const byId = new Map(groups.flatMap(({ feeds }) => feeds.map((feed) => [feed.face.id, feed])));
  return {
    outputFeeds: groups.map(({ title, feeds }) => ({
      title,
      feeds: feeds.map(({ face }) => face),
    })),
    async outputFeed(id, which = {}) {
      const feed = byId.get(id);
      const shown = await feed?.show(which);
      return feed && shown && { ...feed.face, ...shown };
    },
  };
}

/**
 * One poll stores many articles in the same millisecond. The place in the order of release makes
 * microseconds of it, so that the moment depends on no other article.
 */
function momentOfItsOwn(moment: Date, order: number): Instant {
  const micros = String(order % 1000).padStart(3, '0');
  return moment.toISOString().replace('Z', `${micros}Z`);
}
