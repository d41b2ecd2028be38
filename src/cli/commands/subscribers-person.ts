import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ActOptions, actOf, actOptions } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

/** `broadsheet subscribers export-person`: a person wants to know what is held of them. */
export const exportPerson: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers export-person', {
      summary: 'Write everything that is held of one person as JSON, their deliveries included.',
      examples: [
        'broadsheet subscribers export-person reader@example.org',
        'broadsheet subscribers export-person reader@example.org person.json --reason "Asked by letter of 2 May"',
      ],
      json: '{ "subscriber", "programs", "consents", "suppression", "signups", "addressChanges", "letters", "deliveries", "bounces", "events" }; the same without --json',
    })
      .argument('<address>', 'an e-mail address')
      .argument('[file]', 'where to write it; printed where left out'),
    { confirmed: false },
  ).action(
    exits(async (address: string, file: string | undefined, options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const { exportPerson: staffExport } = await import('../../staff/export.js');
      return withLedger(io, options, async (ledger) => {
        const act = options.dryRun ? undefined : actOf(options, ledger.now());
        const person = await staffExport(ledger, address, act);
        if (!person) throw new Failure('Nothing is held of this person.');
        if (!file || options.dryRun) output.json(person);
        else {
          const text = `${JSON.stringify(person, null, 2)}\n`;
          await writeFile(resolve(io.directory, file), text, { mode: 0o600 });
          output.note(`Written to ${file}.`);
        }
        return exitCodes.done;
      });
    }),
  );
};
