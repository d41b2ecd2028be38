import { exitCodes } from '../exit.js';
import { feedsNamed } from '../find-feed.js';
import type { Register } from '../main.js';

/** How long to wait for a running service to poll. */
const patience = 30_000;

/** `broadsheet poll`: look at a feed now. */
export const poll: Register = ({ command, exits, io, output }) => {
  command('poll', {
    summary: 'Poll a feed now, or all feeds, without waiting for their next poll.',
    examples: ['broadsheet poll', 'broadsheet poll main'],
    json: '[{ "feed", "polled": true or false where it waits for a service, "outcome": sentence or null }]',
  })
    .argument('[feed]', "a feed's id; all feeds where it is left out")
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (id: string | undefined, options: { config?: string; json?: boolean }) => {
        const { withLedger } = await import('../ledger.js');
        const { feedRow } = await import('../../store/feeds.js');
        const { liveProcesses } = await import('../../store/processes.js');
        const { requireNoFence } = await import('../../store/fence.js');
        return withLedger(io, options, async (ledger) => {
          const { database, config } = ledger;
          const feeds = feedsNamed(config, id);
          await requireNoFence(database);
          const before = new Map<string, number>();
          const queue = await ledger.queue();
          for (const feed of feeds) {
            before.set(feed.id, (await feedRow(database, feed)).lastPollAt?.getTime() ?? 0);
            await queue.add('watch', { feedId: feed.id, forced: true }, { id: `poll-${feed.id}` });
          }
          const watched = (await liveProcesses(database)).some(({ roles }) =>
            roles.includes('watch'),
          );
          const deadline = Date.now() + (watched ? patience : 0);
          const results = [];
          for (const feed of feeds) {
            let row = await feedRow(database, feed);
            const polled = () => (row.lastPollAt?.getTime() ?? 0) > (before.get(feed.id) ?? 0);
            while (!polled() && Date.now() < deadline) {
              await new Promise((resolve) => setTimeout(resolve, 200));
              row = await feedRow(database, feed);
            }
            results.push({
              feed: feed.id,
              polled: polled(),
              outcome: polled() ? row.lastOutcome : null,
            });
          }
          if (options.json) output.json(results);
          else {
            for (const { feed, polled, outcome } of results) {
              const waits = watched
                ? 'it is asked for; the service has not come to it yet.'
                : 'it is asked for, and waits for a service: start one with "broadsheet serve".';
              output.line(`${feed}: ${polled ? outcome : waits}`);
            }
          }
          return exitCodes.done;
        });
      }),
    );
};
