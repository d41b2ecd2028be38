/** What keeps everything, or everything of some programs, from a destination. */

import type { ProgramId } from '../../model.js';
import type { WhyFacts, WhySubscription } from '../../store/why.js';
import type { Barred } from './verdict.js';

/** As Barred, or it never read any of the programs. */
type Barrier = Barred | { readonly kind: 'program'; readonly reads: readonly WhySubscription[] };

/** The most decisive one; undefined where nothing bars it. */
export function barredFrom(
  { channel, destination, suppression, consents, subscriptions }: WhyFacts,
  programs: readonly ProgramId[],
): Barrier | undefined {
  if (suppression) return { kind: 'suppressed', by: suppression };
  if (!destination) return { kind: 'unknown' };
  if (destination.address === null) return { kind: 'forgotten' };
  if (destination.state !== 'active') return { kind: 'inactive' };
  if (!subscriptions.some(({ program }) => programs.includes(program))) {
    const consent = consents.find(
      ({ act, programs: its }) => act === 'withdrawn' && its.some((id) => programs.includes(id)),
    );
    if (!consent) return { kind: 'program', reads: subscriptions };
    const left = consent.programs.filter((id) => programs.includes(id));
    return { kind: 'left', programs: left, consent };
  }
  if (channel === 'email' && !consents.some(({ act }) => act === 'given')) {
    return { kind: 'unconfirmed' };
  }
  return undefined;
}
