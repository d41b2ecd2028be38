/** Why a reader, a Discord channel or an output feed has, or has not, got an article. */

import type { ChannelName, Program } from '../model.js';
import type { Database } from '../store/database.js';
import { whyFacts } from '../store/why.js';
import type { Keys } from '../subscribers/keys.js';
import { decide } from './why/decide.js';
import { findNamed, findWhom } from './why/find.js';
import { sentenceOf, todoOf } from './why/sentence.js';
import { type Moment, timelineOf } from './why/timeline.js';
import { timesIn } from './why/times.js';
import type { Verdict } from './why/verdict.js';

export interface WhyTools {
  readonly database: Database;
  readonly keys: Pick<Keys, 'addressHash'>;
  readonly programs: readonly Program[];
  /** The newsroom's zone, for whom the ledger does not know. */
  readonly timezone: string;
  readonly now: () => Date;
}

export interface WhyAnswer {
  readonly kind: Verdict['kind'];
  /** One sentence, without the address. */
  readonly sentence: string;
  /** What staff can do, as a command with the address as it was asked for; null where nothing is to be done. */
  readonly todo: string | null;
  /** On whose clock times are said. */
  readonly timezone: string;
  readonly article: { readonly id: string; readonly title: string; readonly state: string };
  /** Null where the ledger does not know it. */
  readonly destination: { readonly id: string; readonly channel: ChannelName } | null;
  readonly timeline: readonly Moment[];
}

/**
 * Answers from the ledger alone. Throws a full sentence where it is not clear who or which article is
 * meant.
 *
 * @param whom an e-mail address, a Discord channel's `#name` or id, or an output feed's id
 * @param named the article's id or URL, or the beginning of its id or title
 */
export async function why(tools: WhyTools, whom: string, named: string): Promise<WhyAnswer> {
  const { database, keys, programs } = tools;
  const now = tools.now();
  const found = await findWhom(database, keys, whom);
  const facts = await whyFacts(database, await findNamed(database, named), found, now);
  const { article, destination } = facts;
  const timezone = destination?.schedule.timezone ?? tools.timezone;
  const name = found.channel === 'discord' ? destination?.name : undefined;
  const words = {
    ...timesIn(timezone, now),
    channel: found.channel,
    whom: name ? `#${name}` : found.called,
    program: (id: string) => programs.find((one) => one.id === id)?.name ?? id,
  };
  const decision = decide(facts);
  return {
    kind: decision.main.kind,
    sentence: sentenceOf(decision, facts, words),
    todo: todoOf(decision, facts, whom.trim()) ?? null,
    timezone,
    article: { id: article.id, title: article.content.title, state: article.state },
    destination: destination ? { id: destination.id, channel: destination.channel } : null,
    timeline: timelineOf(facts, words),
  };
}
