import type { SubscriberView } from '../../staff/subscriber.js';
import { type ActOptions, actExits, actOf, actOptions, isWanted, requireReason } from '../act.js';
import { exitCodes } from '../exit.js';
import type { OpenedLedger } from '../ledger.js';
import type { Register } from '../main.js';

async function viewOf(ledger: OpenedLedger, address: string): Promise<SubscriberView> {
  const { viewSubscriber } = await import('../../staff/subscriber.js');
  const { database, keys, config, now } = ledger;
  const tools = { database, keys, programs: config.programs, now };
  const view = await viewSubscriber(tools, address);
  return view ?? { subscriber: undefined, suppression: null };
}

const readsOf = ({ subscriber }: SubscriberView) =>
  (subscriber?.programs ?? []).map(({ id }) => id);

/** `broadsheet subscribers suppress`: an address is never mailed again. */
export const suppress: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers suppress', {
      summary: 'Never mail an address again, whether anybody is subscribed with it or not.',
      examples: [
        'broadsheet subscribers suppress reader@example.org --reason "Asked by telephone"',
        'broadsheet subscribers suppress reader@example.org --dry-run',
      ],
      json: '{ "suppression": { "at", "actor", "reason" } or null with --dry-run, "already": true where it was suppressed before, "left": [PROGRAM] }',
      exits: actExits,
    }).argument('<address>', 'an e-mail address'),
    { confirmed: false },
  ).action(
    exits(async (address: string, options: ActOptions) => {
      requireReason(options);
      const { withLedger } = await import('../ledger.js');
      const { suppressByStaff } = await import('../../staff/suppress.js');
      return withLedger(io, options, async (ledger) => {
        const view = await viewOf(ledger, address);
        const report = options.dryRun
          ? { suppression: view.suppression, already: !!view.suppression, left: readsOf(view) }
          : await suppressByStaff(ledger, address, actOf(options, ledger.now()));
        if (options.json) {
          output.json(report);
          return exitCodes.done;
        }
        const { already, left } = report;
        if (already) output.line('The address is suppressed already.');
        else if (options.dryRun) output.line('The address would be suppressed.');
        else output.line('The address is suppressed: nothing is mailed to it any more.');
        if (left.length > 0) {
          output.line(
            `The reader ${options.dryRun ? 'would leave' : 'has left'} ${left.join(', ')}.`,
          );
        }
        return exitCodes.done;
      });
    }),
  );
};

/** `broadsheet subscribers unsuppress`: an address may be mailed again. */
export const unsuppress: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers unsuppress', {
      summary:
        'Lift the suppression of an address. Programs that its owner left are not restored by it.',
      examples: [
        'broadsheet subscribers unsuppress reader@example.org --dry-run',
        'broadsheet subscribers unsuppress reader@example.org --reason "Their mail server was set up wrongly" --yes',
      ],
      json: '{ "suppression": { "at", "actor", "reason" } or null where there was none, "lifted": boolean, "reads": [PROGRAM] }',
      exits: actExits,
    }).argument('<address>', 'an e-mail address'),
    { confirmed: true },
  ).action(
    exits(async (address: string, options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const { unsuppressByStaff } = await import('../../staff/suppress.js');
      const { stamp } = await import('../words.js');
      const { closed } = await import('../../templates/plain.js');
      return withLedger(io, options, async (ledger) => {
        // A restored ledger may not know of the suppression yet.
        await ledger.mergeJournal();
        const view = await viewOf(ledger, address);
        const { suppression } = view;
        const reads = readsOf(view);
        if (!options.json) {
          if (suppression) {
            const { at, actor, reason } = suppression;
            const since = stamp(at, ledger.config.newsroom.timezone);
            output.line(`The address is suppressed since ${since} by ${actor}: ${closed(reason)}`);
            output.line(
              reads.length > 0
                ? `Once that is lifted, the reader is mailed again, and reads ${reads.join(', ')}.`
                : 'Once that is lifted, still nothing is mailed to it, until its owner signs up again or agrees anew.',
            );
          } else output.line('The address is not suppressed.');
        }
        const lift = suppression !== null && (await isWanted(io, output, options));
        if (lift) await unsuppressByStaff(ledger, address, actOf(options, ledger.now()));
        if (options.json) output.json({ suppression, lifted: lift, reads });
        else if (lift) output.line('The suppression is lifted.');
        return exitCodes.done;
      });
    }),
  );
};
