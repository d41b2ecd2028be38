import type { ChannelName } from '../../model.js';
import type { CatchUpPlan } from '../../staff/catch-up.js';
import { type ActOptions, actExits, actOf, actOptions, isWanted, wakeDelivery } from '../act.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { ago, plural, readers } from '../words.js';

type PerChannel = Partial<Record<ChannelName, number>>;

/** `broadsheet catch-up`: what goes out after a time of being away. */
export const catchUp: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('catch-up', {
      summary:
        'Show what waited while Broadsheet or a neighbour was away: what goes out, which digests become one, and which alerts are skipped as too late. A running service does all of it by itself.',
      examples: [
        'broadsheet catch-up --dry-run',
        'broadsheet catch-up --reason "The mail server is back" --yes',
      ],
      json: '{ "editions": [{ "id", "kind", "title", "since", "goes": { CHANNEL: number }, "late": { CHANNEL: number } }], "articles": [{ "id", "title", "programs", "since", "late": boolean, "audience": { CHANNEL: number } }], "digests": [as in digest], "onWire": { CHANNEL: number }, "feeds": [{ "id", "since" }], "skipped": number, "closed": number, "waits": true where no service runs }',
      exits: actExits,
    }),
    { confirmed: true },
  ).action(
    exits(async (options: ActOptions) => {
      const [{ withLedger }, { withChannels }, { confirmCount }, staff, { tooLate }] =
        await Promise.all([
          import('../ledger.js'),
          import('../channels.js'),
          import('../confirm.js'),
          import('../../staff/catch-up.js'),
          import('../../workers/deliver.js'),
        ]);
      const { liveProcesses } = await import('../../store/processes.js');
      return withLedger(io, options, (ledger) =>
        withChannels(ledger, async ({ channels }) => {
          const { database, config, now } = ledger;
          const { alertsWithin } = config.catchUp;
          const fetched = [...channels.values()]
            .filter((one) => one.fetched)
            .map(({ name }) => name);
          const plan = await staff.planCatchUp(database, {
            ...{ alertsWithin, fetched, now: now() },
            programs: config.programs,
            feeds: config.feeds,
          });
          if (!options.json) show(plan, now());
          const act =
            waits(plan) &&
            (await isWanted(io, output, options, () =>
              confirmCount(io, reached(plan), config.staff.confirmAbove),
            ));
          const done = act ? await goOn() : { skipped: 0, closed: 0 };
          const idle = act && (await liveProcesses(database)).length === 0;
          if (options.json) {
            output.json({ ...plan, digests: plan.digests.closes, ...done, waits: idle });
          } else if (act) {
            output.line(
              `${plural(done.skipped, 'delivery', 'deliveries')} skipped, ${plural(done.closed, 'window')} closed.`,
            );
            if (idle) output.line('The rest goes out when a service runs: "broadsheet serve".');
          }
          return exitCodes.done;

          async function goOn() {
            const { closeWindows } = await import('../../app.js');
            const skipped = await staff.skipPlanned(
              database,
              plan,
              { alertsWithin, reason: tooLate(alertsWithin) },
              actOf(options, now()),
            );
            const { closed } = await closeWindows({ config, ledger, now, channels }, now());
            await wakeDelivery(ledger);
            return { skipped, closed };
          }
        }),
      );
    }),
  );

  function show(plan: CatchUpPlan, now: Date): void {
    const { editions, articles, digests, onWire, feeds } = plan;
    const heading = (text: string) => output.line(output.paint('bold', text));
    if (!waits(plan)) output.line('Nothing waits to go out.');
    if (editions.length + articles.length > 0) {
      heading('Editions that wait');
      output.table(
        [
          { header: 'ID' },
          { header: '' },
          { header: 'WAITS SINCE' },
          { header: 'GOES TO', narrow: 'wrap' },
          { header: 'TOO LATE FOR', narrow: 'wrap' },
          { header: 'TITLE', narrow: 'first' },
        ],
        [
          ...editions.map(({ id, kind, since, goes, late, title }) => [
            id.slice(0, 8),
            kind,
            ago(since, now),
            people(goes),
            people(late),
            title,
          ]),
          ...articles.map(({ id, since, late, audience, title }) => [
            id.slice(0, 8),
            'to freeze',
            ago(since, now),
            late ? '-' : people(audience),
            late ? people(audience) : '-',
            title,
          ]),
        ],
      );
      output.line();
    }
    if (digests.closes.length > 0) {
      const all = digests.closes.map(({ destinations }) => destinations).reduce(sum, {});
      const contents = digests.closes.reduce((total, close) => total + close.contents, 0);
      heading('Digests that are due');
      output.line(
        `${plural(contents, 'digest')} for ${readers(all)}: one for each, also where several windows passed. See "broadsheet digest --dry-run".`,
      );
      output.line();
    }
    if (Object.keys(onWire).length > 0) {
      output.line(
        `On the wire, or there when a process died: ${readers(onWire)}. What became of it is found out where it can be, and is uncertain where not.`,
      );
    }
    if (feeds.length > 0) {
      output.line(`To be polled: ${feeds.map(({ id }) => id).join(', ')}.`);
    }
  }
};

const people = (count: PerChannel) => (Object.keys(count).length === 0 ? '-' : readers(count));

function sum(a: PerChannel, b: PerChannel): PerChannel {
  const names = Object.keys({ ...a, ...b }) as ChannelName[];
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

function waits({ editions, articles, digests }: CatchUpPlan): boolean {
  return editions.length + articles.length + digests.closes.length > 0;
}

/** How many destinations get something at the most. */
function reached({ editions, articles, digests }: CatchUpPlan): number {
  const each = [
    ...editions.map(({ goes }) => goes),
    ...articles.filter(({ late }) => !late).map(({ audience }) => audience),
    ...digests.closes.map(({ destinations }) => destinations),
  ];
  return each.flatMap((count) => Object.values(count)).reduce((total, n) => total + n, 0);
}
