/** Why an article or an edition would or would not go out: one sentence for each stage of its way. */

import { matchPrograms } from '../feeds/programs.js';
import type { ArticleContent, ChannelName, Feed, Program, ProgramId } from '../model.js';
import type { ArticleRow } from '../store/articles.js';
import type { Queryable } from '../store/database.js';
import { countAudience } from '../store/destinations.js';
import { heldFeeds } from '../store/holds.js';
import { type EditionOverview, recentEditions } from '../store/overview.js';
import { readPause } from '../store/pause.js';
import { carryingWindows } from '../store/previews.js';
import type { SentEdition } from '../store/resends.js';
import { closed, count } from '../templates/plain.js';

export interface Stage {
  readonly stage: 'seen' | 'programs' | 'release' | 'alerts' | 'digests' | 'edition' | 'sending';
  /** Full sentences. */
  readonly message: string;
  /** Whether it goes no further than here. */
  readonly stops: boolean;
}

export interface WhyTools {
  readonly programs: readonly Program[];
  readonly fallback: ProgramId;
  readonly feeds: readonly Feed[];
  /** A moment as staff read it. */
  readonly stamp: (at: Date) => string;
}

const nouns: readonly [ChannelName, string][] = [
  ['email', 'subscriber'],
  ['discord', 'Discord channel'],
  ['rss', 'output feed'],
];

function audience(perChannel: Partial<Record<ChannelName, number>>): string {
  const parts = nouns
    .filter(([channel]) => (perChannel[channel] ?? 0) > 0)
    .map(([channel, noun]) => count(perChannel[channel] ?? 0, noun));
  return parts.join(', ') || 'nobody';
}

export async function whyArticle(
  db: Queryable,
  tools: WhyTools,
  article: ArticleRow,
): Promise<Stage[]> {
  const { stamp } = tools;
  const revised =
    article.revision > 1
      ? ` It was revised since, and revision ${article.revision} came ${stamp(article.revisedAt)}.`
      : '';
  const feedHold = (await heldFeeds(db)).get(article.feedId);
  const feed = feedHold ? ` Staff hold the feed: ${closed(feedHold.reason)}` : '';
  return [
    {
      stage: 'seen',
      message: `It was seen ${stamp(article.seenAt)} in the feed ${article.feedId}.${revised}${feed}`,
      stops: false,
    },
    { stage: 'programs', message: whyPrograms(article, tools), stops: false },
    release(article, stamp),
    ...(await alerts(db, article, stamp)),
    await digests(db, article, stamp),
    ...(await sending(db, stamp)),
  ];
}

/** Each program with what brings the article into it. */
function whyPrograms({ content, feedId }: ArticleRow, tools: WhyTools): string {
  const feed = tools.feeds.find(({ id }) => id === feedId);
  return content.programs
    .map((id) => `${nameOf(id, tools.programs)}, ${whyProgram(content, id, feed, tools)}.`)
    .join(' ');
}

function whyProgram(
  { categories, url }: ArticleContent,
  id: ProgramId,
  feed: Feed | undefined,
  { programs, fallback }: WhyTools,
): string {
  const brings = (hints: { categories?: readonly string[]; url?: string }) => {
    const all = { categories: [], url: '', feedPrograms: [], ...hints };
    const found = matchPrograms(all, programs, fallback);
    return found.matched && found.programs.includes(id);
  };
  if (feed?.programs.includes(id)) return `as everything of the feed ${feed.id}`;
  const category = categories.find((one) => brings({ categories: [one] }));
  if (category !== undefined) return `for its category “${category}”`;
  if (brings({ url })) return 'for its address';
  return id === fallback
    ? 'as the fallback, since nothing matched'
    : 'as the config said when it was read';
}

const nameOf = (id: ProgramId, programs: readonly Program[]) =>
  programs.find((one) => one.id === id)?.name ?? id;

function release(article: ArticleRow, stamp: WhyTools['stamp']): Stage {
  const { state, holdReason, releaseAt, releasedAt } = article;
  const of = (message: string, stops: boolean): Stage => ({ stage: 'release', message, stops });
  switch (state) {
    case 'held':
      return of(
        `It is held: ${closed(holdReason ?? '')} It goes out after "broadsheet release ${article.id.slice(0, 8)}".`,
        true,
      );
    case 'seeded':
      return of(
        'It was there at the first poll of its feed: output feeds show it, and it is never sent.',
        true,
      );
    case 'waiting':
      return of(
        releaseAt
          ? `It waits in its undo window until ${stamp(releaseAt)}.`
          : 'It waits to be released.',
        true,
      );
    case 'released':
      return of(
        `It was released ${releasedAt ? stamp(releasedAt) : ''}.`.replace(' .', '.'),
        false,
      );
  }
}

