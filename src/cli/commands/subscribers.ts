import { weekdays } from '../../config/schedule.js';
import type { Cadence } from '../../model.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import {
  cadenceOf,
  cadences,
  languageOf,
  listOf,
  type ScheduleOptions,
  scheduleOf,
  scheduleOptions,
} from '../subscriber-options.js';

interface AddOptions extends ScheduleOptions {
  readonly config?: string;
  readonly programs: string;
  readonly cadence: string;
  readonly language?: string;
  readonly name?: string;
  readonly consentSource: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** `broadsheet subscribers`: readers who have confirmed elsewhere that they want mail. */
export const subscribers: Register = ({ command, exits, io, output }) => {
  scheduleOptions(
    command('subscribers add', {
      summary: 'Add one subscriber who has agreed to be mailed.',
      examples: [
        'broadsheet subscribers add reader@example.org --programs spp,eep --consent-source "Sign-up sheet, May 2026"',
        'broadsheet subscribers add reader@example.org --programs spp --cadence daily --hour 17 --timezone Asia/Almaty --consent-source "Sign-up sheet, May 2026"',
      ],
      json: '{ "result": "added" | "updated" | "unchanged" | "suppressed" | "invalid", "id" and "left": [PROGRAM] that stay out, or "reason" }',
    }),
  )
    .argument('<address>', 'an e-mail address')
    .requiredOption('--programs <ids>', 'which programs, separated by commas')
    .requiredOption('--consent-source <text>', 'how they agreed to be mailed, for the record')
    .option('--cadence <cadence>', `${cadences.join(', ')}`, 'instant')
    .option('--language <tag>', "the reader's language; the newsroom's where left out", languageOf)
    .option('--as <name>', 'who does it, instead of the user of this system')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .option('--name <name>', 'what the reader is called')
    .action(
      exits(async (address: string, options: AddOptions) => {
        const { actorOf, withLedger } = await import('../ledger.js');
        const result = await withLedger(io, options, async (ledger) => {
          // In a restored ledger, who has left since the backup must not be brought back.
          await ledger.mergeJournal();
          const added = await ledger.subscribers.add(
            {
              address,
              programs: listOf(options.programs),
              cadence: cadenceOf(options.cadence),
              schedule: scheduleOf(options),
              language: options.language ?? ledger.config.newsroom.language,
              consentOrigin: options.consentSource,
              ...(options.name && { name: options.name }),
            },
            actorOf(options),
          );
          await ledger.mergeJournal();
          return added;
        });
        if (options.json) output.json(result);
        else if ('reason' in result) output.line(result.reason);
        else {
          output.line(`The subscriber was ${result.result}.`);
          if (result.left.length > 0) {
            output.line(`They left before, and stay out of: ${result.left.join(', ')}.`);
          }
        }
        return 'reason' in result ? exitCodes.failed : exitCodes.done;
      }),
    );

  scheduleOptions(
    command('subscribers set', {
      summary: 'Change how often and when a subscriber gets what they read.',
      examples: [
        'broadsheet subscribers set reader@example.org --cadence weekly --weekday friday --hour 17',
        'broadsheet subscribers set reader@example.org --cadence daily --programs spp --timezone Europe/Berlin',
      ],
      json: '{ "id", "profile": { PROGRAM: CADENCE }, "schedule": { "timezone", "hour", "weekday" } }',
    }),
  )
    .argument('<address>', 'an e-mail address')
    .option('--cadence <cadence>', `${cadences.join(', ')}`, cadenceOf)
    .option('--programs <ids>', 'for which of their programs; all of them where left out')
    .option('--as <name>', 'who does it, instead of the user of this system')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(
        async (
          address: string,
          options: ScheduleOptions & {
            cadence?: Cadence;
            programs?: string;
            config?: string;
            as?: string;
            json?: boolean;
          },
        ) => {
          const { actorOf, withLedger } = await import('../ledger.js');
          const { cadence } = options;
          const changed = await withLedger(io, options, ({ subscribers: list }) =>
            list.change(
              address,
              {
                schedule: scheduleOf(options),
                ...(cadence && { cadence: { cadence, of: listOf(options.programs) } }),
              },
              actorOf(options),
            ),
          );
          if (!changed) throw new Failure('There is no subscriber with this address.');
          const { id, profile, schedule: times } = changed;
          if (options.json) output.json({ id, profile, schedule: times });
          else {
            const reads = Object.entries(profile).map(([program, often]) => `${program} ${often}`);
            output.line(
              `The subscriber reads ${reads.join(', ') || 'nothing'}; digests come at ${times.hour}:00 in ${times.timezone}, weekly ones on ${weekdays[times.weekday - 1]}.`,
            );
          }
          return exitCodes.done;
        },
      ),
    );
};
