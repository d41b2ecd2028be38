import { Option } from 'commander';
import type { SubscriberStats } from '../../staff/stats.js';
import type { SuppressedBecause } from '../../store/stats.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { howMany, plural } from '../words.js';

interface Options {
  readonly by: 'week' | 'month';
  readonly last: number;
  readonly config?: string;
  readonly json?: boolean;
}

const becauses: readonly [SuppressedBecause, string][] = [
  ['unsubscribed', 'unsubscribed from everything'],
  ['refused', 'refused by their mail servers, or bounced'],
  ['complained', 'complained'],
  ['forgotten', 'forgotten'],
  ['staff', 'suppressed by staff'],
];

/** Characters of the longest bar. */
const barWidth = 24;

/** `broadsheet subscribers stats`: plain numbers, and a small chart. */
export const subscribersStats: Register = ({ command, exits, io, output }) => {
  command('subscribers stats', {
    summary:
      'Count subscribers: by program and cadence, how many came and left, and who is suppressed.',
    examples: ['broadsheet subscribers stats', 'broadsheet subscribers stats --by week --last 8'],
    json: '{ "at", "active", "paused", "programs": [{ "id", "name", "instant", "daily", "weekly" }], "suppressed": { "unsubscribed", "refused", "complained", "forgotten", "staff" }, "growth": [{ "from", "joined", "left", "active" }] }',
  })
    .addOption(
      new Option('--by <period>', 'growth by week or by month')
        .choices(['week', 'month'])
        .default('month'),
    )
    .option('--last <number>', 'how many of them', howMany, 12)
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (options: Options) => {
        const [{ withLedger }, { subscriberStats }] = await Promise.all([
          import('../ledger.js'),
          import('../../staff/stats.js'),
        ]);
        const stats = await withLedger(io, options, ({ database, config, now }) =>
          subscriberStats(database, {
            programs: config.programs,
            timezone: config.newsroom.timezone,
            period: options.by,
            last: options.last,
            now: now(),
          }),
        );
        if (options.json) output.json(stats);
        else show(stats, options.by);
        return exitCodes.done;
      }),
    );

  function show(
    { active, paused, programs, suppressed, growth }: SubscriberStats,
    by: string,
  ): void {
    const pausing = paused > 0 ? `, of whom ${paused} paused` : '';
    output.line(`${plural(active, 'subscriber')}${pausing}.`);
    output.line();
    const right = { align: 'right' } as const;
    output.table(
      [
        { header: 'PROGRAM', narrow: 'first' },
        { header: 'INSTANT', ...right },
        { header: 'DAILY', ...right },
        { header: 'WEEKLY', ...right },
      ],
      programs.map(({ name, ...one }) => [
        name,
        ...[one.instant, one.daily, one.weekly].map(String),
      ]),
    );
    output.line();
    // Before the first came, there is nothing to show.
    const first = growth.findIndex((one) => one.joined + one.left + one.active > 0);
    const shown = growth.slice(Math.max(0, first));
    const most = Math.max(1, ...growth.map((one) => one.active));
    output.table(
      [
        { header: by === 'week' ? 'WEEK OF' : 'MONTH' },
        { header: 'CAME', ...right },
        { header: 'LEFT', ...right },
        { header: 'ACTIVE', ...right },
        { header: '', narrow: 'first' },
      ],
      shown.map((one) => [
        by === 'week' ? one.from : one.from.slice(0, 7),
        ...[one.joined, one.left, one.active].map(String),
        '█'.repeat(Math.ceil((Math.max(0, one.active) / most) * barWidth)),
      ]),
    );
    const total = Object.values(suppressed).reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    output.line();
    output.line(total === 1 ? '1 address is suppressed:' : `${total} addresses are suppressed:`);
    for (const [because, words] of becauses) {
      const count = suppressed[because] ?? 0;
      if (count > 0) output.line(`  ${String(count).padStart(String(total).length)} ${words}`);
    }
  }
};
