import type { EditionId } from '../../model.js';
import type { UncertainDelivery } from '../../store/uncertain.js';
import {
  type ActOptions,
  actExits,
  actOf,
  actOptions,
  isWanted,
  patiently,
  requireReason,
} from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { OpenedLedger } from '../ledger.js';
import type { Register } from '../main.js';
import { ago } from '../words.js';

interface UncertainOptions extends ActOptions {
  readonly all?: boolean;
  readonly accepted?: boolean;
  readonly resend?: boolean;
}

/** `broadsheet uncertain`: deliveries of which nobody knows whether they arrived. */
export const uncertain: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('uncertain', {
      summary:
        'List deliveries that may or may not have arrived, and settle them: as accepted, or by sending them again.',
      examples: [
        'broadsheet uncertain',
        'broadsheet uncertain 4f9c2a10 --accepted --reason "The server\'s log has them"',
        'broadsheet uncertain --all --resend --reason "The server lost its queue" --yes',
      ],
      json: '{ "uncertain": [{ "edition", "kind", "title", "round", "channel", "name", "since", "reason" }], "settled": number, "resends": [as from resend] }',
      exits: actExits,
    })
      .argument('[edition]', "an edition's id, or the beginning of one")
      .option('--all', 'settle those of all editions')
      .option('--accepted', 'they did arrive: settle them as accepted')
      .option('--resend', 'they did not arrive: send them again, to exactly those'),
    { confirmed: true },
  ).action(
    exits(async (name: string | undefined, options: UncertainOptions) => {
      check(name, options);
      const { withLedger } = await import('../ledger.js');
      const { uncertainDeliveries } = await import('../../store/uncertain.js');
      return withLedger(io, options, async (ledger) => {
        const edition = name === undefined ? undefined : await find(ledger, name);
        const found = await uncertainDeliveries(ledger.database, edition);
        if (!options.json) list(found, ledger.now());
        let settled = 0;
        let resends: readonly unknown[] = [];
        if (found.length > 0 && options.accepted) settled = await accept(ledger, edition, options);
        if (found.length > 0 && options.resend) resends = await again(ledger, found, options);
        if (options.json) output.json({ uncertain: found.map(lean), settled, resends });
        return exitCodes.done;
      });
    }),
  );

  function check(name: string | undefined, options: UncertainOptions): void {
    const { all, accepted, resend } = options;
    const wrong = (message: string) => new Failure(message, exitCodes.usage);
    if (accepted && resend) throw wrong('Write --accepted or --resend, not both.');
    if (name !== undefined && all) throw wrong('Name an edition, or write --all, not both.');
    if ((accepted || resend) && name === undefined && !all) {
      throw wrong('Name the edition to settle, or write --all.');
    }
    // Settling as accepted reaches nobody, so it is not asked about.
    if (accepted) requireReason(options);
  }

  async function find({ database }: OpenedLedger, name: string): Promise<EditionId> {
    const { findSubject } = await import('../../staff/find.js');
    const subject = await findSubject(database, name);
    if (subject.kind === 'edition') return subject.edition;
    throw new Failure(
      `"${name}" is an article. Name one of its editions: "broadsheet uncertain" lists them.`,
    );
  }

  async function accept(
    { database, now }: OpenedLedger,
    edition: EditionId | undefined,
    options: UncertainOptions,
  ): Promise<number> {
    if (options.dryRun) {
      if (!options.json) output.line('They would be settled as accepted.');
      return 0;
    }
    const { settleAsAccepted } = await import('../../staff/uncertain.js');
    const settled = await settleAsAccepted(database, edition, actOf(options, now()));
    if (!options.json) output.line(`Settled as accepted: ${settled}.`);
    return settled;
  }

  /** One resend an edition, each to its uncertain ones only. All plans are shown before one question. */
  async function again(
    ledger: OpenedLedger,
    found: readonly UncertainDelivery[],
    options: UncertainOptions,
  ): Promise<unknown[]> {
    const [{ withChannels }, { confirmCount }, staff, words, { liveProcesses }] = await Promise.all(
      [
        import('../channels.js'),
        import('../confirm.js'),
        import('../../staff/resend.js'),
        import('../resend-words.js'),
        import('../../store/processes.js'),
      ],
    );
    const { config, database, keys, now } = ledger;
    return withChannels(ledger, async ({ channels: renderers }) => {
      const tools = { database, keys, renderers, programs: config.programs, now };
      const reason = options.reason ?? '';
      const plans = [];
      for (const name of new Set(found.map(({ editionId }) => editionId))) {
        try {
          const planned = staff.planResend(tools, { name, only: 'uncertain', reason });
          plans.push(await patiently(output, 'Looking through the frozen lists', planned));
        } catch (error) {
          // Such as one that is held: the others go on.
          output.note((error as Error).message);
        }
      }
      if (!options.json) {
        for (const plan of plans)
          for (const line of words.planLines(plan, now())) output.line(line);
      }
      const count = plans.reduce((sum, plan) => sum + plan.count, 0);
      const confirm = () => confirmCount(io, count, config.staff.confirmAbove);
      const act = count > 0 && (await isWanted(io, output, options, confirm));
      const running = (await liveProcesses(database)).some(({ roles }) =>
        roles.includes('deliver'),
      );
      const done = [];
      for (const plan of plans) {
        const result =
          act && plan.count > 0
            ? await patiently(
                output,
                'Writing the deliveries',
                staff.confirmResend(tools, plan, actOf(options, now()).actor),
              )
            : ({ result: 'planned' } as const);
        if (result.result === 'done' && running) {
          const queue = await ledger.queue();
          for (const job of result.jobs) await queue.deliver(job);
        }
        done.push(words.planJson(plan, result, running));
        if (options.json) continue;
        for (const line of words.resultLines(result, running, now())) output.line(line);
      }
      return done;
    });
  }

  function list(found: readonly UncertainDelivery[], now: Date): void {
    if (found.length === 0) {
      output.line('Nothing is uncertain.');
      return;
    }
    output.table(
      [
        { header: 'EDITION' },
        { header: 'CHANNEL' },
        { header: 'TO' },
        { header: 'SINCE' },
        { header: 'TITLE', narrow: 'first' },
        { header: 'WHY', narrow: 'wrap' },
      ],
      found.map(({ editionId, channel, name, address, since, title, reason }) => [
        editionId.slice(0, 8),
        channel,
        (channel === 'email' ? address : name) ?? 'forgotten',
        ago(since, now),
        title,
        reason,
      ]),
    );
    output.line();
  }

  function lean({
    editionId,
    kind,
    title,
    round,
    channel,
    name,
    since,
    reason,
  }: UncertainDelivery) {
    return { edition: editionId, kind, title, round, channel, name, since, reason };
  }
};
