import { patiently } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

interface Options {
  readonly to: string;
  readonly config?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** What stands before the edition's title. */
const stages = {
  frozen: 'as it was frozen',
  revised: 'as a resend would bring it, in its newest revision',
  'to come': 'as it would be frozen now',
} as const;

/** `broadsheet test-send`: an edition to an address outside of its frozen list. */
export const testSend: Register = ({ command, exits, io, output }) => {
  command('test-send', {
    summary: 'Mail an edition to one address that is on no list, marked as a test.',
    examples: [
      'broadsheet test-send 4f9c2a10 --to me@example.org',
      'broadsheet test-send 4f9c2a10 --to me@example.org --json',
    ],
    json: '{ "edition", "title", "stage": "frozen" | "revised" | "to come", "subject", "outcome": "accepted" | "rejected" | "deferred" | "uncertain", "detail": the mail server\'s answer }',
  })
    .argument('<article or edition>', 'an id, or the beginning of one')
    .requiredOption('--to <address>', 'the e-mail address')
    .option('--as <name>', 'who does it, instead of the user of this system')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (name: string, options: Options) => {
        const [{ actorOf, withLedger }, { withChannels }, staff] = await Promise.all([
          import('../ledger.js'),
          import('../channels.js'),
          import('../../staff/test-send.js'),
        ]);
        return withLedger(io, options, (ledger) =>
          withChannels(ledger, async ({ channels, environment }) => {
            const { config, database, keys, now } = ledger;
            const email = channels.get('email');
            if (!email) throw new Error('There is no channel for e-mail.');
            const { programs, newsroom } = config;
            const tools = { database, keys, email, renderers: channels, programs, now };
            const sent = await patiently(
              output,
              'Waiting for the mail server',
              staff.testSend(
                { ...tools, language: newsroom.language },
                { name, to: options.to },
                actorOf(options),
              ),
            );
            const { edition, stage, subject, outcome } = sent;
            const hint =
              environment.standIns && outcome.outcome === 'deferred'
                ? ' SMTP_URL is not set, so the mail goes to the mailbox of a running service: start it with "broadsheet serve".'
                : '';
            const detail = 'reason' in outcome ? `${outcome.reason}${hint}` : outcome.detail;
            const title = edition.sections[0]?.articles[0]?.title ?? '';
            const json = {
              edition: edition.id,
              title,
              stage,
              subject,
              outcome: outcome.outcome,
              detail,
            };
            if (outcome.outcome !== 'accepted') {
              const sentence = `It was not accepted (${outcome.outcome}): ${detail}`;
              throw new Failure(sentence, exitCodes.failed, json);
            }
            if (options.json) output.json(json);
            else {
              output.line(`“${subject}” (${edition.id.slice(0, 8)}), ${stages[stage]}.`);
              output.line(`The mail server took it: ${detail}`);
            }
            return exitCodes.done;
          }),
        );
      }),
    );
};
