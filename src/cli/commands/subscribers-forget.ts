import { type ActOptions, actExits, actOf, actOptions, isWanted } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { plural } from '../words.js';

/** `broadsheet subscribers forget`: a person wants to be forgotten. */
export const forget: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers forget', {
      summary:
        'Forget a person: delete all that is held of them but a keyed hash, by which they are never mailed again. It cannot be undone.',
      examples: [
        'broadsheet subscribers forget reader@example.org --dry-run',
        'broadsheet subscribers forget reader@example.org --reason "Asked by letter of 2 May" --yes',
      ],
      json: '{ "held": { "address": boolean, "programs", "consents", "deliveries": numbers, "suppressed": boolean }, "forgotten": boolean }',
      exits: actExits,
    }).argument('<address>', 'an e-mail address'),
    { confirmed: true },
  ).action(
    exits(async (address: string, options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/forget.js');
      return withLedger(io, options, async (ledger) => {
        const held = await staff.planForget(ledger, address);
        const { programs, consents, deliveries } = held;
        if (!held.address && consents === 0) {
          if (options.json) output.json({ held, forgotten: false });
          else if (held.suppressed) {
            output.line('Nothing is held of this person but that the address is suppressed.');
          }
          if (held.suppressed) return exitCodes.done;
          if (options.json) return exitCodes.failed;
          throw new Failure(
            'Nothing is held of this person. To keep the address out for good: broadsheet subscribers suppress ADDRESS --reason "…".',
          );
        }
        if (!options.json) {
          output.line(
            `Deleted are the address, the name, the language and hours, ${plural(programs, 'program')} and ${plural(consents, 'consent')}.`,
          );
          output.line(
            `What stays: ${deliveries === 1 ? '1 delivery' : `${deliveries} deliveries`} under an id that names nobody, and a keyed hash by which the address is never mailed again.`,
          );
          output.line('This cannot be undone.');
        }
        const act = await isWanted(io, output, options);
        if (act) await staff.forget(ledger, address, actOf(options, ledger.now()));
        if (options.json) output.json({ held, forgotten: act });
        else if (act) {
          output.line(
            'The person is forgotten. Copies elsewhere, such as backups and CSV files, are yours to delete.',
          );
        }
        return exitCodes.done;
      });
    }),
  );
};
