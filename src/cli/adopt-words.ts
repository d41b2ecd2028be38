/** How the preview of a feed is told at the terminal. */

import { feedLines } from '../config/add-feed.js';
import type { Program } from '../model.js';
import type { AdoptPlan } from '../staff/adopt.js';
import type { Meant } from '../staff/adopt-reach.js';
import { oneLine } from '../templates/plain.js';
import { paceSentence } from './feed-words.js';
import type { Output } from './output.js';
import { plural, stamp } from './words.js';

const foundHow = {
  itself: 'It is the address that was given.',
  named: 'The page names it.',
  linked: 'The page links to it.',
  guessed: 'The page names none; this is where feeds often are.',
} as const;

/** Lines of one kind that are spelt out. */
const most = 12;

export function showAdoption(
  plan: AdoptPlan,
  output: Output,
  { programs, timezone }: { readonly programs: readonly Program[]; readonly timezone: string },
): void {
  const { found, alternatives, others, survey } = plan;
  const heading = (text: string) => {
    output.line();
    output.line(output.paint('bold', text));
  };
  output.line(output.paint('bold', oneLine(found.parsed.title ?? 'A feed without a title')));
  output.line(`${found.url}  (${foundHow[found.how]})`);
  for (const { url, parsed } of alternatives) {
    output.line(
      `Also there: ${url}  (${oneLine(parsed.title ?? '')}, ${entries(parsed.entries.length)})`,
    );
  }
  for (const { url, reason } of others) {
    // A site is no feed, which is why its feeds were looked for.
    if (found.how === 'itself' || url !== others[0]?.url) output.note(`No feed: ${url}: ${reason}`);
  }

  heading('What it holds');
  for (const line of holdings(plan, timezone)) output.line(line);

  heading('Which programs it is for');
  if (survey.categories.length === 0) output.line('Its entries have no categories.');
  else {
    output.table(
      [
        { header: 'CATEGORY', narrow: 'first' },
        { header: 'ENTRIES', align: 'right' },
        { header: 'PROGRAM' },
      ],
      survey.categories
        .slice(0, 2 * most)
        .map(({ name, entries: count, programs: its }) => [
          name,
          String(count),
          its.join(', ') || 'none',
        ]),
    );
    rest(survey.categories.length - 2 * most, 'category', 'categories');
  }
  output.line(
    survey.unmatched === 0
      ? 'Every entry matches a program.'
      : `${entries(survey.unmatched)} of ${survey.articles.length} match no program, and would go to the fallback. Their pages, which were not read for this, may still name one.`,
  );
  aliases();

  heading('What watching it would have sent in the last four weeks');
  reach();

  heading('What happens when it is added');
  output.line(firstPoll[plan.firstPoll](survey.articles.length - plan.known.length));
  known();

  if (plan.already) {
    output.line(output.paint('yellow', `It is watched already, as the feed ${plan.already}.`));
  } else {
    heading('The block for "feeds" in the config');
    for (const line of feedLines(plan.block)) output.line(`  ${line}`);
  }

  function rest(count: number, noun: string, many?: string): void {
    if (count > 0) output.line(`… and ${plural(count, noun, many)} more`);
  }

  function aliases(): void {
    const lacking = survey.categories.filter((category) => category.programs.length === 0);
    for (const { id, aliases: own } of programs) {
      const similar = lacking.filter((category) => category.similar === id);
      if (similar.length === 0) continue;
      const all = [...own, ...similar.map(({ name }) => name)];
      output.line(`Perhaps these are ${id}'s. Then give it in the config:`);
      output.line(`    aliases: ${JSON.stringify(all).replaceAll('","', '", "')}`);
    }
    const foreign = lacking
      .filter(({ similar }) => similar === null)
      .map(({ name }) => `"${name}"`);
    if (foreign.length === 0) return;
    const more = foreign.length > most ? ', …' : '';
    output.line(
      `Add to the aliases of a program what of these belongs to it: ${foreign.slice(0, most).join(', ')}${more}`,
    );
  }

  function reach(): void {
    const { articles, undated, programs: reached, alerts, daily, weekly } = plan.reach;
    if (undated > 0) output.line(`${entries(undated)} without a date are not counted.`);
    if (articles === 0) {
      output.line('Nothing: no entry bears a date of these weeks.');
      return;
    }
    const right = { align: 'right' } as const;
    output.table(
      [
        { header: 'PROGRAM', narrow: 'first' },
        { header: 'ARTICLES', ...right },
        { header: 'READERS AT ONCE', ...right },
        { header: 'DAILY', ...right },
        { header: 'WEEKLY', ...right },
      ],
      reached.map(({ name, articles: count, readers: by }) => [
        name,
        ...[count, total(by.instant), total(by.daily), total(by.weekly)].map(String),
      ]),
    );
    const meant: [Meant, string][] = [
      [alerts, 'alert'],
      [daily, 'daily digest'],
      [weekly, 'weekly digest'],
    ];
    for (const [{ editions, deliveries }, what] of meant) {
      const count = total(deliveries);
      if (count === 0) continue;
      output.line(
        `${plural(editions, what)}: ${plural(count, 'delivery', 'deliveries')}, ${waysOf(deliveries)}.`,
      );
    }
    if (meant.every(([{ deliveries }]) => total(deliveries) === 0)) {
      output.line('Nothing: nobody reads these programs yet.');
    }
  }

  function known(): void {
    if (plan.known.length === 0) return;
    output.line(
      `${plural(plan.known.length, 'article')} of it ${plan.known.length === 1 ? 'is' : 'are'} known already, and never sent again:`,
    );
    for (const { title, feedId } of plan.known.slice(0, most))
      output.line(`  ${oneLine(title)}  (${feedId})`);
    rest(plan.known.length - most, 'article');
  }
}

