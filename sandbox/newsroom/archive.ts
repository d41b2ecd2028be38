/** What the newsroom has published and when: kept in one file, so that a restart goes on. */

import type { Instant } from '../../src/model.js';
import { readJson, writeDurably } from '../files.js';
import { articleNumber, OPENING_ARTICLES, type WrittenArticle } from './articles/index.js';

const HOUR = 3_600_000;
/** How long before the first start the opening articles came out, in hours. */
const OPENING_AGES = [790, 622, 435, 269, 124, 27] as const;

export interface IssuedArticle extends WrittenArticle {
  /** 0 for the first. */
  readonly number: number;
  readonly publishedAt: Instant;
}

export interface Archive {
  /** Newest first. */
  articles(): readonly IssuedArticle[];
  /** Publishes the next article; on disk before it resolves. Calls at the same time take turns. */
  publish(): Promise<IssuedArticle>;
}

/** Opens the archive in `file`, or starts it with the opening articles, dated before `now`. */
export async function openArchive(file: string, now: () => Date): Promise<Archive> {
  let dates = parseDates(await readJson(file), file);
  if (!dates) {
    const opened = now().getTime();
    dates = OPENING_AGES.slice(-OPENING_ARTICLES).map((hours) =>
      new Date(opened - hours * HOUR).toISOString(),
    );
    await save(file, dates);
  }
  let issued = dates.map((publishedAt, number) => ({
    ...articleNumber(number),
    number,
    publishedAt,
  }));
  let turn: Promise<unknown> = Promise.resolve();

  async function publishNext(): Promise<IssuedArticle> {
    const number = issued.length;
    const next = { ...articleNumber(number), number, publishedAt: now().toISOString() };
    const all = [...issued, next];
    await save(
      file,
      all.map((article) => article.publishedAt),
    );
    issued = all;
    return next;
  }
  return {
    articles: () => issued.toReversed(),
    publish() {
      const mine = turn.then(publishNext);
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

function save(file: string, published: readonly Instant[]): Promise<void> {
  return writeDurably(file, `${JSON.stringify({ published }, null, 2)}\n`);
}

function parseDates(state: unknown, file: string): Instant[] | undefined {
  if (state === undefined) return undefined;
  const dates = (state as { published?: unknown } | null)?.published;
  const isDate = (date: unknown) => typeof date === 'string' && !Number.isNaN(Date.parse(date));
  if (!Array.isArray(dates) || !dates.every(isDate)) {
    throw new Error(
      `${file} is not the newsroom's archive. Delete it to open the newsroom afresh.`,
    );
  }
  return dates;
}
