import type { HoldPlan } from '../../staff/hold.js';
import type { Had } from '../../store/holds.js';
import { type ActOptions, actExits, actOf, actOptions, patiently, requireReason } from '../act.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { progressLines } from '../progress.js';
import { plural, readers } from '../words.js';

/** `broadsheet hold`: stops a feed, an article or an edition at once. */
export const hold: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('hold', {
      summary:
        'Hold a feed, an article or an edition at once, also in the middle of being sent, and say who already had it.',
      examples: [
        'broadsheet hold 4f9c2a10 --reason "The figure in the headline is wrong"',
        'broadsheet hold main --reason "The site is being moved" --as dana',
        'broadsheet hold 4f9c2a10 --dry-run',
      ],
      json: '{ "held": boolean, "already": sentence or null, "articles": [{ "id", "title" }], "editions": [{ "id", "kind", "title", "progress": { CHANNEL: { "accepted", "rejected", "uncertain", "skipped", "onWire", "waiting", "unrendered" } } }], "digests": [as in editions], "had": { "accepted": { CHANNEL: number }, "perhaps": { CHANNEL: number }, "discordChannels": [name] } }',
      exits: actExits,
    }).argument('<name>', "a feed's id, or the beginning of an article's or an edition's id"),
    { confirmed: false },
  ).action(
    exits(async (name: string, options: ActOptions) => {
      requireReason(options);
      const { withLedger } = await import('../ledger.js');
      const staff = await import('../../staff/hold.js');
      return withLedger(io, options, async ({ database, config, now }) => {
        const subject = await staff.findHoldable(database, config.feeds, name);
        const plan = await patiently(
          output,
          'Looking through what is under way',
          options.dryRun
            ? staff.planHold(database, subject)
            : staff.hold(database, subject, actOf(options, now())),
        );
        const held = !options.dryRun && plan.already === undefined;
        if (options.json) {
          const { already = null, articles, editions, digests, had } = plan;
          output.json({
            held,
            already,
            articles: articles.map(({ id, content }) => ({ id, title: content.title })),
            editions: editions.map(lean),
            digests: digests.map(lean),
            had,
          });
        } else show(plan, held);
        return exitCodes.done;
      });
    }),
  );

  function lean({ id, kind, title, progress }: HoldPlan['editions'][number]) {
    return { id, kind, title, progress };
  }

  function show(plan: HoldPlan, held: boolean): void {
    const { subject, already, articles, editions, digests } = plan;
    const what = {
      feed: nameOf(plan),
      article: nameOf(plan),
      edition: `The edition ${nameOf(plan)}`,
    };
    if (already !== undefined) output.line(`${what[subject.kind]} is held already: ${already}`);
    else output.line(`${what[subject.kind]} ${held ? 'is' : 'would be'} held.`);
    if (subject.kind === 'feed' && already === undefined) {
      output.line(
        articles.length > 0
          ? `${plural(articles.length, 'waiting article')} with it, and what comes until it is released:`
          : 'None of its articles waits. What comes is held until it is released.',
      );
      for (const { id, content } of articles.slice(0, 50)) {
        output.line(`  ${id.slice(0, 8)}  ${content.title}`);
      }
      if (articles.length > 50) output.line(`  … and ${articles.length - 50} more`);
      output.line('What of it was released before goes on; hold such an article by its own id.');
    }
    for (const { id, kind, progress } of editions) {
      output.line(`${kind === 'alert' ? 'Alert' : 'Digest'} ${id.slice(0, 8)} stops:`);
      progressLines(output, progress);
    }
    if (subject.kind !== 'feed') showHad(plan.had);
    for (const { id, progress } of digests) {
      output.line(
        output.paint(
          'yellow',
          `A digest under way contains it, and goes on. Stop it with "broadsheet hold ${id.slice(0, 8)} --reason …":`,
        ),
      );
      progressLines(output, progress);
    }
  }

  function nameOf({ subject }: HoldPlan): string {
    if (subject.kind === 'feed') return `The feed ${subject.feed.id}`;
    return `“${subject.kind === 'article' ? subject.article.content.title : subject.edition.title}”`;
  }

  function showHad({ accepted, perhaps, discordChannels }: Had): void {
    output.line(`Already had it: ${readers(accepted)}.`);
    if (discordChannels.length > 0) {
      output.line(
        `Discord channels that show it: ${discordChannels.map((name) => `#${name}`).join(', ')}.`,
      );
    }
    if (Object.keys(perhaps).length > 0) {
      output.line(`Perhaps had it, being uncertain or on the wire: ${readers(perhaps)}.`);
    }
  }
};
