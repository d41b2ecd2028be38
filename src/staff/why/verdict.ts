/** The answers that "why" knows. Each is one kind, with the facts that its sentence needs. */

import type { ProgramId } from '../../model.js';
import type { Pause } from '../../store/pause.js';
import type { Consent, Suppression } from '../../store/previews.js';
import type { WhyDelivery, WhySubscription, WhyWindow } from '../../store/why.js';

/** Who holds something, since when and why. No actor where a guard of the feed did it. */
export interface HeldBy {
  readonly what: 'article' | 'feed' | 'edition';
  readonly actor?: string;
  readonly at: Date;
  readonly reason: string;
}

/** How the article would come, were it not for what stands in its way. */
export type Way =
  | { readonly as: 'alert' }
  | { readonly as: 'digest'; readonly subscription: WhySubscription; readonly closes: Date };

/** Nothing goes to the destination at all, or nothing of the article's programs. */
export type Barred =
  | { readonly kind: 'unknown' | 'forgotten' | 'inactive' | 'unconfirmed' }
  | { readonly kind: 'suppressed'; readonly by: Suppression }
  | {
      readonly kind: 'left';
      readonly programs: readonly ProgramId[];
      /** Missing where the ledger has no record of how it left them. */
      readonly consent?: Consent;
    };

/** One delivery, and where it stands. */
export type Delivered =
  | {
      readonly kind: 'accepted';
      readonly of: WhyDelivery;
      /** Rounds and editions that were accepted after it. */
      readonly again: readonly WhyDelivery[];
      /** The window that left the article out because of it. */
      readonly leftOut?: WhyWindow;
    }
  /** `sending` is on the wire, `lost` was so when its process died, `claimed` is about to be. */
  | {
      readonly kind:
        | 'rejected'
        | 'skipped'
        | 'uncertain'
        | 'sending'
        | 'lost'
        | 'claimed'
        | 'pending'
        | 'assembling';
      readonly of: WhyDelivery;
    }
  | { readonly kind: 'deferred'; readonly of: WhyDelivery; readonly until: Date }
  | { readonly kind: 'unrendered'; readonly of: WhyDelivery; readonly failure: string }
  | { readonly kind: 'paused'; readonly of: WhyDelivery; readonly by: Pause }
  /** Its edition is. */
  | { readonly kind: 'held'; readonly of: WhyDelivery; readonly by: HeldBy };

/** A delivery that is still to go out may be barred by now. */
export type Standing = Delivered | Barred;

export type Verdict =
  | Standing
  | { readonly kind: 'held'; readonly by: HeldBy; readonly way?: Way }
  /** Its alert is not frozen, or the alert's list not complete. */
  | { readonly kind: 'assembling'; readonly frozen: boolean }
  | { readonly kind: 'seeded' }
  /** The undo window of the article is not over. */
  | { readonly kind: 'undo'; readonly until: Date | null; readonly way?: Way }
  /** It reads none of the article's programs. */
  | { readonly kind: 'program'; readonly reads: readonly WhySubscription[] }
  | {
      readonly kind: 'window';
      readonly subscription: WhySubscription;
      readonly closes: Date;
      /** It closes as soon as a service comes by. */
      readonly overdue: boolean;
    }
  /** It has read the program only since the article was released, or its alert frozen. */
  | {
      readonly kind: 'late';
      readonly subscription: WhySubscription;
      readonly missed: Date;
      readonly as: 'alert' | 'digest';
    }
  /** The article came into the program with a revision, when its alert or the window had gone. */
  | {
      readonly kind: 'revised';
      readonly program: ProgramId;
      readonly revision: number;
      readonly at: Date;
      readonly as: 'alert' | 'digest';
    }
  /** A window that covers the article closed without it. */
  | { readonly kind: 'closed'; readonly window: WhyWindow }
  /** The ledger does not tell. */
  | { readonly kind: 'unclear'; readonly subscription: WhySubscription };

export interface Decision {
  /** What decides. */
  readonly main: Verdict;
  /** What became of the last delivery, or is still to come, where that is something else. */
  readonly besides?: Verdict;
}
