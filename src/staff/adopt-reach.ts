/** What watching a feed over the last weeks would have sent, and to how many. Writes nothing. */

import { localDate } from '../editions/schedule.js';
import type { SurveyedArticle } from '../feeds/survey.js';
import type { Cadence, ChannelName, Program, ProgramId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { countAudience } from '../store/destinations.js';

/** The channels that bring something to somebody; output feeds are fetched. */
export type Reach = Readonly<Record<Exclude<ChannelName, 'rss'>, number>>;

/** Editions, and how many deliveries they would have been. */
export interface Meant {
  readonly editions: number;
  readonly deliveries: Reach;
}

export interface ProgramReach {
  readonly id: ProgramId;
  readonly name: string;
  /** Articles of the four weeks that belong to it. */
  readonly articles: number;
  /** Those who read it at each cadence. */
  readonly readers: Readonly<Record<Cadence, Reach>>;
}

export interface AdoptReach {
  readonly since: Date;
  /** Articles that bear a date since then. */
  readonly articles: number;
  /** Articles without a date, which are not counted. */
  readonly undated: number;
  /** Those that any of the articles belongs to, in the config's order. */
  readonly programs: readonly ProgramReach[];
  /** One per article, to those who read any of its programs at once. */
  readonly alerts: Meant;
  /** One per day, or week, with articles, to those who read any of their programs so. */
  readonly daily: Meant;
  readonly weekly: Meant;
}

const weeks = 4;
const day = 86_400_000;

/**
 * Counts with the readers of now. A digest that a reader would have got anyway, as other feeds filled it,
 * counts too: this feed would have been in it.
 */
export async function readReach(
  db: Queryable,
  articles: readonly SurveyedArticle[],
  options: { readonly programs: readonly Program[]; readonly timezone: string; readonly now: Date },
): Promise<AdoptReach> {
  const { programs, timezone, now } = options;
  const since = new Date(now.getTime() - weeks * 7 * day);
  const dated = articles.flatMap(({ publishedAt, programs: its }) =>
    publishedAt && publishedAt >= since && publishedAt <= now
      ? [{ publishedAt, programs: its }]
      : [],
  );
  const known = new Map<string, Promise<Reach>>();
  const audience = (of: readonly ProgramId[], cadence: Cadence): Promise<Reach> => {
    const key = `${cadence} ${[...of].sort().join(' ')}`;
    const counted = known.get(key) ?? countReach(db, of, cadence);
    known.set(key, counted);
    return counted;
  };
  const meant = async (cadence: Cadence, editions: readonly (readonly ProgramId[])[]) => {
    const deliveries = { email: 0, discord: 0 };
    for (const of of editions) {
      const { email, discord } = await audience(of, cadence);
      deliveries.email += email;
      deliveries.discord += discord;
    }
    return { editions: editions.length, deliveries };
  };
  const perPeriod = (period: (at: Date) => string | number) => {
    const together = new Map<string | number, Set<ProgramId>>();
    for (const { publishedAt, programs: its } of dated) {
      const key = period(publishedAt);
      together.set(key, new Set([...(together.get(key) ?? []), ...its]));
    }
    return [...together.values()].map((of) => [...of]);
  };
  const reached: ProgramReach[] = [];
  for (const { id, name } of programs) {
    const count = dated.filter((article) => article.programs.includes(id)).length;
    if (count === 0) continue;
    const [instant, daily, weekly] = [
      await audience([id], 'instant'),
      await audience([id], 'daily'),
      await audience([id], 'weekly'),
    ];
    reached.push({ id, name, articles: count, readers: { instant, daily, weekly } });
  }
  return {
    since,
    articles: dated.length,
    undated: articles.filter(({ publishedAt }) => !publishedAt).length,
    programs: reached,
    alerts: await meant(
      'instant',
      dated.map((article) => article.programs),
    ),
    daily: await meant(
      'daily',
      perPeriod((at) => localDate(at, timezone)),
    ),
    weekly: await meant(
      'weekly',
      perPeriod((at) => Math.floor((now.getTime() - at.getTime()) / (7 * day))),
    ),
  };
}

async function countReach(
  db: Queryable,
  programs: readonly ProgramId[],
  cadence: Cadence,
): Promise<Reach> {
  const { email = 0, discord = 0 } = await countAudience(db, programs, [cadence]);
  return { email, discord };
}
