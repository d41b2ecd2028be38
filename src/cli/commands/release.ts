import type { ReleasePlan } from '../../staff/release.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { plural } from '../words.js';

/** `broadsheet release`: lets held articles go out. */
export const release: Register = ({ command, exits, io, output }) => {
  command('release', {
    summary: 'Let a held article, or all held articles of a feed, go out to their readers.',
    examples: [
      'broadsheet release main --dry-run',
      'broadsheet release 4f9c2a10 --reason "Checked with the editors" --yes',
    ],
    json: '{ "articles": [{ "id", "title" }], "audience": { CHANNEL: number }, "released": [id], "waits": true where no service runs }',
  })
    .argument('<feed or article>', "a feed's id, or an article's id or its beginning")
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .option('--dry-run', 'show what would go out to how many, and do nothing')
    .option('--yes', 'do it; without this the plan is only shown')
    .option('--reason <text>', 'why, for the record')
    .option('--as <name>', 'who does it, instead of the user of this system')
    .action(
      exits(
        async (
          name: string,
          options: {
            config?: string;
            dryRun?: boolean;
            yes?: boolean;
            reason?: string;
            as?: string;
            json?: boolean;
          },
        ) => {
          if (options.yes && !options.dryRun && !options.reason) {
            throw new Failure('Say why with --reason "…".', exitCodes.usage);
          }
          const { actorOf, withLedger } = await import('../ledger.js');
          const staff = await import('../../staff/release.js');
          const { liveProcesses } = await import('../../store/processes.js');
          return withLedger(io, options, async (ledger) => {
            const { database } = ledger;
            const plan = await staff.planRelease(database, name);
            if (!options.json) show(plan);
            const act = options.yes && !options.dryRun && plan.articles.length > 0;
            const released = act
              ? await staff.release(database, plan, {
                  actor: actorOf(options),
                  reason: options.reason ?? '',
                  at: new Date(),
                })
              : [];
            if (released.length > 0) await (await ledger.queue()).add('assemble', {});
            const waits = released.length > 0 && (await liveProcesses(database)).length === 0;
            if (options.json) {
              const articles = plan.articles.map(({ id, content }) => ({
                id,
                title: content.title,
              }));
              output.json({ articles, audience: plan.audience, released, waits });
            } else if (act) {
              output.line(`${plural(released.length, 'article')} let go.`);
              if (waits) output.line('It goes out when a service runs: "broadsheet serve".');
            } else if (plan.articles.length > 0 && !options.dryRun) {
              output.line('Nothing was done. Add --reason "…" --yes to let it go out.');
            }
            return exitCodes.done;
          });
        },
      ),
    );

  function show({ articles, audience }: ReleasePlan): void {
    if (articles.length === 0) {
      output.line('Nothing of it is held.');
      return;
    }
    output.line(`${plural(articles.length, 'held article')} would go out as alerts to up to`);
    output.line(
      `${plural(audience.email ?? 0, 'subscriber')} and ${plural(audience.discord ?? 0, 'Discord channel')}:`,
    );
    for (const { id, content } of articles.slice(0, 50)) {
      output.line(`  ${id.slice(0, 8)}  ${content.title}`);
    }
    if (articles.length > 50) output.line(`  … and ${articles.length - 50} more`);
  }
};
