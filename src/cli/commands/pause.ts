import type { EditionProgress } from '../../store/holds.js';
import type { Pause } from '../../store/pause.js';
import {
  type ActOptions,
  actExits,
  actOf,
  actOptions,
  isWanted,
  patiently,
  requireReason,
  wakeDelivery,
} from '../act.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { progressTable } from '../progress.js';
import { ago, plural } from '../words.js';

const editionsJson =
  '[{ "id", "kind", "title", "heldAt", "progress": { CHANNEL: { "accepted", "rejected", "uncertain", "skipped", "onWire", "waiting", "unrendered" } } }]';

/** `broadsheet pause`: stops all sending at once. */
export const pause: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('pause', {
      summary:
        'Stop all sending at once, also in the middle of an edition, and say who already had what is under way.',
      examples: [
        'broadsheet pause --reason "The mail server bounces everything"',
        'broadsheet pause --dry-run',
      ],
      json: `{ "paused": { "at", "actor", "reason" } or null, "already": true where it was paused before, "editions": ${editionsJson} }`,
      exits: actExits,
    }),
    { confirmed: false },
  ).action(
    exits(async (options: ActOptions) => {
      requireReason(options);
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/pause.js');
      return withLedger(io, options, async ({ database, now }) => {
        const report: Awaited<ReturnType<typeof staff.planPause | typeof staff.pause>> =
          await patiently(
            output,
            'Counting what is under way',
            options.dryRun
              ? staff.planPause(database)
              : staff.pause(database, actOf(options, now())),
          );
        const already = 'already' in report ? report.already : report.pause !== undefined;
        if (options.json) {
          output.json({
            paused: report.pause ?? null,
            already,
            editions: report.editions.map(lean),
          });
          return exitCodes.done;
        }
        if (report.pause && already)
          output.line(`All sending is paused already: ${told(report.pause, now())}`);
        else
          output.line(options.dryRun ? 'All sending would be paused.' : 'All sending is paused.');
        if (report.editions.length === 0) output.line('Nothing is under way.');
        else {
          output.line();
          progressTable(output, report.editions);
        }
        if (!options.dryRun) {
          output.line();
          output.line('It goes on with: broadsheet resume --reason "…"');
        }
        return exitCodes.done;
      });
    }),
  );
};

/** `broadsheet resume`: lets sending go on. */
export const resume: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('resume', {
      summary: 'Let sending go on after a pause: what waits goes out, and nothing twice.',
      examples: [
        'broadsheet resume --dry-run',
        'broadsheet resume --reason "The mail server is back" --yes',
      ],
      json: `{ "paused": { "at", "actor", "reason" } or null, "resumed": boolean, "editions": ${editionsJson}, "waits": true where no service runs }`,
      exits: actExits,
    }),
    { confirmed: true },
  ).action(
    exits(async (options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/pause.js');
      const { liveProcesses } = await import('../../store/processes.js');
      return withLedger(io, options, async (ledger) => {
        const { database, now } = ledger;
        const plan = await patiently(output, 'Counting what waits', staff.planPause(database));
        if (!options.json) show(plan.pause, plan.editions, now());
        const act = plan.pause !== undefined && (await isWanted(io, output, options));
        if (act) await staff.resume(database, actOf(options, now()));
        const idle = (await liveProcesses(database)).length === 0;
        if (act && !idle) await wakeDelivery(ledger);
        if (options.json) {
          output.json({
            paused: plan.pause ?? null,
            resumed: act,
            editions: plan.editions.map(lean),
            waits: act && idle,
          });
        } else if (act) {
          output.line('Sending goes on.');
          if (idle) output.line('It goes out when a service runs: "broadsheet serve".');
        }
        return exitCodes.done;
      });
    }),
  );

  function show(stands: Pause | undefined, editions: readonly EditionProgress[], now: Date): void {
    if (!stands) {
      output.line('Sending is not paused.');
      return;
    }
    output.line(`Sending is paused: ${told(stands, now)}`);
    const going = editions.filter(({ heldAt }) => !heldAt);
    if (going.length === 0) {
      output.line('Nothing waits.');
      return;
    }
    output.line(`${plural(going.length, 'edition')} would go on, only to those who wait:`);
    output.line();
    progressTable(output, going);
    output.line();
  }
};

function told({ at, actor, reason }: Pause, now: Date): string {
  return `by ${actor}, ${ago(at, now)}. ${reason}`;
}

function lean({ id, kind, title, heldAt, progress }: EditionProgress) {
  return { id, kind, title, heldAt, progress };
}
