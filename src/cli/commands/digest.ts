import { InvalidArgumentError } from 'commander';
import type { DigestPlan } from '../../staff/digests.js';
import { type ActOptions, actExits, actOf, actOptions, isWanted } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { counts, plural } from '../words.js';

interface DigestOptions extends ActOptions {
  readonly asOf?: Date;
}

const hour = 3_600_000;
/** Every open window closes within a week. */
const farthestClose = 8 * 24 * hour;
const farthestLook = 366 * 24 * hour;

/** A moment with its zone, or as UTC: "2026-03-02T08:00", "2026-03-02T08:00+05:00". */
function momentOf(text: string): Date {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !/T/i.test(text) ? text : `${text}Z`;
  const date = /^\d{4}-\d\d-\d\d/.exec(text)?.[0];
  const found = date && isDay(date) ? new Date(zoned) : new Date(Number.NaN);
  if (!Number.isNaN(found.getTime())) return found;
  throw new InvalidArgumentError(
    'Write a time such as 2026-03-02T08:00 (UTC) or 2026-03-02T08:00+05:00.',
  );
}

/** JavaScript takes 31 February for 3 March. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** Throws a Failure for a moment that is a slip of the pen, and for closing windows that are not yet open. */
function requireNear(asOf: Date, now: Date, options: ActOptions): void {
  const ahead = asOf.getTime() - now.getTime();
  if (ahead > farthestLook) {
    throw new Failure('Look at most a year ahead: --as-of is later.', exitCodes.usage);
  }
  if (ahead <= farthestClose || options.dryRun || !(options.yes || options.reason?.trim())) return;
  throw new Failure(
    'Windows can be closed at most a week ahead: their readers would get no digest until then. ' +
      'Every open window closes within a week.',
    exitCodes.usage,
  );
}

/** `broadsheet digest`: which windows close at a moment, and closing them now. */
export const digest: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('digest', {
      summary:
        'Show which windows close by a moment, for how many destinations, with how many distinct contents; and close them now.',
      examples: [
        'broadsheet digest --dry-run',
        'broadsheet digest --as-of 2026-03-03T08:00+05:00 --dry-run',
        'broadsheet digest --as-of 2026-03-03T08:00+05:00 --reason "The holiday begins early" --yes',
      ],
      json: '{ "asOf", "closes": [{ "closesAt", "destinations": { CHANNEL: number }, "empty": number, "contents": number }], "closed": number, "editions": [id], "waits": true where no service runs }',
      exits: actExits,
    }).option(
      '--as-of <time>',
      'as if it were this time, in UTC where no zone is written; now where left out',
      momentOf,
    ),
    { confirmed: true },
  ).action(
    exits(async (options: DigestOptions) => {
      const [{ withLedger }, { withChannels }, { confirmCount }, staff] = await Promise.all([
        import('../ledger.js'),
        import('../channels.js'),
        import('../confirm.js'),
        import('../../staff/digests.js'),
      ]);
      const { liveProcesses } = await import('../../store/processes.js');
      const { recordEvent } = await import('../../store/events.js');
      return withLedger(io, options, async (ledger) => {
        const { database, config, now } = ledger;
        const asOf = options.asOf ?? now();
        requireNear(asOf, now(), options);
        let told = Date.now();
        const plan = await staff.planDigests(database, config.programs, asOf, (seen) => {
          if (Date.now() - told < 2_000) return;
          told = Date.now();
          output.note(`${seen} windows looked at…`);
        });
        if (!options.json) show(plan);
        const reached = plan.closes
          .flatMap(({ destinations }) => Object.values(destinations))
          .reduce((sum, n) => sum + n, 0);
        const act =
          plan.closes.length > 0 &&
          (await isWanted(io, output, options, () =>
            confirmCount(io, reached, config.staff.confirmAbove),
          ));
        const done = act ? await close() : { closed: 0, editions: [] };
        const waits = act && (await liveProcesses(database)).length === 0;
        if (options.json) output.json({ ...plan, ...done, waits });
        else if (act) {
          output.line(
            `${plural(done.closed, 'window')} closed, with ${plural(done.editions.length, 'digest')}.`,
          );
          if (waits) output.line('They go out when a service runs: "broadsheet serve".');
        }
        return exitCodes.done;

        async function close() {
          const { closeWindows } = await import('../../app.js');
          const { actor, reason, at } = actOf(options, now());
          const result = await withChannels(ledger, ({ channels }) =>
            closeWindows({ config, ledger, now, channels }, asOf),
          );
          await recordEvent(database, {
            at,
            actor,
            kind: 'digest.closed',
            level: 'info',
            subject: 'digests',
            message: `${plural(result.closed, 'window')} were closed as of ${asOf.toISOString()}: ${reason}`,
          });
          return result;
        }
      });
    }),
  );

  function show({ asOf, closes }: DigestPlan): void {
    if (closes.length === 0) {
      output.line(`No window closes by ${asOf.toISOString()}.`);
      return;
    }
    output.line(`By ${asOf.toISOString()} these windows close:`);
    output.table(
      [
        { header: 'CLOSES (UTC)' },
        { header: 'DIGESTS FOR' },
        { header: 'CONTENTS', align: 'right' },
        { header: 'EMPTY', align: 'right' },
      ],
      closes.map(({ closesAt, destinations, contents, empty }) => [
        closesAt.toISOString().replace('T', ' ').slice(0, 16),
        counts(destinations),
        String(contents),
        String(empty),
      ]),
    );
  }
};
