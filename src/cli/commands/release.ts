import type { Released, ReleasePlan } from '../../staff/release.js';
import {
  type ActOptions,
  actExits,
  actOf,
  actOptions,
  isWanted,
  patiently,
  wakeDelivery,
} from '../act.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { progressLines } from '../progress.js';
import { ago, plural, readers } from '../words.js';

/** `broadsheet release`: lets what was held go out. */
export const release: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('release', {
      summary:
        'Let a held feed with its held articles, one article, or an edition go out to their readers.',
      examples: [
        'broadsheet release main --dry-run',
        'broadsheet release 4f9c2a10 --reason "Checked with the editors" --yes',
      ],
      json: '{ "articles": [{ "id", "title" }], "editions": [{ "id", "title" }], "audience": { CHANNEL: number }, "digests": { CHANNEL: number }, "released": [id of an article], "resumed": [id of an edition], "waits": true where no service runs or sending is paused }',
      exits: actExits,
    }).argument('<name>', "a feed's id, or the beginning of an article's or an edition's id"),
    { confirmed: true },
  ).action(
    exits(async (name: string, options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/release.js');
      const { findHoldable } = await import('../../staff/hold.js');
      const { liveProcesses } = await import('../../store/processes.js');
      return withLedger(io, options, async (ledger) => {
        const { database, config, now } = ledger;
        const subject = await findHoldable(database, config.feeds, name);
        const plan = await patiently(
          output,
          'Looking through what is held',
          staff.planRelease(database, subject),
        );
        const something = staff.isHeld(plan);
        if (!options.json) show(plan, something, now());
        const act = something && (await isWanted(io, output, options));
        const released = act
          ? await patiently(
              output,
              'Releasing',
              staff.release(database, plan, actOf(options, now())),
            )
          : { articles: [], editions: [] };
        const idle = (await liveProcesses(database)).length === 0;
        if (act && !idle) {
          await (await ledger.queue()).add('assemble', {});
          await wakeDelivery(ledger, released.editions);
        }
        if (options.json) {
          output.json({
            articles: plan.articles.map(({ id, content }) => ({ id, title: content.title })),
            editions: plan.editions.map(({ id, title }) => ({ id, title })),
            audience: plan.audience,
            digests: plan.digests,
            released: released.articles,
            resumed: released.editions,
            waits: act && (idle || plan.paused !== undefined),
          });
        } else if (act) {
          output.line(done(plan, released));
          if (idle) output.line('It goes out when a service runs: "broadsheet serve".');
        }
        return exitCodes.done;
      });
    }),
  );

  function done({ feedHeld }: ReleasePlan, { articles, editions }: Released): string {
    const what = [
      feedHeld ? 'the feed' : '',
      articles.length > 0 ? plural(articles.length, 'article') : '',
      editions.length > 0 ? plural(editions.length, 'edition') : '',
    ];
    return `Released: ${what.filter(Boolean).join(', ')}.`;
  }

  function show(plan: ReleasePlan, something: boolean, now: Date): void {
    const { subject, feedHeld, articles, editions, audience, digests, paused } = plan;
    if (!something) {
      output.line('Nothing of it is held.');
      return;
    }
    if (feedHeld && subject.kind === 'feed') {
      output.line(`The feed ${subject.feed.id} would let new articles through again.`);
    }
    if (articles.length > 0) {
      output.line(`${plural(articles.length, 'held article')} would go out:`);
      for (const { id, content } of articles.slice(0, 50)) {
        output.line(`  ${id.slice(0, 8)}  ${content.title}`);
      }
      if (articles.length > 50) output.line(`  … and ${articles.length - 50} more`);
      if (Object.keys(audience).length > 0) {
        output.line(`As alerts to up to ${readers(audience)}.`);
      }
      if (Object.keys(digests).length > 0) {
        output.line(`In the next digests of up to ${readers(digests)}.`);
      }
    }
    for (const { id, kind, title, progress } of editions) {
      output.line(
        `The ${kind} “${title}” (${id.slice(0, 8)}) would go on, only to those who wait:`,
      );
      progressLines(output, progress);
    }
    if (paused) {
      output.line(
        `Sending was paused by ${paused.actor} ${ago(paused.at, now)}, so it waits for "broadsheet resume".`,
      );
    }
  }
};
