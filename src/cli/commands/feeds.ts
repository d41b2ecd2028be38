import { maskUrl } from '../../config/mask-url.js';
import type { FeedHealth, FeedInDetail } from '../../staff/feeds.js';
import { oneLine } from '../../templates/plain.js';
import { articlesTable } from '../articles-table.js';
import { exitCodes } from '../exit.js';
import {
  moveSentence,
  nextPoll,
  paceSentence,
  perWeek,
  stateInShort,
  whatIsWrong,
} from '../feed-words.js';
import { feedsNamed } from '../find-feed.js';
import type { Register } from '../main.js';
import { wrap } from '../output.js';
import { ago, since } from '../words.js';

const health =
  '{ "id", "url", "title", "state": "never polled" | "works" | "fails" | "gone" | "put off" | "silent", "failures", "lastOutcome", "silence": { "since", "message" } or null, "putOffUntil", "goneAt", "hold": { "at", "reason" } or null, "held", "pace": { "perWeek", "usualGap": days or null } or null, "lastPollAt", "lastSuccessAt", "lastNewAt", "nextPollAt", "nextPollReason", "moved": { "movedTo", "moving": { "to", "times", "since" } or null }, "parser", "parserNote", "hubs": [{ "hub", "topic", "leaseUntil", "askAt", "outcome", "pushes", "discarded", "trusted" }] }';

/** `broadsheet feeds`: how each feed is, and when and why it is polled next. */
export const feeds: Register = ({ command, exits, io, output }) => {
  command('feeds', {
    summary:
      "Show each feed's health, how often it brings articles, and its next poll with the reason for it; or one feed in detail.",
    examples: ['broadsheet feeds', 'broadsheet feeds main', 'broadsheet feeds --json'],
    json: `[${health}]; with a feed that one, with "articles": [{ "id", "title", "seenAt", "state", "programs" }] and "events": [{ "at", "actor", "kind", "level", "subject", "message" }]`,
  })
    // Else it would take the options of "feeds adopt" for its own.
    .enablePositionalOptions()
    .argument('[feed]', "a feed's id; all feeds where it is left out")
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (id: string | undefined, options: { config?: string; json?: boolean }) => {
        const { withLedger } = await import('../ledger.js');
        const { readFeed, readFeeds } = await import('../../staff/feeds.js');
        return withLedger(io, options, async ({ database, config, now: clock }) => {
          const now = clock();
          const { timezone } = config.newsroom;
          const named = feedsNamed(config, id);
          const [first] = named;
          if (id !== undefined && first) {
            const found = await readFeed(database, first, { timezone, now });
            if (options.json) output.json(lean(found));
            else showOne(found, now);
          } else {
            const found = await readFeeds(database, { feeds: named, timezone, now });
            if (options.json) output.json(found);
            else showAll(found, now);
          }
          return exitCodes.done;
        });
      }),
    );

  function lean({ articles, ...rest }: FeedInDetail) {
    return {
      ...rest,
      articles: articles.map(({ id, seenAt, state, content }) => {
        const { title, programs } = content;
        return { id, title, seenAt, state, programs };
      }),
    };
  }

  function paintOf({ state, hold }: FeedHealth): 'red' | 'yellow' | 'green' {
    if (state === 'fails' || state === 'gone') return 'red';
    return state === 'works' && !hold ? 'green' : 'yellow';
  }

  function showAll(found: readonly FeedHealth[], now: Date): void {
    output.table(
      [
        { header: 'FEED' },
        { header: 'HEALTH' },
        { header: 'A WEEK', align: 'right' },
        { header: 'LAST NEW' },
        { header: 'NEXT POLL' },
        { header: 'WHY THEN', narrow: 'wrap' },
      ],
      found.map((feed) => [
        feed.id,
        stateInShort(feed),
        perWeek(feed.pace),
        ago(feed.lastNewAt, now),
        nextPoll(feed, now),
        feed.nextPollReason ?? '',
      ]),
    );
    const wrong = found.flatMap((feed) =>
      whatIsWrong(feed, now).map((sentence) => output.paint(paintOf(feed), sentence)),
    );
    if (wrong.length > 0) output.line();
    for (const sentence of wrong) output.line(sentence);
  }

  function showOne(feed: FeedInDetail, now: Date): void {
    output.line(`${output.paint('bold', feed.id)}${feed.title ? `  ${oneLine(feed.title)}` : ''}`);
    output.line(maskUrl(feed.url));
    const wrong = whatIsWrong(feed, now);
    for (const sentence of wrong) output.line(output.paint(paintOf(feed), sentence));
    output.line();
    const next = `${nextPoll(feed, now)}${feed.nextPollReason ? `: ${feed.nextPollReason}` : ''}`;
    const facts: [string, string | null | undefined][] = [
      ['health', stateInShort(feed)],
      [
        'last poll',
        `${ago(feed.lastPollAt, now)}${feed.lastOutcome ? `: ${feed.lastOutcome}` : ''}`,
      ],
      ['last worked', ago(feed.lastSuccessAt, now)],
      ['last new', ago(feed.lastNewAt, now)],
      ['rhythm', paceSentence(feed.pace)],
      ['next poll', next],
      ['moved', moveSentence(feed, now)],
      ['parser', feed.parserNote ? `${feed.parser}: ${feed.parserNote}` : feed.parser],
      ...feed.hubs.map((hub): [string, string] => ['WebSub', hubSentence(hub, now)]),
    ];
    for (const [name, value] of facts) if (value) fact(name, value);
    if (feed.articles.length > 0) {
      output.line();
      articlesTable(output, feed.articles, now);
    }
    if (feed.events.length > 0) output.line();
    for (const { at, actor, message } of feed.events) {
      const who = actor === 'schedule' ? '' : `, ${actor}`;
      output.line(`${output.paint('dim', `${ago(at, now)}${who}:`)} ${message}`);
    }
  }

  function hubSentence(
    { hub, leaseUntil, outcome, pushes, discarded, trusted }: FeedHealth['hubs'][number],
    now: Date,
  ): string {
    const lease = leaseUntil
      ? `confirmed, to be renewed before its end ${since(leaseUntil, now)}`
      : 'not confirmed';
    const told = `${pushes} pushes${discarded > 0 ? `, ${discarded} discarded` : ''}${trusted ? ', trusted' : ''}`;
    return `${hub}: ${lease}; ${told}. ${outcome}`;
  }

  /** A name and what holds for it, which goes on below itself where the terminal is narrow. */
  function fact(name: string, value: string): void {
    const width = 13;
    const text = oneLine(value);
    const lines = io.isTTY ? wrap(text, Math.max(20, io.columns - width), 'keep') : [text];
    for (const [index, line] of lines.entries()) {
      output.line(`${(index === 0 ? name : '').padEnd(width)}${line}`);
    }
  }
};
