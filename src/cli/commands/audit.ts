import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { howLong, howMany, stamp } from '../words.js';

/** `broadsheet audit`: who did what, when and why. */
export const audit: Register = ({ command, exits, io, output }) => {
  command('audit', {
    summary: 'Show who did what, when and why, the newest first.',
    examples: [
      'broadsheet audit',
      'broadsheet audit --since 2d --all',
      'broadsheet audit --subject 4f9c2a10 --json',
    ],
    json: '[{ "at", "actor", "kind", "level", "subject", "message" }]',
  })
    .option('--all', 'also what the schedule did by itself, and readers')
    .option('--subject <name>', "of this feed, article or edition: its id, or the id's beginning")
    .option('--since <time>', 'of this time, such as 12h or 2d', howLong)
    .option('--limit <number>', 'how many at most', howMany, 50)
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(
        async (options: {
          all?: boolean;
          subject?: string;
          since?: number;
          limit: number;
          config?: string;
          json?: boolean;
        }) => {
          const { withLedger } = await import('../ledger.js');
          const { recentEvents } = await import('../../store/events.js');
          return withLedger(io, options, async ({ database, config, now }) => {
            const { all, subject, since, limit } = options;
            const events = await recentEvents(database, {
              byStaff: !all,
              limit,
              ...(subject && { subject }),
              ...(since && { since: new Date(now().getTime() - since * 1000) }),
            });
            if (options.json) {
              output.json(events);
              return exitCodes.done;
            }
            if (events.length === 0) {
              output.line('Nothing was done.');
              return exitCodes.done;
            }
            const { timezone } = config.newsroom;
            const rows = events.map(({ at, actor, subject: about, message }) => [
              stamp(at, timezone),
              actor,
              short(about),
              message,
            ]);
            output.table(
              [
                { header: `WHEN (${timezone})` },
                { header: 'WHO' },
                { header: 'ON' },
                { header: 'WHAT, AND WHY', narrow: 'wrap' },
              ],
              rows,
            );
            return exitCodes.done;
          });
        },
      ),
    );
};

/** `article:4f9c2a10-…` as `article 4f9c2a10`. */
function short(subject: string): string {
  const [kind = '', id] = subject.split(':');
  if (id === undefined) return kind;
  return `${kind} ${/^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id}`;
}
