import type { RestorePlan } from '../../staff/restore.js';
import { type ActOptions, actExits, actOf, actOptions, isWanted } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { ago, plural, readers } from '../words.js';

interface RestoreOptions extends ActOptions {
  readonly moved?: boolean;
  readonly undetected?: boolean;
}

/** `broadsheet confirm-restore`: lets a ledger that was restored from a backup send again. */
export const confirmRestore: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('confirm-restore', {
      summary:
        'Show why the ledger is taken for a restored backup, settle what may have gone out since, and let it send again.',
      examples: [
        'broadsheet confirm-restore --dry-run',
        'broadsheet confirm-restore --reason "Restored from last night\'s backup" --yes',
        'broadsheet confirm-restore --moved --reason "Moved to PostgreSQL 17" --yes',
      ],
      json: '{ "fence": { "at", "marks": [{ "instance", "mark" }], "moved": { "from", "to" } or null } or null, "ledger": { "instance", "mark", "systemIdentifier", "continues" }, "newest": { "at", "what" } or null, "onlyMoved": boolean, "deliveries": { CHANNEL: number }, "assembling": [id of an edition], "articles": [{ "id", "title" }], "windows": { CHANNEL: number }, "feeds": [id], "confirmed": boolean }',
      exits: actExits,
    })
      .option(
        '--moved',
        'the ledger was moved to another server as it was, and the old one is off: settle nothing, send on',
      )
      .option(
        '--undetected',
        'the ledger was restored, though nothing shows it: settle what may have gone out',
      ),
    { confirmed: true },
  ).action(
    exits(async (options: RestoreOptions) => {
      if (options.moved && options.undetected) {
        throw new Failure('Write --moved or --undetected, not both.', exitCodes.usage);
      }
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/restore.js');
      return withLedger(io, options, async (ledger) => {
        const { database, config, now } = ledger;
        // Who left after the backup is gone before anything can go out.
        await ledger.mergeJournal();
        const tools = { database, marks: await ledger.marks(), programs: config.programs };
        const undetected = options.undetected === true;
        const plan = await staff.planRestore(tools, now());
        if (!options.json) show(plan, options, now());
        const something = plan.fence !== undefined || undetected;
        const act = something && (await isWanted(io, output, options));
        if (act && options.moved) await staff.confirmMoved(tools, actOf(options, now()));
        else if (act) await staff.confirmRestore(tools, actOf(options, now()), { undetected });
        if (options.json) {
          const { fence, newest } = plan;
          output.json({ ...plan, fence: fence ?? null, newest: newest ?? null, confirmed: act });
        } else if (act) {
          output.line('The ledger is confirmed. A running service goes on within seconds.');
        }
        return exitCodes.done;
      });
    }),
  );

  function show(plan: RestorePlan, options: RestoreOptions, now: Date): void {
    const { fence, ledger, newest, onlyMoved } = plan;
    if (!fence) {
      output.line('The ledger is in order: it is the one that sent last, as far as is known here.');
      if (!options.undetected) return;
    } else output.line(output.paint('red', 'This ledger seems to be restored from a backup:'));
    for (const { instance, mark } of fence?.marks ?? []) {
      output.line(
        instance === ledger.instance
          ? `- By what it knows, ${ledger.mark} batches went to the wire, and there were ${mark}.`
          : `- Another copy of the ledger (${instance.slice(0, 8)}) has sent, up to mark ${mark}, and this one (${ledger.instance.slice(0, 8)}) does not know of it.`,
      );
    }
    if (fence?.moved) {
      const { from, to } = fence.moved;
      output.line(`- It lies on the database server ${to}, and lay on ${from} before.`);
    }
    if (newest) {
      output.line(
        `The newest thing that it knows is of ${newest.at.toISOString()} (${ago(newest.at, now)}): ${newest.what}`,
      );
    }
    if (fence) output.line('Nothing is polled or sent until this is confirmed.');
    output.line();
    if (options.moved) {
      output.line(
        onlyMoved
          ? 'Nothing went out since it was copied. As moved, it would go on where it stopped.'
          : output.paint('red', 'The marks do not show that it was merely moved.'),
      );
      return;
    }
    settled(plan);
    if (onlyMoved) {
      output.line(
        'If you moved the ledger yourself and the old server is off, add --moved: then nothing is settled.',
      );
    }
  }

  function settled({ deliveries, assembling, articles, windows, feeds }: RestorePlan): void {
    output.line('Confirming, for all that may have gone out already:');
    output.line(
      `- calls uncertain what is not final: deliveries to ${readers(deliveries)}. Settle them with "broadsheet uncertain".`,
    );
    if (assembling.length > 0) {
      output.line(`- also those that ${plural(assembling.length, 'alert')} would still list.`);
    }
    output.line(
      `- holds ${plural(articles.length, 'article')} without an alert${articles.length > 0 ? ':' : '.'}`,
    );
    for (const { id, title } of articles.slice(0, 50)) {
      output.line(`    ${id.slice(0, 8)}  ${title}`);
    }
    if (articles.length > 50) output.line(`    … and ${articles.length - 50} more`);
    output.line(`- closes the overdue windows of ${readers(windows)} without a digest.`);
    output.line(
      `- holds what the next poll brings as new: of ${plural(feeds.length, 'feed')}${feeds.length > 0 ? ` (${feeds.join(', ')})` : ''}.`,
    );
    output.line('Then it sends again. Let go what did not go out with "broadsheet release".');
  }
};
