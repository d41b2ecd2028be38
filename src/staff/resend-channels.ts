/** What a resend does on each channel: who is chosen, who is left out, and why. */

import { type LeftOut, leftOut, type ResendMode, type Standing } from '../editions/resend.js';
import type { ChannelName } from '../model.js';

export interface ChannelPlan {
  readonly channel: ChannelName;
  readonly chosen: readonly Standing[];
  /** How many of the chosen have it already. */
  readonly haveIt: number;
  /** How many of the chosen have an earlier revision of it. */
  readonly haveEarlier: number;
  /** Output feeds that show it as it is, so that nothing has to travel. */
  readonly shown: number;
  /** Destinations of the list that get nothing, by the reason. */
  readonly left: readonly { readonly why: string; readonly count: number }[];
  /** Why the edition could not be rendered for the channel. */
  readonly failure?: string;
}

/**
 * Chooses among the destinations of a frozen list.
 *
 * @param failures per channel that could not render the edition, why
 * @param corrects whether what some of them had may be an earlier revision
 */
export function decide(
  list: readonly Standing[],
  only: ResendMode,
  failures: Partial<Record<ChannelName, string>>,
  corrects: boolean,
): ChannelPlan[] {
  const names = new Set(list.map(({ channel }) => channel));
  return [...names].map((channel) => {
    const standings = list.filter((one) => one.channel === channel);
    const failure = failures[channel];
    const chosen: Standing[] = [];
    const left = new Map<string, number>();
    let shown = 0;
    for (const standing of standings) {
      const why = leftOut(standing, only);
      if (why === undefined && failure === undefined) chosen.push(standing);
      else if (why === 'shown') shown += 1;
      else {
        const words =
          why === undefined ? 'cannot get it' : inWords(why, corrects && !standing.hadThis);
        left.set(words, (left.get(words) ?? 0) + 1);
      }
    }
    const had = chosen.filter(({ stand }) => stand === 'had');
    const haveEarlier = corrects ? had.filter(({ hadThis }) => !hadThis).length : 0;
    return {
      channel,
      chosen,
      haveIt: had.length - haveEarlier,
      haveEarlier,
      shown,
      left: [...left]
        .map(([why, count]) => ({ why, count }))
        .sort((a, b) => (a.why < b.why ? -1 : 1)),
      ...(failure !== undefined && { failure }),
    };
  });
}

/** Goes on from a number: "3 had it". */
function inWords(why: LeftOut, earlier: boolean): string {
  if (typeof why === 'object') {
    const reason = why.why.replace(/\.$/, '').replace(/^./, (letter) => letter.toLowerCase());
    return `would be skipped (${reason})`;
  }
  return {
    underWay: 'under way',
    had: earlier ? 'had an earlier revision' : 'had it',
    uncertain: 'uncertain',
    rejected: 'rejected',
    skipped: 'skipped',
    resent: 'had it again for this reason',
    shown: 'shown',
  }[why];
}
