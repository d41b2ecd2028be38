/** Why no edition with the article has the destination on its list, or not yet. */

import { latestClose, nextClose } from '../../editions/schedule.js';
import type { WhyFacts, WhySubscription } from '../../store/why.js';
import { barredFrom } from './barred.js';
import type { HeldBy, Verdict, Way } from './verdict.js';

export function unlisted(facts: WhyFacts): Verdict {
  const { article, subscriptions } = facts;
  const { state, content } = article;
  const barred = barredFrom(facts, content.programs);
  // What was never sent to anybody is no matter of the reader's profile or consent.
  const personal = barred && ['program', 'left', 'unconfirmed'].includes(barred.kind);
  if (barred && !(personal && state === 'seeded')) return barred;
  if (state === 'seeded') return { kind: 'seeded' };
  const reads = subscriptions.filter(({ program }) => content.programs.includes(program));
  const way = wayOf(facts, reads);
  if (state === 'held') return { kind: 'held', by: heldBy(facts), ...(way && { way }) };
  if (state === 'waiting') {
    return { kind: 'undo', until: article.releaseAt, ...(way && { way }) };
  }
  return released(facts, reads);
}

function wayOf(facts: WhyFacts, reads: readonly WhySubscription[]): Way | undefined {
  const { article } = facts;
  if (!article.alertedAt && reads.some(({ cadence }) => cadence === 'instant')) {
    return { as: 'alert' };
  }
  const released =
    article.releaseAt && article.releaseAt > facts.now ? article.releaseAt : facts.now;
  const soonest = closesOf(facts, reads, released)[0];
  return soonest && { as: 'digest', subscription: soonest.subscription, closes: soonest.closes };
}

function heldBy({ article, events, feedHold }: WhyFacts): HeldBy {
  const { holdReason, seenAt } = article;
  const reason = holdReason ?? '';
  const act = events.findLast(({ kind }) => kind === 'article.held' || kind === 'article.released');
  if (act?.kind === 'article.held') {
    return { what: 'article', actor: act.actor, at: act.at, reason };
  }
  if (feedHold && (reason === feedHold.reason || reason.startsWith('The feed is held:'))) {
    const actor = events.findLast(({ kind }) => kind === 'feed.held')?.actor;
    return { what: 'feed', at: feedHold.at, reason: feedHold.reason, ...(actor && { actor }) };
  }
  return { what: 'article', at: seenAt, reason };
}

interface Closing {
  readonly subscription: WhySubscription;
  readonly closes: Date;
  readonly overdue: boolean;
}

/** When the windows of these subscriptions close that an article of this release falls into, the soonest first. */
function closesOf(
  { destination, now }: WhyFacts,
  subscriptions: readonly WhySubscription[],
  released: Date,
): Closing[] {
  if (!destination) return [];
  const { schedule } = destination;
  return subscriptions
    .flatMap((subscription): Closing[] => {
      const { cadence, dueAt } = subscription;
      if (!dueAt) return [];
      if (dueAt > now) return [{ subscription, closes: dueAt, overdue: false }];
      // Overdue windows collapse into one, and what was released after its close waits for the next.
      const last =
        cadence === 'instant'
          ? latestClose('daily', schedule, dueAt)
          : latestClose(cadence, schedule, now);
      if (released <= last.at) return [{ subscription, closes: last.at, overdue: true }];
      if (cadence === 'instant') return [];
      const { at } = nextClose(cadence, schedule, now, last.on);
      return [{ subscription, closes: at, overdue: false }];
    })
    .sort((a, b) => a.closes.getTime() - b.closes.getTime());
}

/** It was released, and the destination reads some of its programs. */
function released(facts: WhyFacts, reads: readonly WhySubscription[]): Verdict {
  const { alerts, article } = facts;
  const { alertedAt, releaseOrder, releasedAt } = article;
  if (reads.some(({ cadence }) => cadence === 'instant')) {
    if (!alertedAt) return { kind: 'assembling', frozen: false };
    if (alerts.some(({ state, passed }) => state === 'assembling' && !passed)) {
      return { kind: 'assembling', frozen: true };
    }
  }
  if (releaseOrder !== null && releasedAt) {
    const open = reads.filter(({ coveredUntil }) => coveredUntil < releaseOrder);
    const [soonest] = closesOf(facts, open, releasedAt);
    if (soonest) return { kind: 'window', ...soonest };
  }
  const reasons = reads.map((one) => missed(facts, one));
  // What would explain only one of its programs must not stand for the others.
  const order: readonly Verdict['kind'][] = ['closed', 'unclear', 'revised', 'late'];
  const [first] = reasons.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  if (!first) throw new Error('The destination reads none of the programs.');
  return first;
}

/** Why the article did not come through one of the programs that the destination reads. */
function missed(facts: WhyFacts, subscription: WhySubscription): Verdict {
  const { alerts, article, windows } = facts;
  const { alertedAt, releaseOrder, releasedAt, revisions } = article;
  const { program, cadence, since } = subscription;
  const as = cadence === 'instant' ? 'alert' : 'digest';
  const moment = as === 'alert' ? alertedAt : releasedAt;
  if (moment && since > moment) return { kind: 'late', subscription, missed: moment, as };
  const window = windows.find(
    ({ coversUntil, programs }) =>
      releaseOrder !== null && coversUntil >= releaseOrder && programs.includes(program),
  );
  const brought = revisions.find(({ programs }) => programs.includes(program));
  if (brought && brought.revision > 1) {
    const gone =
      as === 'alert'
        ? alertedAt &&
          brought.seenAt >= alertedAt &&
          !alerts.some((one) => one.programs.includes(program))
        : window && brought.seenAt >= window.closedAt;
    if (gone)
      return { kind: 'revised', program, revision: brought.revision, at: brought.seenAt, as };
  }
  return window ? { kind: 'closed', window } : { kind: 'unclear', subscription };
}