/** Said of as many entries as the ledger does not know. */
const firstPoll: Readonly<Record<AdoptPlan['firstPoll'], (count: number) => string>> = {
  seed: (count) =>
    count === 0
      ? 'The first poll stores nothing, as all of it is known. Only what comes later goes out.'
      : `The first poll stores ${plural(count, 'entry', 'entries')} for the output feeds, and sends nothing. Only what comes later goes out.`,
  hold: () =>
    'The ledger knows a feed of this id: what it has not seen is held for staff, as it is much at once.',
  pass: () =>
    'The ledger knows a feed of this id and address: what it has not seen goes out at the next poll. Give it another --id to begin silently.',
};

function holdings({ survey, pace, found }: AdoptPlan, timezone: string): string[] {
  const { articles, from, to, languages, fullTexts, images, authors, guids } = survey;
  const count = articles.length;
  const dates =
    from && to ? `, from ${stamp(from, timezone)} to ${stamp(to, timezone)}` : ', without dates';
  const teasers =
    fullTexts === count
      ? 'All have the full text.'
      : `${fullTexts} with the full text; the pages of the others are fetched for it.`;
  const named = Object.entries(languages).map(([language, of]) => `${of} ${language}`);
  const { note, parser } = found.parsed;
  return [
    `${entries(count)}${count > 0 ? dates : ''}.`,
    ...(count === 0 ? [] : [paceSentence(pace), teasers]),
    ...(count === 0
      ? []
      : [`Languages: ${named.join(', ')}. With a picture: ${images}. With an author: ${authors}.`]),
    ...guidSentences(guids),
    ...(note ? [`Read by ${parser}. ${note}`] : []),
  ];
}

function guidSentences({ missing, repeated, changed }: AdoptPlan['survey']['guids']): string[] {
  const found = [
    ...(missing > 0 ? [`${entries(missing)} without a guid are known by their address.`] : []),
    ...(repeated > 0
      ? [`${plural(repeated, 'guid')} for several entries: there the address tells them apart.`]
      : []),
    ...(changed
      ? [
          `${plural(changed, 'guid')} changed between two readings: the addresses tell what is new. Tell the newsroom.`,
        ]
      : []),
  ];
  return found.length > 0 ? found : ['Each entry has a guid of its own that stays.'];
}

function entries(count: number): string {
  return plural(count, 'entry', 'entries');
}

function waysOf({ email, discord }: Meant['deliveries']): string {
  const ways = [email > 0 ? `${email} by e-mail` : '', discord > 0 ? `${discord} to Discord` : ''];
  return ways.filter(Boolean).join(' and ');
}

function total({ email, discord }: Meant['deliveries']): number {
  return email + discord;
}
