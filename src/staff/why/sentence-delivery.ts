/** The sentence of where one delivery stands. What the other side said closes it, word for word. */

import type { ChannelName } from '../../model.js';
import type { WhyDelivery, WhyFacts } from '../../store/why.js';
import { closed } from '../../templates/plain.js';
import type { Delivered, Verdict } from './verdict.js';
import { bounceName, digestName, editionName, type Words } from './words.js';

const speakers: Readonly<Record<ChannelName, string>> = {
  email: 'the server said',
  discord: 'it is at',
  rss: 'it is at',
};

/** `more` is said before what closes the sentence. */
export function deliverySentence(
  verdict: Delivered,
  facts: WhyFacts,
  words: Words,
  more: string,
): string {
  const { whom, full } = words;
  const { of } = verdict;
  const name = editionName(of, words);
  const said = of.detail?.trim() ?? '';
  const when = full(of.settledAt ?? of.plannedAt);
  switch (verdict.kind) {
    case 'accepted':
      return accepted(verdict, facts, words, more);
    case 'rejected':
      return closed(`${name} to ${whom} was rejected at ${when}${more}: ${said}`);
    case 'skipped':
      return closed(`${name} to ${whom} was skipped at ${when}${more}: ${said}`);
    case 'uncertain':
      return closed(`${whom} may have had it at ${when}, in ${name}${more}: ${said}`);
    case 'sending':
      return closed(`${name} is on the wire to ${whom}, and no answer has come yet${more}`);
    case 'lost':
      return closed(
        `${name} was on the wire to ${whom} when the process that sent it died, and the next service finds out what became of it${more}`,
      );
    case 'claimed':
      return closed(`${name} is just being taken up for ${whom}, and not on the wire yet${more}`);
    case 'pending':
      return closed(
        `${name} waits to be sent to ${whom}${facts.running.deliver ? ', which a service does within seconds' : ', as no service that delivers is running'}${more}`,
      );
    case 'assembling':
      return closed(
        `${name} lists ${whom}, and is still being assembled${facts.running.assemble ? '' : ', as no service that assembles is running'}${more}`,
      );
    case 'deferred':
      return closed(
        `${mayHaveIt(of, whom)}${name} to ${whom} is tried again at ${full(verdict.until)}${more}, as ${tried(of)}: ${said}`,
      );
    case 'unrendered':
      return closed(
        `${name} waits for ever, as it could not be rendered for ${facts.channel}${more}: ${verdict.failure}`,
      );
    case 'paused': {
      const { by } = verdict;
      return closed(
        `${name} to ${whom} waits, as ${by.actor} paused all sending at ${full(by.at)}${more}: ${by.reason}`,
      );
    }
    case 'held': {
      const { by } = verdict;
      return closed(
        `${name} to ${whom} waits, as ${holder(by.actor)} holds it since ${full(by.at)}${more}: ${by.reason}`,
      );
    }
  }
}

function tried({ tries }: WhyDelivery): string {
  const last = tries.at(-1);
  if (last?.outcome === 'uncertain') return `the answer to attempt ${last.attempt} was lost`;
  return last ? `attempt ${last.attempt} did not get through` : 'it did not get through';
}

const lost = ({ tries }: WhyDelivery) => tries.some(({ outcome }) => outcome === 'uncertain');

function mayHaveIt(of: WhyDelivery, whom: string): string {
  return lost(of) ? `${whom} may have it already, and ` : '';
}

function holder(actor: string | undefined): string {
  return actor === 'schedule' ? 'Broadsheet' : (actor ?? 'somebody');
}

function accepted(
  { of, again, leftOut }: Delivered & { kind: 'accepted' },
  { article }: WhyFacts,
  words: Words,
  more: string,
): string {
  const { whom, full, at } = words;
  const as = of.kind === 'alert' && !of.resend ? 'as an alert' : `in ${editionName(of, words)}`;
  const newest = Math.max(of.revision, ...again.map(({ revision }) => revision));
  const revision =
    newest < article.revision ? `, in revision ${newest} of ${article.revision}` : '';
  const without = leftOut
    ? `, so that ${words.digestOf(leftOut.on, leftOut.closedAt)} left it out`
    : '';
  const rest = again.map(
    (one) => `, and again at ${at(one.settledAt ?? one.plannedAt)} in ${editionName(one, words)}`,
  );
  const back = of.bounces.findLast(({ kind }) => kind !== 'complaint');
  if (back) {
    const accepted = `${editionName(of, words)} to ${whom} was accepted at ${full(of.settledAt ?? of.plannedAt)}, and came back at ${at(back.at)} (${bounceName(back)})`;
    return closed(`${accepted}${rest.join('')}${more}: ${back.diagnostic}`);
  }
  const complaint = of.bounces.at(-1);
  const complained = complaint ? `, and complained about it at ${at(complaint.at)}` : '';
  const sentence = `${whom} had it at ${full(of.settledAt ?? of.plannedAt)} ${as}${revision}${without}${complained}${rest.join('')}${more}`;
  const detail = of.detail?.trim();
  if (!detail) return closed(sentence);
  // What staff or a recall settled is told in words of our own.
  const itsOwn = words.channel === 'email' ? /^\d{3}[ -]/.test(detail) : !/ /.test(detail);
  const speaker =
    (lost(of) && words.channel !== 'email') || !itsOwn
      ? 'the ledger says'
      : speakers[words.channel];
  return `${sentence}; ${speaker}: ${detail}`;
}

/** What is said of a second delivery, or of what is still to come, in the same sentence. */
export function inShort(verdict: Verdict, words: Words): string {
  if (verdict.kind === 'window') {
    return `it is to come at ${words.at(verdict.closes)} in the ${digestName(verdict.subscription)}`;
  }
  if (!('of' in verdict)) return 'what was to come later will be skipped';
  const name = editionName(verdict.of, words);
  switch (verdict.kind) {
    case 'rejected':
    case 'skipped':
      return `${name} was ${verdict.kind}`;
    case 'uncertain':
      return `whether ${name} arrived is uncertain`;
    case 'sending':
    case 'lost':
      return `${name} is on the wire`;
    case 'deferred':
      return `${name} is tried again at ${words.at(verdict.until)}`;
    case 'unrendered':
      return `${name} could not be rendered`;
    case 'held':
      return `${name} is held`;
    case 'paused':
      return `${name} waits, as all sending is paused`;
    default:
      return `${name} is still to be sent`;
  }
}
