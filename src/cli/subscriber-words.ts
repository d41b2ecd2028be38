/** A subscriber in words. */

import { weekdays } from '../config/schedule.js';
import type { SubscriberView } from '../staff/subscriber.js';
import type { Bounce } from '../store/bounces.js';
import { closed } from '../templates/plain.js';
import { widthOf } from './output.js';
import { plural, stamp } from './words.js';

/** What became of mail that had been accepted. */
export function cameBack({ kind, status, diagnostic }: Omit<Bounce, 'at'>): string {
  if (kind === 'complaint') return `was complained about: ${diagnostic}`;
  return `came back (${status ? `${kind}, ${status}` : kind}): ${diagnostic}`;
}

/** The lines of `subscribers show`; times are the subscriber's own, or the newsroom's for an unknown one. */
export function subscriberLines(
  address: string,
  { subscriber, suppression }: SubscriberView,
  timezone: string,
): string[] {
  const zone = subscriber?.schedule.timezone ?? timezone;
  const lines: string[] = [];
  if (suppression) {
    const { at, actor, reason } = suppression;
    lines.push(
      `Suppressed since ${stamp(at, zone)} by ${actor}: ${closed(reason)} Nothing is mailed to the address.`,
    );
  }
  if (!subscriber) return [...lines, `Nobody is subscribed as ${address}.`];
  const { name, language, state, schedule, programs, consents, bounces, next, pausedUntil } =
    subscriber;
  const who = name ? `${name} <${address}>` : address;
  lines.push(`${who}, language ${language}${state === 'active' ? '' : ', inactive'}`);
  if (pausedUntil) lines.push(`Paused until ${stamp(pausedUntil, zone)}: nothing goes out before.`);
  const widest = Math.max(0, ...programs.map((one) => widthOf(one.name)));
  for (const one of programs) {
    const space = ' '.repeat(widest - widthOf(one.name));
    const due = one.nextAt ? `  ${stamp(one.nextAt, zone)}` : '';
    lines.push(`  ${one.name}${space}  ${one.cadence.padEnd(7)}${due}`.trimEnd());
  }
  if (programs.length === 0) lines.push('  reads no program');
  const day = weekdays[schedule.weekday - 1] ?? '';
  const weekday = day.charAt(0).toUpperCase() + day.slice(1);
  const hour = `${String(schedule.hour).padStart(2, '0')}:00`;
  lines.push(`Digests come at ${hour} in ${zone}, weekly ones on ${weekday}.`);
  if (next) {
    const { closesAt, overdue, articles } = next;
    const when = overdue
      ? `was due ${stamp(closesAt, zone)} and closes as soon as a service runs`
      : `closes ${stamp(closesAt, zone)}`;
    const holds = articles > 0 ? `with ${plural(articles, 'article')} so far` : 'empty so far';
    lines.push(`The next digest ${when}, ${holds}.`);
  }
  for (const { at, act, programs: of, origin } of consents) {
    const did = act === 'given' ? 'Agreed to' : 'Left';
    lines.push(`${did} ${of.join(', ')} on ${stamp(at, zone)}: ${closed(origin)}`);
  }
  for (const { at, state, title, edition } of subscriber.deliveries) {
    lines.push(`On ${stamp(at, zone)} ${state}: “${title}” (${edition.slice(0, 8)}).`);
  }
  for (const bounce of bounces) {
    lines.push(`On ${stamp(bounce.at, zone)} mail ${closed(cameBack(bounce))}`);
  }
  if (!consents.some(({ act }) => act === 'given')) {
    lines.push('No consent is recorded, so nothing is mailed.');
  }
  return lines;
}
