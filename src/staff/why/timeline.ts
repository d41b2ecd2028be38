/** What happened between an article and a destination, in the order of time, and what is to come. */

import type { WhyDelivery, WhyFacts } from '../../store/why.js';
import { closed } from '../../templates/plain.js';
import { bounceName, digestName, editionName, listed, type Words } from './words.js';

export interface Moment {
  readonly at: Date;
  /** Such as `seen`, `released`, `planned`, `deferred` or `accepted`. */
  readonly kind: string;
  /** A sentence; what others said stands in it word for word. */
  readonly message: string;
  /** Still to come. */
  readonly ahead: boolean;
}

/** Oldest first. */
export function timelineOf(facts: WhyFacts, words: Words): Moment[] {
  const { now } = facts;
  const moments: Moment[] = [];
  const add = (at: Date | null | undefined, kind: string, message: string) => {
    if (at) moments.push({ at, kind, message, ahead: at > now });
  };
  ofArticle(facts, words, add);
  ofDestination(facts, words, add);
  for (const delivery of facts.deliveries) ofDelivery(delivery, words, add);
  // What was seen or planned first comes first among what happened at one moment.
  return moments.sort((a, b) => a.at.getTime() - b.at.getTime());
}

type Add = (at: Date | null | undefined, kind: string, message: string) => void;

function ofArticle(
  { article, alerts, deliveries, events, subscriptions }: WhyFacts,
  words: Words,
  add: Add,
): void {
  const { feedId, revisions, releaseAt, releasedAt, seenAt, state } = article;
  add(
    seenAt,
    'seen',
    `Seen in the feed ${feedId}${state === 'seeded' ? ', at its first poll' : ''}.`,
  );
  for (const { revision, seenAt: at, programs } of revisions.slice(1)) {
    add(at, 'revised', `Revision ${revision} came, in ${listed(programs.map(words.program))}.`);
  }
  if (state === 'waiting') add(releaseAt, 'release', 'Its undo window is over.');
  if (state === 'released') add(releasedAt, 'released', 'Released.');
  // Once all has settled, what stops a feed or all sending is no matter of this article any more.
  const open = deliveries.some(({ settledAt }) => !settledAt) || deliveries.length === 0;
  const end = Math.max(...deliveries.map(({ settledAt }) => settledAt?.getTime() ?? 0));
  for (const { at, actor, kind, subject, message } of events) {
    // Told with the deliveries, and for the one channel that was asked about.
    if (kind === 'edition.resent' || kind === 'edition.unrenderable') continue;
    const general = subject === 'sending' || subject.startsWith('feed:');
    if (general && (state === 'seeded' || (!open && at.getTime() > end))) continue;
    add(at, kind, `${actor === 'schedule' ? '' : `${actor}: `}${message}`);
  }
  const instant = subscriptions.some(({ cadence }) => cadence === 'instant');
  const frozen = new Map(instant ? alerts.map((alert) => [alert.id, alert.frozenAt]) : []);
  for (const of of deliveries) if (!frozen.has(of.editionId)) frozen.set(of.editionId, of.frozenAt);
  for (const [id, at] of frozen) {
    const of = deliveries.find(({ editionId }) => editionId === id);
    const name = of ? editionName({ ...of, resend: null }, words) : 'the alert';
    add(at, 'frozen', sentence(`${name} was frozen (${id.slice(0, 8)})`));
    if (of?.failure)
      add(at, 'unrendered', `It could not be rendered for ${words.channel}: ${closed(of.failure)}`);
  }
}

function ofDestination(facts: WhyFacts, words: Words, add: Add): void {
  const { article, consents, deliveries, destination, subscriptions, suppression, windows } = facts;
  const its = (programs: readonly string[]) =>
    programs.filter((id) => article.content.programs.includes(id));
  for (const { at, act, programs, origin } of consents) {
    const names = listed(programs.map(words.program));
    if (act === 'given')
      add(at, 'consented', `The reader agreed to get ${names}: ${closed(origin)}`);
    else add(at, 'left', `The reader left ${names}: ${closed(origin)}`);
  }
  for (const { program, cadence, since, dueAt } of subscriptions) {
    if (its([program]).length === 0) continue;
    add(since, 'subscribed', `Reads ${words.program(program)} since then; now ${cadence}.`);
    if (dueAt && dueAt > facts.now) {
      add(
        dueAt,
        'window',
        `The window of ${words.program(program)} closes, for the ${digestName({ cadence })}.`,
      );
    }
  }
  if (suppression) {
    add(
      suppression.at,
      'suppressed',
      `The address was suppressed by ${suppression.actor}: ${closed(suppression.reason)}`,
    );
  }
  for (const { on, closedAt, programs, editionId, reason } of windows) {
    if (its(programs).length === 0) continue;
    const brought = deliveries.some((of) => of.editionId === editionId);
    const what = brought ? 'with it' : editionId ? 'without it' : `empty: ${reason ?? ''}`;
    add(closedAt, 'closed', `The window of ${on} closed ${closed(what)}`);
  }
  if (destination?.state === 'inactive') {
    add(
      facts.now,
      'inactive',
      'Nothing is sent to it any more, and the ledger does not say since when.',
    );
  }
}

function ofDelivery(of: WhyDelivery, words: Words, add: Add): void {
  const { resend, round, state, failure, notBefore, settledAt, tries } = of;
  const name = editionName({ ...of, resend: null }, words);
  if (resend)
    add(
      of.plannedAt,
      'resent',
      `${resend.actor} sent ${name} again (round ${round}): ${closed(resend.reason)}`,
    );
  else add(of.plannedAt, 'planned', sentence(`the delivery of ${name} was planned`));
  for (const { attempt, at, outcome, detail } of tries) {
    add(at, outcome, `Attempt ${attempt} ${outcome}: ${detail}`);
  }
  if (settledAt)
    add(settledAt, state, sentence(`${state}${of.detail ? `: ${of.detail}` : ''}`, false));
  for (const bounce of of.bounces) {
    if (bounce.kind === 'complaint')
      add(bounce.at, 'complained', `The reader complained: ${closed(bounce.diagnostic)}`);
    else
      add(
        bounce.at,
        'bounced',
        sentence(`came back (${bounceName(bounce)}): ${bounce.diagnostic}`),
      );
  }
  if (!settledAt && state === 'pending' && notBefore && !failure) {
    add(notBefore, 'retry', sentence(`${name} is tried again`));
  }
}

function sentence(text: string, end = true): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return end ? closed(upper) : upper;
}
