/** Tells staff of feeds that answer and bring nothing new, and of programs in which nobody publishes. */

import { localDate } from '../editions/schedule.js';
import { type History, historyDays, paceInWords, paceOf, silentSince } from '../feeds/silence.js';
import type { Feed, Program } from '../model.js';
import type { Database } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import { type FeedRow, feedRows } from '../store/feeds.js';
import { readFence } from '../store/fence.js';
import {
  type ArticlesOfDay,
  articlesByDay,
  endSilence,
  historyOf,
  putSilence,
  type SilenceRow,
  silences,
} from '../store/silence.js';
import { lasting } from './words.js';

export interface SilenceAlarmOptions {
  readonly database: Database;
  readonly feeds: readonly Feed[];
  readonly programs: readonly Program[];
  /** The newsroom's, an IANA zone. */
  readonly timezone: string;
  readonly now: () => Date;
}

/** What may be silent, as it was found. */
interface Found {
  readonly subject: SilenceRow['subject'];
  readonly history: History;
  /** Undefined where it is not silent. */
  readonly since: Date | undefined;
  readonly silent: string;
  readonly speaks: string;
}

/**
 * Looks at all feeds and programs of the config. Staff are told once of each that is silent, and of its
 * end, whichever process looks first. A feed counts up to the last time it was read: one that fails, or
 * that nobody polled, is not silent, and one that is silent stays so while it fails.
 */
export function createSilenceAlarm(options: SilenceAlarmOptions): () => Promise<void> {
  const { database, feeds, programs, timezone, now } = options;

  return async function look() {
    if (await readFence(database)) return;
    const since = new Date(now().getTime() - historyDays * 86_400_000);
    const [rows, articles, before] = await Promise.all([
      feedRows(database),
      articlesByDay(database, { since, timezone }),
      silences(database),
    ]);
    const found = findAll(rows, articles);
    for (const one of found) if (one.since) await begin(one, one.since);
    for (const row of before) {
      const one = found.find(({ subject }) => subject === row.subject);
      if (!one?.since && !isUnknown(row, rows)) await end(row, one);
    }
  };

  function findAll(rows: readonly FeedRow[], articles: readonly ArticlesOfDay[]): Found[] {
    const read = feeds.flatMap((feed) => {
      const row = rows.find(({ id }) => id === feed.id);
      return row?.lastSuccessAt && row.failures === 0
        ? [{ feed, row, until: row.lastSuccessAt }]
        : [];
    });
    const foundFeeds = read.map(({ feed, row, until }): Found => {
      const history = historyOf(articles, (day) => day.feed === feed.id);
      const begun = row.seededAt ?? until;
      const when = { until, today: localDate(until, timezone), begun };
      return {
        subject: `feed:${feed.id}`,
        history,
        since: silentSince(history, feed.silence ?? 'auto', when),
        silent: `The feed ${feed.id} answers, and brings nothing new`,
        speaks: `The feed ${feed.id} brings articles again`,
      };
    });
    const until = new Date(Math.max(...read.map((one) => one.until.getTime())));
    if (read.length === 0) return foundFeeds;
    const silentFeeds = foundFeeds.flatMap((one) => (one.since ? [one.subject] : []));
    const foundPrograms = programs.map((program): Found => {
      const its = articles.filter((day) => day.first && day.programs.includes(program.id));
      const history = historyOf(its, () => true);
      const when = { until, today: localDate(until, timezone), begun: until };
      // Where all feeds that brought its articles are silent, that was told already.
      const told = its.length > 0 && its.every(({ feed }) => silentFeeds.includes(`feed:${feed}`));
      return {
        subject: `program:${program.id}`,
        history,
        since: told ? undefined : silentSince(history, program.silence ?? 'auto', when),
        silent: `Nobody publishes in the program ${program.name}`,
        speaks: `There are articles in the program ${program.name} again`,
      };
    });
    return [...foundFeeds, ...foundPrograms];
  }

  /** Whether nothing can be said of a feed now, as it fails. */
  function isUnknown({ subject }: SilenceRow, rows: readonly FeedRow[]): boolean {
    return feeds.some(
      ({ id, silence }) =>
        subject === `feed:${id}` &&
        silence !== 'never' &&
        (rows.find((row) => row.id === id)?.failures ?? 0) > 0,
    );
  }

  async function begin(one: Found, since: Date): Promise<void> {
    const at = now();
    const { subject, history, silent } = one;
    const last = history.days.at(-1);
    const pace = last && paceOf(history, last.on);
    const usually = pace ? ` Usually there ${paceInWords(pace)}.` : '';
    const message = `${silent} for ${lasting(since, at)}.${usually} Look whether that is meant; where it is, set silence in the config.`;
    await database.transaction(async (tx) => {
      if (!(await putSilence(tx, { subject, since, noticedAt: at, message }))) return;
      const kind = subject.startsWith('feed:') ? 'feed.silent' : 'program.silent';
      await recordEvent(tx, { at, actor: 'schedule', kind, level: 'attention', subject, message });
    });
  }

  /** Where the config brought it to an end, there is nothing to tell. */
  async function end({ subject, since }: SilenceRow, one: Found | undefined): Promise<void> {
    const at = now();
    await database.transaction(async (tx) => {
      if (!(await endSilence(tx, subject))) return;
      const { lastAt } = one?.history ?? { lastAt: null };
      if (!one || !lastAt || lastAt <= since) return;
      const kind = subject.startsWith('feed:') ? 'feed.speaks' : 'program.speaks';
      const message = `${one.speaks}, after ${lasting(since, lastAt)}.`;
      await recordEvent(tx, { at, actor: 'schedule', kind, level: 'info', subject, message });
    });
  }
}
