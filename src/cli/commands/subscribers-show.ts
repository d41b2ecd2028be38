import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

/** `broadsheet subscribers show`: all that the ledger holds of one. */
export const subscribersShow: Register = ({ command, exits, io, output }) => {
  command('subscribers show', {
    summary:
      'Show what a subscriber reads and when, what they agreed to, what they had last, and their next digest.',
    examples: ['broadsheet subscribers show reader@example.org'],
    json: '{ "subscriber": { "id", "name", "language", "state", "schedule": { "timezone", "hour", "weekday" }, "pausedUntil", "programs": [{ "id", "name", "cadence", "nextAt" }], "consents": [{ "at", "act", "programs", "origin" }], "bounces": [{ "at", "kind", "status", "diagnostic", "editionId" }], "deliveries": [{ "at", "edition", "title", "state" }], "next": { "closesAt", "overdue", "articles" } or null } or missing, "suppression": { "at", "actor", "reason" } or null }',
  })
    .argument('<address>', 'an e-mail address')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (address: string, options: { config?: string; json?: boolean }) => {
        const [{ withLedger }, { viewSubscriber }, { subscriberLines }] = await Promise.all([
          import('../ledger.js'),
          import('../../staff/subscriber.js'),
          import('../subscriber-words.js'),
        ]);
        await withLedger(io, options, async ({ database, keys, config, now }) => {
          const tools = { database, keys, programs: config.programs, now };
          const view = await viewSubscriber(tools, address);
          if (!view) throw new Failure('There is no subscriber with this address.');
          if (options.json) output.json(view);
          else {
            const { timezone } = config.newsroom;
            for (const line of subscriberLines(address, view, timezone)) output.line(line);
          }
        });
        return exitCodes.done;
      }),
    );
};
