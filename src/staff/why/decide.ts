/** Decides why a destination has, or has not, got an article: facts in, a decision out, and nothing else. */

import type { WhyDelivery, WhyFacts, WhyWindow } from '../../store/why.js';
import { barredFrom } from './barred.js';
import { unlisted } from './unlisted.js';
import type { Decision, HeldBy, Standing } from './verdict.js';

/**
 * The most decisive answer comes first: what was accepted, then what may have arrived, then where the
 * last delivery stands. Where there is no delivery: why it is on no list.
 */
export function decide(facts: WhyFacts): Decision {
  const { deliveries } = facts;
  const last = deliveries.at(-1);
  if (!last) return { main: unlisted(facts) };
  const [first, ...again] = deliveries
    .filter(({ state }) => state === 'accepted')
    .sort((a, b) => timeOf(a) - timeOf(b));
  const chosen = first ?? deliveries.find(({ state }) => state === 'uncertain') ?? last;
  const main = first ? accepted(facts, first, again) : standing(facts, chosen);
  if (chosen !== last && last.state !== 'accepted') return { main, besides: standing(facts, last) };
  if (last.state !== 'rejected' && last.state !== 'skipped') return { main };
  // What was refused does not count as had, so that another window may still bring it.
  const other = unlisted(facts);
  return other.kind === 'window' ? { main, besides: other } : { main };
}

const timeOf = ({ settledAt, plannedAt }: WhyDelivery) => (settledAt ?? plannedAt).getTime();

function accepted(facts: WhyFacts, of: WhyDelivery, again: readonly WhyDelivery[]): Standing {
  const leftOut = of.kind === 'alert' ? windowWithout(facts, of) : undefined;
  return { kind: 'accepted', of, again, ...(leftOut && { leftOut }) };
}

/** The window that would have brought the article, had it not come as this alert. */
function windowWithout(
  { article, deliveries, subscriptions, windows }: WhyFacts,
  alert: WhyDelivery,
): WhyWindow | undefined {
  const { releaseOrder, releasedAt, content } = article;
  if (releaseOrder === null || !releasedAt) return undefined;
  const read = subscriptions.filter(
    ({ program, since }) => content.programs.includes(program) && since < releasedAt,
  );
  const window = windows.find(
    ({ coversUntil, programs }) =>
      coversUntil >= releaseOrder && read.some(({ program }) => programs.includes(program)),
  );
  if (!window || window.closedAt < alert.plannedAt) return undefined;
  const brought = deliveries.some(({ editionId }) => editionId === window.editionId);
  return brought ? undefined : window;
}

/** Where one delivery stands; of one that is still to go out, what keeps it. */
function standing(facts: WhyFacts, of: WhyDelivery): Standing {
  const { state } = of;
  if (state === 'accepted') return { kind: 'accepted', of, again: [] };
  if (state === 'rejected' || state === 'skipped' || state === 'uncertain') {
    return { kind: state, of };
  }
  if (state === 'sending') return { kind: of.lost ? 'lost' : 'sending', of };
  // The same is looked at once more at the moment of sending (skipReason in store/deliveries.ts).
  const barred = barredFrom(facts, of.programs);
  if (barred) return barred.kind === 'program' ? { kind: 'left', programs: of.programs } : barred;
  if (of.failure !== null) return { kind: 'unrendered', of, failure: of.failure };
  if (of.heldAt) return { kind: 'held', of, by: heldEdition(facts, of, of.heldAt) };
  if (of.editionState === 'assembling') return { kind: 'assembling', of };
  if (facts.pause) return { kind: 'paused', of, by: facts.pause };
  if (state === 'claimed' && !of.lost) return { kind: 'claimed', of };
  if (of.notBefore && of.notBefore > facts.now)
    return { kind: 'deferred', of, until: of.notBefore };
  return { kind: 'pending', of };
}

function heldEdition({ events }: WhyFacts, of: WhyDelivery, at: Date): HeldBy {
  // An article is held with its alerts, at the same moment.
  const act = events.findLast(
    ({ kind, at: then }) =>
      (kind === 'edition.held' || kind === 'article.held') && then.getTime() === at.getTime(),
  );
  const reason = of.holdReason ?? '';
  return { what: 'edition', at, reason, ...(act && { actor: act.actor }) };
}
