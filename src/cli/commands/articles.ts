import { Option } from 'commander';
import type { ArticleRow } from '../../store/articles.js';
import { articlesTable } from '../articles-table.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { cameBack } from '../subscriber-words.js';
import { ago, howMany } from '../words.js';

const states = ['waiting', 'held', 'released', 'seeded'] as const;

/** An article as `--json` shows it in a list. */
function brief({
  id,
  feedId,
  state,
  holdReason,
  revision,
  seenAt,
  releasedAt,
  note,
  content,
}: ArticleRow) {
  const { title, url, programs } = content;
  return {
    id,
    title,
    url,
    feed: feedId,
    programs,
    state,
    holdReason,
    revision,
    seenAt,
    releasedAt,
    note,
  };
}

/** `broadsheet articles`: what was seen. */
export const articles: Register = ({ command, exits, io, output }) => {
  command('articles', {
    summary: 'List the articles seen last.',
    examples: [
      'broadsheet articles',
      'broadsheet articles --held',
      'broadsheet articles --state seeded --limit 100 --json',
    ],
    json: '[{ "id", "title", "url", "feed", "programs": [id], "state": "waiting" | "held" | "released" | "seeded", "holdReason", "revision", "seenAt", "releasedAt", "note" }]',
  })
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .option('--held', 'only those held back: --state held')
    .option('--limit <number>', 'how many', howMany, 20)
    .action(
      exits(
        async (options: {
          config?: string;
          state?: string;
          held?: boolean;
          limit: number;
          json?: boolean;
        }) => {
          const { withLedger } = await import('../ledger.js');
          const { recentArticles } = await import('../../store/articles.js');
          const state = options.held ? 'held' : states.find((one) => one === options.state);
          const { rows, now } = await withLedger(io, options, async ({ database, now }) => ({
            rows: await recentArticles(database, { limit: options.limit, ...(state && { state }) }),
            now: now(),
          }));
          if (options.json) {
            output.json(rows.map(brief));
            return exitCodes.done;
          }
          articlesTable(output, rows, now);
          return exitCodes.done;
        },
      ),
    );
};

/** `broadsheet show`: one article, and what became of it everywhere. */
export const show: Register = ({ command, exits, io, output }) => {
  command('show', {
    summary: 'Show one article, its editions, and what became of every delivery.',
    examples: ['broadsheet show 4f9c2a10', 'broadsheet show 4f9c2a10 --json'],
    json: '{ ...as in articles, "content": the newest revision, "editions": [as in status], "deliveries": [{ "channel", "name", "state", "detail", "attempts", "at", "bounce": { "kind": "hard" | "soft" | "blocked" | "complaint", "status", "diagnostic" } or null }] }',
  })
    .argument('<article>', 'an article id, or the beginning of one')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (prefix: string, options: { config?: string; json?: boolean }) => {
        const { withLedger } = await import('../ledger.js');
        const { findArticle } = await import('../../staff/find.js');
        const { arrivals, recentEditions } = await import('../../store/overview.js');
        const found = await withLedger(io, options, async ({ database, now }) => {
          const article = await findArticle(database, prefix);
          return {
            article,
            editions: await recentEditions(database, { article: article.id, limit: 20 }),
            deliveries: await arrivals(database, [article.id]),
            now: now(),
          };
        });
        const { article, editions, deliveries, now } = found;
        if (options.json) {
          const lean = deliveries.map(({ channel, name, state, detail, attempts, at, bounce }) => ({
            channel,
            name,
            state,
            detail,
            attempts,
            at,
            bounce,
          }));
          output.json({ ...brief(article), content: article.content, editions, deliveries: lean });
          return exitCodes.done;
        }
        const { content } = article;
        output.line(output.paint('bold', content.title));
        output.line(content.url);
        const facts: [string, string | null | undefined][] = [
          ['id', article.id],
          ['state', article.holdReason ? `${article.state}: ${article.holdReason}` : article.state],
          ['programs', content.programs.join(', ')],
          ['author', content.author],
          ['published', content.publishedAt],
          ['revision', String(article.revision)],
          ['image', content.image?.url],
          ['credit', content.image?.credit],
          ['note', article.note],
          ['summary', content.summary],
        ];
        for (const [name, value] of facts) if (value) output.line(`${name.padEnd(10)} ${value}`);
        output.line();
        if (deliveries.length === 0) output.line('Nothing of it was planned to be delivered.');
        else {
          output.table(
            [
              { header: 'CHANNEL' },
              { header: 'DESTINATION' },
              { header: 'STATE' },
              { header: 'WHEN' },
              { header: 'DETAIL', narrow: 'wrap' },
            ],
            deliveries.map(({ channel, address, name, state, at, detail, bounce }) => [
              channel,
              name ?? address ?? 'forgotten',
              state,
              ago(at, now),
              bounce ? cameBack(bounce) : (detail ?? ''),
            ]),
          );
        }
        return exitCodes.done;
      }),
    );
};
