/** The sentence of a decision, and what staff can do about it. */

import type { WhyFacts, WhySubscription } from '../../store/why.js';
import { closed } from '../../templates/plain.js';
import { deliverySentence, inShort } from './sentence-delivery.js';
import type { Decision, Delivered, HeldBy, Verdict, Way } from './verdict.js';
import { digestName, listed, type Words } from './words.js';

/** One sentence, which begins in upper case and ends with what others said, where that decides. */
export function sentenceOf({ main, besides }: Decision, facts: WhyFacts, words: Words): string {
  const more = besides ? `; ${inShort(besides, words)}` : '';
  const sentence =
    'of' in main
      ? deliverySentence(main, facts, words, more)
      : closed(`${plain(main, facts, words)}${more}`);
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

const reading = (subscriptions: readonly WhySubscription[], words: Words) =>
  listed(subscriptions.map(({ program, cadence }) => `${words.program(program)} (${cadence})`));

/** What is no matter of one delivery. */
function plain(verdict: Exclude<Verdict, Delivered>, facts: WhyFacts, words: Words): string {
  const { whom, at, full, program } = words;
  const { article, now, running } = facts;
  switch (verdict.kind) {
    case 'unknown':
      return 'nobody is known under this address, so nothing was ever planned for it';
    case 'suppressed': {
      const { by } = verdict;
      return `nothing is mailed to this address: it was suppressed at ${full(by.at)} by ${by.actor}: ${by.reason}`;
    }
    case 'forgotten':
      return `nothing can be sent to ${whom}, whose address was forgotten`;
    case 'inactive':
      return words.channel === 'email'
        ? `nothing is sent to ${whom}, who is no longer active`
        : `nothing is sent to ${whom}, which the config names no more`;
    case 'unconfirmed':
      return `nothing is mailed to ${whom}, of whom there is no confirmed consent`;
    case 'left': {
      const { consent, programs } = verdict;
      const when = consent ? ` at ${full(consent.at)} (${consent.origin})` : '';
      return `${whom} left ${listed(programs.map(program))}${when}`;
    }
    case 'program':
      return `the article is in ${listed(article.content.programs.map(program))}, and ${whom} reads ${reading(verdict.reads, words) || 'nothing'}`;
    case 'seeded':
      return words.channel === 'rss' && !facts.destination?.address?.includes('/')
        ? `the article was there at the first poll of its feed: ${whom} shows it, and it is never sent`
        : `${whom} never gets it: the article was there at the first poll of its feed, and is in output feeds only`;
    case 'held':
      return `${held(verdict.by, facts, words)}${comes(verdict.way, words)}: ${verdict.by.reason}`;
    case 'undo': {
      const until = verdict.until;
      const over = until && until <= now ? ', and is released as soon as a service runs' : '';
      return `the article is in its undo window${until ? ` until ${full(until)}` : ''}${over}${comes(verdict.way, words)}`;
    }
    case 'assembling':
      return `the article was released, and its alert ${verdict.frozen ? 'is still being assembled' : 'is not frozen yet'}${running.assemble ? '' : ', as no service that assembles is running'}`;
    case 'window': {
      const { closes, subscription, overdue } = verdict;
      const digest = `the ${digestName(subscription)}`;
      const rest = facts.destination?.pausedUntil;
      if (rest && rest > closes && rest > now) {
        return `${whom} is paused until ${full(rest)}, so ${digest} that is due at ${full(closes)} closes without the article`;
      }
      return overdue
        ? `the article waits for ${digest} to ${whom} that was due at ${full(closes)}, and is made as soon as a service runs`
        : `the article waits for ${full(closes)}, in ${digest} to ${whom}`;
    }
    case 'late': {
      const { subscription, missed, as } = verdict;
      const what = as === 'alert' ? 'its alert was frozen' : 'the article was released';
      return `${whom} has read ${program(subscription.program)} only since ${full(subscription.since)}, and ${what} before that, at ${at(missed)}`;
    }
    case 'revised':
      return `the article came into ${program(verdict.program)} only with revision ${verdict.revision}, at ${full(verdict.at)}, when ${verdict.as === 'alert' ? 'its alert had gone, and a revision alerts nobody' : `the digest of ${whom} had closed`}`;
    case 'closed': {
      const { closedAt, reason } = verdict.window;
      return reason
        ? `the window of ${whom} closed empty at ${full(closedAt)}: ${reason}`
        : `the window of ${whom} closed at ${full(closedAt)} with a digest that does not hold it, and the ledger does not say why`;
    }
    case 'unclear':
      return `${whom} is on no list of it, and the ledger does not say why: ${whom === 'the reader' ? 'they have' : 'it has'} read ${program(verdict.subscription.program)} since ${full(verdict.subscription.since)}, and the profile may have been another when it went out`;
  }
}

function held({ what, actor, at }: HeldBy, { article }: WhyFacts, { full }: Words): string {
  const when = `since ${full(at)}`;
  if (what === 'feed') {
    return `${actor ?? 'somebody'} holds the feed ${article.feedId} ${when}, and the article with it`;
  }
  return actor
    ? `${actor} holds the article ${when}`
    : `the article is held ${when}, when it was seen`;
}

function comes(way: Way | undefined, { at }: Words): string {
  if (!way) return '';
  return way.as === 'alert'
    ? ', and it would come as an alert'
    : `, and it would come in the ${digestName(way.subscription)} at ${at(way.closes)}`;
}

/** What staff can do about it for `whom`, as they wrote it. Undefined where there is nothing to be done. */
export function todoOf(
  { main }: Decision,
  { article, channel, suppression }: WhyFacts,
  whom: string,
): string | undefined {
  const name = 'of' in main ? main.of.editionId.slice(0, 8) : article.id.slice(0, 8);
  switch (main.kind) {
    case 'uncertain':
      return `Settle it: broadsheet uncertain ${name} --accepted (or --resend) --reason "…"`;
    case 'rejected':
      if (suppression) return undefined;
      return `Send it again: broadsheet resend ${name} --only rejected${channel === 'rss' ? ' --channel rss' : ''} --to ${shellWord(whom)} --reason "…"`;
    case 'held':
      return `Let it go: broadsheet release ${main.by.what === 'feed' ? article.feedId : name} --reason "…"`;
    case 'paused':
      return 'Let sending go on: broadsheet resume --reason "…"';
    default:
      return undefined;
  }
}

/** A word as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w@.+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
