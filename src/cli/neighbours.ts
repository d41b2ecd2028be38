/** What the commands ask of the world beyond the terminal, so that a test can stand in for it. */

import { join } from 'node:path';
import type { Config, Environment } from '../config/config.js';
import type { ParsedFeed } from '../feeds/entry.js';
import type { Fetcher } from '../feeds/fetch.js';
import type { Reader } from '../feeds/reader.js';
import type { Log } from '../ledger.js';
import type { Feed, Finding } from '../model.js';
import type { Check } from './checks.js';

/** What a feed says of itself. */
export interface FeedFacts {
  /** Its address, where a site was asked for that names it. */
  readonly url?: string;
  readonly title?: string;
  readonly language?: string;
}

export interface Neighbours {
  /** Everything that `check` tries. */
  checks(config: Config, environment: Environment): Promise<readonly Check[]>;
  /** Finds the feed at an address, or that of a site, for `init`. Throws an error that says why it cannot. Where it is not given, `init` does not look. */
  probe?(url: URL, options: { readonly allowPrivate: boolean }): Promise<FeedFacts>;
  /** Opens a file in the browser. Rejects with a full sentence where it cannot. */
  open(file: string): Promise<void>;
}

/** The real ones, each loaded when it is asked. */
export const realNeighbours: Neighbours = {
  async checks(config, environment) {
    return [
      { subject: 'database and queue', run: () => checkLedger(config, environment) },
      { subject: 'DATA_DIR', run: async () => [await checkDataDir(environment)] },
      ...(await channelChecks(config, environment)),
      { subject: 'staff', run: async () => [checkStaff(config)] },
      ...config.feeds.map((feed) => ({ subject: `feed ${feed.id}`, run: () => checkFeed(feed) })),
    ];
  },
  probe: (url, { allowPrivate }) => findFeed(url.href, allowPrivate),
  open: async (file) => (await import('./open.js')).openInBrowser(file),
};

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Opens the ledger and the queue as a service would. */
async function checkLedger(config: Config, env: Environment): Promise<Finding[]> {
  const { openLedger } = await import('../ledger.js');
  const ledger = await openLedger({ config, env, log: silent, now: () => new Date() });
  try {
    const { rows } = await ledger.database.query('show server_version');
    const queue = await ledger.queue();
    await queue.check();
    const found = await queue.examine();
    const where = env.databaseUrl ? 'DATABASE_URL' : `the embedded one in ${env.dataDir}`;
    return [
      {
        subject: 'database',
        level: 'ok',
        message: `PostgreSQL ${rows[0].server_version} answers (${where}), and its secret is the right one.`,
      },
      ...found,
    ];
  } finally {
    await ledger.close();
  }
}

/** Whether what is kept outside the database can be: the marks, and the journal of who leaves. */
async function checkDataDir({ dataDir }: Environment): Promise<Finding> {
  const subject = 'DATA_DIR';
  const { mkdir, mkdtemp, rm, writeFile } = await import('node:fs/promises');
  try {
    await mkdir(dataDir, { recursive: true });
    const trial = await mkdtemp(join(dataDir, 'check-'));
    try {
      await writeFile(join(trial, 'trial'), 'Written by "broadsheet check".');
    } finally {
      await rm(trial, { recursive: true });
    }
    return {
      subject,
      level: 'ok',
      message: `What is kept outside the database goes to ${dataDir}.`,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `${dataDir} cannot be written (${code}), so a restored backup would not be recognised, and not know who has left. Make it a directory of the user that Broadsheet runs as, with room.`;
    return { subject, level: 'error', message };
  }
}

async function channelChecks(config: Config, env: Environment): Promise<Check[]> {
  const [{ channelNames, createChannel }, { createLinks }, { deriveKeys }] = await Promise.all([
    import('../channels/registry.js'),
    import('../app.js'),
    import('../subscribers/keys.js'),
  ]);
  // Nothing is sent, so no link is made and no key is used.
  const keys = { ...deriveKeys(''), returnPath: () => 'check' };
  const links = createLinks(env.publicUrl ?? '', keys);
  return channelNames.map((name) => ({
    subject: name,
    async run() {
      const now = () => new Date();
      const isPublic = async () => true;
      const onServed = async () => {};
      const channel = createChannel(name, { config, env, links, keys, isPublic, onServed, now });
      try {
        return await channel.check();
      } finally {
        await channel.close();
      }
    },
  }));
}

/** Whether anybody is told of what needs somebody. Their Discord channel is tried with the others. */
function checkStaff({ staff }: Config): Finding {
  const { length } = staff.mail;
  const ways = [
    ...(length > 0 ? [`by mail to ${length} ${length === 1 ? 'address' : 'addresses'}`] : []),
    ...(staff.discordChannel ? ['in their Discord channel'] : []),
  ];
  const subject = 'staff';
  if (ways.length > 0) {
    return {
      subject,
      level: 'ok',
      message: `They are told of what needs them ${ways.join(' and ')}.`,
    };
  }
  const message =
    'Nobody is told when something needs them, and only "broadsheet status" shows it. Name addresses under staff.mail.';
  return { subject, level: 'warning', message };
}

async function checkFeed(feed: Feed): Promise<Finding[]> {
  const subject = `feed ${feed.id}`;
  try {
    const { title, entries } = await readFeed(feed.url, feed.allowPrivate);
    const message = `“${title ?? feed.url}” has ${entries} entries.`;
    return [{ subject, level: 'ok', message }];
  } catch (error) {
    return [{ subject, level: 'error', message: (error as Error).message }];
  }
}

/** Fetches and parses a feed as the watcher would, and stores nothing. */
function readFeed(
  url: string,
  allowPrivate: boolean,
): Promise<FeedFacts & { readonly entries: number }> {
  return withReader(async ({ fetcher, reader }) => {
    const answer = await fetcher.get({ url, allowPrivate, accept: 'feed' });
    if (answer.kind !== 'ok') {
      throw new Error(
        answer.kind === 'failed' ? answer.reason : `${url} answered that it is gone.`,
      );
    }
    const { whyNoFeed } = await import('../feeds/discover.js');
    const feed = await reader
      .readFeed(answer.body, answer.headers.contentType, answer.url)
      .catch(async (error) => {
        throw new Error(await whyNoFeed(error, answer, reader));
      });
    return { entries: feed.entries.length, ...factsOf(feed) };
  });
}

/** The same for the best feed of a site, where the address is a page. */
function findFeed(url: string, allowPrivate: boolean): Promise<FeedFacts> {
  return withReader(async (tools) => {
    const { discover } = await import('../feeds/discover.js');
    const { feeds, others } = await discover(url, { ...tools, allowPrivate });
    const [found] = feeds;
    if (!found) throw new Error(others[0]?.reason);
    return { ...(found.how !== 'itself' && { url: found.url }), ...factsOf(found.parsed) };
  });
}

function factsOf({ title, language }: ParsedFeed): FeedFacts {
  return { ...(title && { title }), ...(language && { language }) };
}

async function withReader<Result>(
  work: (tools: { readonly fetcher: Fetcher; readonly reader: Reader }) => Promise<Result>,
): Promise<Result> {
  const [{ createFetcher }, { createReader }] = await Promise.all([
    import('../feeds/fetch.js'),
    import('../feeds/reader.js'),
  ]);
  const fetcher = createFetcher();
  const reader = createReader();
  try {
    return await work({ fetcher, reader });
  } finally {
    await reader.close();
    await fetcher.close();
  }
}
