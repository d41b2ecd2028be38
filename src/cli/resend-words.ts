/** A resend in words: the plan, what each channel will do, and what became of it. */

import type { EditionPlan, ResendPlan, ResendResult } from '../staff/resend.js';
import { ago, plural } from './words.js';

type ChannelPlan = EditionPlan['channels'][number];

/** Discord channels and output feeds named one by one; beyond that they are counted. */
const named = 8;

/** @param now for how long ago something was */
export function planLines(plan: ResendPlan, now: Date): string[] {
  const lines: string[] = [];
  for (const edition of plan.editions) {
    lines.push(title(edition), ...edition.channels.flatMap(channelLines));
    if (edition.channels.length === 0) {
      lines.push('  Nobody of its frozen list is meant by what you wrote.');
    }
    if (edition.done) {
      const { actor, at } = edition.done;
      lines.push(
        `  It was sent again for this reason by ${actor} ${ago(at, now)}. To do it once more, give another reason.`,
      );
    }
  }
  if (plan.count === 0) lines.push('Nothing would be sent.');
  if (plan.pause) {
    const { actor, reason } = plan.pause;
    lines.push(`Sending is paused by ${actor} (${reason}): it goes out after "broadsheet resume".`);
  }
  return lines;
}

function title({ id, kind, language, on, title, correction }: EditionPlan): string {
  const what = `${kind === 'digest' ? `Digest of ${on}` : 'Alert'} "${oneLine(title)}" (${language}, ${id.slice(0, 8)})`;
  return correction
    ? `${what}: revision ${correction.to}, marked as updated, to those who were sent revision ${correction.from}`
    : `${what}, as it was frozen`;
}

function channelLines(plan: ChannelPlan): string[] {
  const { channel, failure, left } = plan;
  const lines = [`  ${channel}: ${channelAct(plan)}`];
  if (failure !== undefined) lines.push(`    It could not be rendered for ${channel}: ${failure}`);
  if (left.length > 0) {
    lines.push(`    left out: ${left.map(({ why, count }) => `${count} ${why}`).join(', ')}`);
  }
  return lines;
}

function channelAct(plan: ChannelPlan): string {
  const { channel, chosen, haveIt, haveEarlier, shown } = plan;
  if (channel === 'rss') {
    if (chosen.length > 0) return `looks again whether ${names(chosen)} show it`;
    return shown > 0 ? 'nothing travels, the output feed shows it already' : 'nothing';
  }
  if (chosen.length === 0) return 'nothing';
  if (channel === 'email') {
    const have = [
      [haveIt, 'readers who already have it'],
      [haveEarlier, 'readers who have an earlier revision'],
    ] as const;
    const parts = have
      .filter(([count]) => count > 0)
      .map(([count, who]) => `${count === chosen.length ? 'all' : count} to ${who}`);
    const all = parts.length === 1 && parts[0]?.startsWith('all');
    const said = parts.length > 0 ? `, ${all ? '' : 'of which '}${parts.join(' and ')}` : '';
    return `${plural(chosen.length, 'mail')}${said}`;
  }
  const had = chosen.filter(({ stand }) => stand === 'had');
  const rest = chosen.filter(({ stand }) => stand !== 'had');
  return [
    had.length > 0 ? `posts again in ${names(had, '#')} (the earlier one stays)` : '',
    rest.length > 0 ? `posts in ${names(rest, '#')}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function names(standings: ChannelPlan['chosen'], sign = ''): string {
  const some = standings
    .slice(0, named)
    .map(({ name, destination }) => `${sign}${name ?? destination}`);
  const more = standings.length - some.length;
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}

type Result = ResendResult | { readonly result: 'planned' };

/** @param running whether a service runs that delivers */
export function resultLines(result: Result, running: boolean, now: Date): string[] {
  switch (result.result) {
    case 'planned':
      return [];
    case 'already':
      return [
        `Nothing was done: ${result.by.actor} made this very resend ${ago(result.by.at, now)}. To do it once more, give another reason.`,
      ];
    case 'changed':
      return [
        'Nothing was done: the list has changed since the plan was made. This is the plan now; look at it and run the command again.',
        ...planLines(result.plan, now),
      ];
    case 'done': {
      const { deliveries } = result;
      const planned =
        deliveries === 1 ? 'One delivery is planned.' : `${deliveries} deliveries are planned.`;
      return running
        ? [planned]
        : [`${planned} It goes out when a service runs: "broadsheet serve".`];
    }
  }
}

/** What `--json` prints. */
export function planJson(plan: ResendPlan, result: Result, running: boolean) {
  const current = result.result === 'changed' ? result.plan : plan;
  const paused = current.pause !== undefined;
  return {
    editions: current.editions.map(
      ({ id, kind, language, title, correction, count, channels, done }) => ({
        id,
        kind,
        language,
        title,
        correction: correction ?? null,
        count,
        channels: channels.map(({ chosen, failure, ...rest }) => ({
          ...rest,
          chosen: chosen.length,
          failure: failure ?? null,
        })),
        done: done ? { at: done.at, actor: done.actor } : null,
      }),
    ),
    count: current.count,
    paused,
    result: result.result,
    deliveries: result.result === 'done' ? result.deliveries : 0,
    by: result.result === 'already' ? { at: result.by.at, actor: result.by.actor } : null,
    waits: result.result === 'done' && (paused || !running),
  };
}

const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ');
