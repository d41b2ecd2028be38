/** Plays the states that feeds go through to the real watcher and ledger, and tells what would be sent. */

import type { Fetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import type { Feed } from '../../src/model.js';
import { type ArticleRow, recentArticles } from '../../src/store/articles.js';
import type { Database } from '../../src/store/database.js';
import { createWatch } from '../../src/workers/watch.js';
import { later, programs } from '../support/ledger.js';

export interface Item {
  readonly guid?: string | undefined;
  readonly url?: string | undefined;
  readonly title: string;
  readonly text?: string | undefined;
  /** Any date that a feed may hold. */
  readonly date?: string | undefined;
  readonly author?: string | undefined;
}

/** What a feed answers: its items, the first on top, or any other document. */
export type Document = readonly Item[] | string;

export interface State {
  /** By the feed's id; a feed that is not named is not polled. */
  readonly feeds: Readonly<Record<string, Document>>;
  /** Days since the state before; an hour where not given. */
  readonly after?: number;
}

export interface Outcome {
  /** Titles, in the order in which they were seen. */
  readonly sent: readonly string[];
  /** Titles and reasons. */
  readonly held: readonly (readonly [string, string])[];
  /** How many articles were stored without being sent. */
  readonly seeded: number;
  /** Revisions beyond the first of each article. */
  readonly edits: number;
}

const words =
  `canal district water rule council river court budget school bridge archive market border energy
   teacher winter harvest railway museum election garden glacier minister library doctor engine valley
   village lawyer journal measure ferry copper island orchard pension senate treaty village workshop`.split(
    /\s+/,
  );

/** A text of its own for each name: nobody else's, and always the same. */
export function textOf(name: string, length = 60): string {
  let state = [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  const draw = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return words[(state >>> 8) % words.length];
  };
  return `${Array.from({ length }, draw).join(' ')}.`;
}

export function rss(items: readonly Item[]): string {
  const tag = (name: string, text: string | undefined) =>
    text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`;
  const shown = items.map(
    ({ guid, url, title, text, date, author }) =>
      `<item>${tag('title', title)}${tag('link', url)}${guid === undefined ? '' : `<guid isPermaLink="false">${escapeXml(guid)}</guid>`}${tag('pubDate', date)}${tag('description', text)}${tag('dc:creator', author)}<category>SPP</category></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Newsroom</title><link>https://newsroom.test/</link><description>News</description>${shown.join('\n')}</channel></rss>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}

export interface Stage {
  /** Empties the ledger. */
  clear(): Promise<void>;
  /** Lets the watcher read a feed, which answers with a document or, where there is none, not at all. */
  poll(feed: string, answer: Document | undefined, at: Date): Promise<void>;
  /** All articles, in the order in which they were seen. */
  articles(): Promise<readonly ArticleRow[]>;
  /** Plays the states to an empty ledger, and reads what became of the articles. */
  play(states: readonly State[]): Promise<Outcome>;
  close(): Promise<void>;
}

/** @param database a ledger that nobody else writes to */
export function openStage(database: Database): Stage {
  const reader = createReader();
  let answer: Document | undefined;
  let now = later(0);
  const fetcher: Fetcher = {
    async get({ url }) {
      if (answer === undefined) return { kind: 'failed', reason: 'The site is away.' };
      const body = Buffer.from(typeof answer === 'string' ? answer : rss(answer));
      const headers = { contentType: 'application/rss+xml' };
      return { kind: 'ok', url, status: 200, headers, body };
    },
    post: () => Promise.reject(new Error('Nobody is asked anything here.')),
    close: async () => {},
  };
  const stage: Stage = {
    async clear() {
      await database.query(
        'truncate feeds, articles, article_aliases, revisions, events, host_pauses cascade',
      );
    },
    async poll(feed, document, at) {
      [answer, now] = [document, at];
      await watcher(feed)({ feedId: feed, forced: true });
    },
    articles: async () => (await recentArticles(database, { limit: 10_000 })).toReversed(),
    async play(states) {
      await stage.clear();
      let seconds = 0;
      for (const { feeds, after } of states) {
        seconds += after === undefined ? 3_600 : after * 86_400;
        for (const [id, shown] of Object.entries(feeds))
          await stage.poll(id, shown, later(seconds));
      }
      const articles = await stage.articles();
      const of = (state: ArticleRow['state']) => articles.filter((one) => one.state === state);
      return {
        sent: of('waiting').map(({ content }) => content.title),
        held: of('held').map(({ content, holdReason }) => [content.title, holdReason ?? '']),
        seeded: of('seeded').length,
        edits: articles.reduce((sum, { revision }) => sum + revision - 1, 0),
      };
    },
    close: () => reader.close(),
  };
  return stage;

  function watcher(id: string) {
    const feed: Feed = {
      id,
      url: `https://newsroom.test/${id}`,
      programs: [],
      every: 900,
      everyWhenQuiet: 900,
      everyWhenPushed: 900,
      websub: 'never',
      longestWait: 86_400,
      own: true,
      fullText: 'never',
      allowPrivate: true,
      burst: 10,
    };
    return createWatch({
      ...{ database, fetcher, reader, feeds: [feed], programs, fallback: 'eep' },
      releaseAfter: 600,
      now: () => now,
      random: () => 0,
      signal: new AbortController().signal,
      onFresh: async () => {},
    });
  }
}
