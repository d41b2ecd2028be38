import { Option } from 'commander';
import { type ResendMode, resendModes } from '../../editions/resend.js';
import type { ChannelName } from '../../model.js';
import type { ResendResult } from '../../staff/resend.js';
import { type ActOptions, actExits, actOptions, isWanted, patiently } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

const channels: readonly ChannelName[] = ['email', 'discord', 'rss'];

interface ResendOptions extends ActOptions {
  readonly channel?: ChannelName;
  readonly program?: string;
  readonly to?: string;
  readonly only: ResendMode;
  readonly asSent?: boolean;
}

/** `broadsheet resend`: another round of an edition, within its frozen list. */
export const resend: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('resend', {
      summary: 'Send an edition again to those of its frozen list who lack it, or whom you name.',
      examples: [
        'broadsheet resend 4f9c2a10 --dry-run',
        'broadsheet resend 4f9c2a10 --reason "Their server was down"',
        'broadsheet resend 4f9c2a10 --only all --reason "The figures were wrong" --yes',
        'broadsheet resend 4f9c2a10 --only all --to "#security" --reason "Deleted by mistake"',
      ],
      json: '{ "editions": [{ "id", "kind", "language", "title", "correction": { "from", "to" } or null, "count", "channels": [{ "channel", "chosen", "haveIt", "haveEarlier", "shown", "left": [{ "why", "count" }], "failure" }], "done": { "at", "actor" } or null }], "count", "paused": boolean, "result": "planned" | "done" | "already" | "changed", "deliveries", "by": { "at", "actor" } or null, "waits": true where no service runs or sending is paused }',
      exits: actExits,
    })
      .argument('<article or edition>', 'an id, or the beginning of one')
      .addOption(
        new Option('--only <whom>', 'whom of its frozen list')
          .choices(resendModes)
          .default('missing'),
      )
      .addOption(new Option('--channel <channel>', 'only on this channel').choices(channels))
      .option('--program <id>', 'only to those who were sent it for this program')
      .option('--to <address or Discord channel>', 'only to this one of the frozen list')
      .option('--as-sent', 'as it was sent last, also where the article has a newer revision'),
    { confirmed: true },
  )
    .addHelpText(
      'after',
      '\nFor the same reason nobody gets it twice. To send it once more, give another reason.',
    )
    .action(
      exits(async (name: string, options: ResendOptions) => {
        const { only, channel, program, to, asSent } = options;
        const [{ actorOf, withLedger }, { withChannels }, { confirmCount }, staff, words] =
          await Promise.all([
            import('../ledger.js'),
            import('../channels.js'),
            import('../confirm.js'),
            import('../../staff/resend.js'),
            import('../resend-words.js'),
          ]);
        const { liveProcesses } = await import('../../store/processes.js');
        return withLedger(io, options, async (ledger) => {
          const { config, database, keys, now } = ledger;
          const { programs } = config;
          if (program && !programs.some(({ id }) => id === program)) {
            const known = programs.map(({ id }) => id).join(', ');
            throw new Failure(
              `There is no program "${program}". Write one of: ${known}.`,
              exitCodes.usage,
            );
          }
          return withChannels(ledger, async ({ channels: renderers }) => {
            const tools = { database, keys, renderers, programs, now };
            const reason = options.reason ?? '';
            const request = { name, only, reason, channel, program, to, asSent };
            const plan = await patiently(
              output,
              'Looking through the frozen list',
              staff.planResend(tools, request),
            );
            if (!options.json) for (const line of words.planLines(plan, now())) output.line(line);
            const confirm = () => confirmCount(io, plan.count, config.staff.confirmAbove);
            const act = plan.count > 0 && (await isWanted(io, output, options, confirm));
            const result = act
              ? await patiently(
                  output,
                  'Writing the deliveries',
                  staff.confirmResend(tools, plan, actorOf(options)),
                )
              : ({ result: 'planned' } as const);
            const running = (await liveProcesses(database)).some(({ roles }) =>
              roles.includes('deliver'),
            );
            if (running) await hint(result);
            if (options.json) output.json(words.planJson(plan, result, running));
            else for (const line of words.resultLines(result, running, now())) output.line(line);
            return result.result === 'changed' ? exitCodes.failed : exitCodes.done;

            /** The service would find it by itself, within seconds. */
            async function hint(of: ResendResult | typeof result) {
              if (of.result !== 'done') return;
              const queue = await ledger.queue();
              for (const job of of.jobs) await queue.deliver(job);
            }
          });
        });
      }),
    );
};
