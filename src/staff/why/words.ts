/** What sentences and timelines call things. */

import type { ChannelName, LocalDate, ProgramId } from '../../model.js';
import type { Bounce } from '../../store/bounces.js';
import type { WhyDelivery, WhySubscription } from '../../store/why.js';
import type { Times } from './times.js';

export interface Words extends Times {
  readonly channel: ChannelName;
  /** "the reader", "#security" or "the output feed all". */
  readonly whom: string;
  program(id: ProgramId): string;
}

/** A list as one says it: "A, B and C". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function digestName({ cadence }: Pick<WhySubscription, 'cadence'>): string {
  return cadence === 'instant' ? 'last digest of before the change to alerts' : `${cadence} digest`;
}

/** What kind of bounce it was, with its code: "hard, 5.1.1". */
export function bounceName({ kind, status }: Pick<Bounce, 'kind' | 'status'>): string {
  return status ? `${kind}, ${status}` : kind;
}

/** "the alert", "Tuesday's digest", "the corrected alert"; with who sent it again, and why. */
export function editionName(of: WhyDelivery, words: Words): string {
  const plain =
    of.kind === 'alert'
      ? 'the alert'
      : words.digestOf(of.on as LocalDate, of.settledAt ?? of.plannedAt);
  const name = of.corrects ? `the correction of ${plain}` : plain;
  return of.resend ? `${name} that ${of.resend.actor} sent again (“${of.resend.reason}”)` : name;
}
