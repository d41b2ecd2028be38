import type { WhyAnswer } from '../../staff/why.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { widthOf, wrap } from '../output.js';
import { stamp } from '../words.js';

/** `broadsheet why`: why a reader, a Discord channel or an output feed has, or has not, got an article. */
export const why: Register = ({ command, exits, io, output }) => {
  command('why', {
    summary:
      'Say why a reader, a Discord channel or an output feed has, or has not, got an article: in one sentence, and with all that happened.',
    examples: [
      'broadsheet why amina@example.org 4f9c2a10',
      'broadsheet why amina@example.org "Who keeps the canals"',
      'broadsheet why "#security" https://newsroom.example/canals',
      'broadsheet why security/digests 4f9c2a10 --json',
    ],
    json: '{ "kind", "sentence", "todo" or null, "timezone", "article": { "id", "title", "state" }, "destination": { "id", "channel" } or null, "timeline": [{ "at", "kind", "message", "ahead": boolean }] }',
  })
    .argument(
      '<whom>',
      'an e-mail address, a Discord channel\'s "#name" or id, or an output feed such as all or all/digests',
    )
    .argument('<article>', 'its id or the beginning of it, its URL, or the beginning of its title')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (whom: string, article: string, options: { config?: string; json?: boolean }) => {
        const [{ withLedger }, staff] = await Promise.all([
          import('../ledger.js'),
          import('../../staff/why.js'),
        ]);
        const answer = await withLedger(io, options, ({ database, keys, config, now }) => {
          const { programs, newsroom } = config;
          return staff.why(
            { database, keys, programs, timezone: newsroom.timezone, now },
            whom,
            article,
          );
        });
        if (options.json) output.json(answer);
        else show(answer);
        return exitCodes.done;
      }),
    );

  function show({ sentence, todo, timeline, timezone, article }: WhyAnswer): void {
    for (const line of paragraph(sentence)) output.line(output.paint('bold', line));
    if (todo) output.line(plainly(todo));
    output.line();
    const title = `“${plainly(article.title)}” (${article.id.slice(0, 8)}), on the clock of ${timezone}:`;
    for (const line of paragraph(title)) output.line(output.paint('dim', line));
    for (const { at, message, ahead } of timeline) {
      const [first = '', ...rest] = paragraph(`${ahead ? 'To come: ' : ''}${message}`, margin);
      output.line(`  ${output.paint('dim', stamp(at, timezone))}  ${first}`);
      for (const line of rest) output.line(' '.repeat(margin) + line);
    }
  }

  /** What others said is never cut: it goes on in the next line, under where it began. */
  function paragraph(text: string, indent = 0): string[] {
    return io.isTTY
      ? wrap(plainly(text), Math.max(io.columns - indent, 20), 'keep')
      : [plainly(text)];
  }
};

/** A server's words come from outside: a control character could drive the terminal. */
const plainly = (text: string) => text.replace(/\p{Cc}+/gu, ' ');

/** The column at which a moment's sentence begins. */
const margin = widthOf('  2026-03-02 09:02  ');