async function alerts(
  db: Queryable,
  article: ArticleRow,
  stamp: WhyTools['stamp'],
): Promise<Stage[]> {
  const editions = await recentEditions(db, { article: article.id, limit: 50 });
  const frozen = editions.filter(({ kind }) => kind === 'alert');
  const of = (message: string, stops = false): Stage => ({ stage: 'alerts', message, stops });
  if (frozen.length > 0) return frozen.map((edition) => of(progress(edition, stamp)));
  if (article.state === 'seeded') return [of('Nobody gets an alert.')];
  if (article.state === 'released') {
    const goes = await countAudience(db, article.content.programs, ['instant']);
    return [
      of(
        audience(goes) === 'nobody'
          ? 'Nobody reads its programs instantly, so there is no alert.'
          : 'Its alerts are frozen as soon as a service comes by.',
      ),
    ];
  }
  const goes = await countAudience(db, article.content.programs, ['instant']);
  return [of(`Alerts would go to ${audience(goes)}.`)];
}

/** An edition that was frozen, and how far it has come. */
function progress(edition: EditionOverview, stamp: WhyTools['stamp']): string {
  const { id, language, createdAt, state, counts, failures } = edition;
  const each = Object.entries(counts).map(([channel, states]) => {
    const said = Object.entries(states ?? {}).map(([name, n]) => `${n} ${name}`);
    return `${channel} ${said.join(', ')}`;
  });
  const failed = Object.entries(failures).map(
    ([channel, why]) => ` It could not be rendered for ${channel}: ${why}`,
  );
  const list = state === 'assembling' ? ' Its list is still being written.' : '';
  const far = each.length > 0 ? each.join('; ') : 'nobody on its list';
  return `${id.slice(0, 8)} (${language}) was frozen ${stamp(createdAt)}: ${far}.${list}${failed.join('')}`;
}

/** Closes that are named one by one. */
const named = 4;

async function digests(
  db: Queryable,
  article: ArticleRow,
  stamp: WhyTools['stamp'],
): Promise<Stage> {
  const editions = await recentEditions(db, { article: article.id, limit: 1_000 });
  const sent = editions.filter(({ kind }) => kind === 'digest');
  const parts: string[] = [];
  if (sent.length > 0) {
    const ids = sent.slice(0, named).map(({ id }) => id.slice(0, 8));
    const more = sent.length > named ? ` and ${sent.length - named} more` : '';
    parts.push(`${count(sent.length, 'digest')} carried it: ${ids.join(', ')}${more}.`);
  }
  const open = await carryingWindows(db, article.id);
  const will = article.state === 'held' ? 'would' : 'will';
  const times = [...new Set(open.map(({ closesAt }) => closesAt.getTime()))];
  for (const time of times.slice(0, named)) {
    const at = open.filter(({ closesAt }) => closesAt.getTime() === time);
    const who = audience(Object.fromEntries(at.map(({ channel, count: n }) => [channel, n])));
    parts.push(`The digests of ${stamp(new Date(time))} ${will} carry it to ${who}.`);
  }
  if (times.length > named) {
    const rest = open.filter(({ closesAt }) => !times.slice(0, named).includes(closesAt.getTime()));
    const total = rest.reduce((sum, one) => sum + one.count, 0);
    parts.push(`Later ones ${will} carry it to ${count(total, 'more destination')}.`);
  }
  const message = parts.join(' ') || 'No digest has carried it, and no open window will.';
  return { stage: 'digests', message, stops: false };
}

/** What concerns everything that is sent. */
export async function sending(db: Queryable, stamp: WhyTools['stamp']): Promise<Stage[]> {
  const pause = await readPause(db);
  if (!pause) return [];
  const message = `All sending is paused by ${pause.actor} since ${stamp(pause.at)}: ${closed(pause.reason)} It goes on after "broadsheet resume".`;
  return [{ stage: 'sending', message, stops: true }];
}

/** An edition by itself: it is frozen, so only what staff stop can keep it. */
export async function whyEdition(
  db: Queryable,
  sent: SentEdition,
  stamp: WhyTools['stamp'],
): Promise<Stage[]> {
  const { edition, holdReason } = sent;
  const [article] = edition.sections[0]?.articles ?? [];
  const overview = article
    ? (await recentEditions(db, { article: article.id, limit: 1_000 })).find(
        ({ id }) => id === edition.id,
      )
    : undefined;
  const held =
    holdReason === null
      ? ''
      : ` It is held: ${closed(holdReason)} It goes on after "broadsheet release ${edition.id.slice(0, 8)}".`;
  const corrects = edition.corrects
    ? ` It corrects what was sent ${stamp(new Date(edition.corrects))}.`
    : '';
  const far = overview ? progress(overview, stamp) : `${edition.id.slice(0, 8)} is frozen.`;
  return [
    { stage: 'edition', message: `${far}${corrects}${held}`, stops: holdReason !== null },
    ...(await sending(db, stamp)),
  ];
}
