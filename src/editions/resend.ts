/** A resend: who on an edition's frozen list gets it again, and the key that makes confirming it twice one resend. */

import { createHash } from 'node:crypto';
import type { ChannelName, DestinationId, Edition, EditionId, Instant, Program } from '../model.js';
import { freezeAlert, type ReleasedArticle } from './alert.js';
import { alertKey, editionId } from './ids.js';

/** Whom of the frozen list a resend is for. */
export const resendModes = ['missing', 'rejected', 'uncertain', 'all'] as const;
export type ResendMode = (typeof resendModes)[number];

/**
 * Where a destination of the frozen list stands, over all of its rounds. What comes first holds:
 * - `underWay`: one of them is still to be sent, or being sent
 * - `had`: one of them was accepted
 * - `uncertain`: one of them may have arrived
 * - `rejected`, `skipped`: how the last one ended
 * - `unrendered`: the last one waits for a rendering that its channel never made
 */
export type Stand = 'underWay' | 'had' | 'uncertain' | 'rejected' | 'skipped' | 'unrendered';

export interface Standing {
  readonly destination: DestinationId;
  readonly channel: ChannelName;
  /** How staff know it; null for a reader. */
  readonly name: string | null;
  readonly lastRound: number;
  readonly stand: Stand;
  /** Whether what it had was this very edition, and not an earlier revision of it. */
  readonly hadThis: boolean;
  /** Whether it had a resend of this edition for the same reason. */
  readonly resent: boolean;
  /** Why it must not get anything now; null where it may. */
  readonly skip: string | null;
}

/** Why a destination of the frozen list is left out: where it stands, or what keeps it from getting anything. */
export type LeftOut = Exclude<Stand, 'unrendered'> | 'resent' | 'shown' | { readonly why: string };

const wanted: Readonly<Record<ResendMode, readonly Stand[]>> = {
  missing: ['rejected', 'skipped', 'unrendered'],
  rejected: ['rejected'],
  uncertain: ['uncertain'],
  all: ['had', 'uncertain', 'rejected', 'skipped', 'unrendered'],
};

/**
 * Why a resend leaves the destination out; undefined where it is for it. One that is under way is left
 * out whatever the mode, and so is one that had it again for the same reason: whoever runs a command
 * twice means it once.
 */
export function leftOut(standing: Standing, mode: ResendMode): LeftOut | undefined {
  const { stand, channel, skip } = standing;
  if (stand === 'underWay') return stand;
  // An output feed is a view: to show again what it shows would do nothing.
  if (stand === 'had' && channel === 'rss') return 'shown';
  if (!wanted[mode].includes(stand)) return stand === 'unrendered' ? 'skipped' : stand;
  if (standing.resent) return 'resent';
  return skip === null ? undefined : { why: skip };
}

/**
 * The key of a resend. It follows from what each destination would get again: who had the edition would
 * get it twice, whatever happened since, and who had not would get another try of the last round.
 */
export function resendKey(edition: EditionId, reason: string, chosen: readonly Standing[]): string {
  const parts = chosen
    .map(({ destination, stand, lastRound }) =>
      stand === 'had' ? destination : `${destination}:${lastRound}`,
    )
    .sort();
  const hash = createHash('sha256').update(JSON.stringify([edition, reason]));
  for (const part of parts) hash.update(`\n${part}`);
  return hash.digest('base64url');
}

/** Freezes the newest revision of an article for those who were sent an earlier one. `at` is the moment of freezing. */
export function freezeCorrection(
  article: ReleasedArticle,
  sent: Pick<Edition, 'language' | 'createdAt'>,
  programs: readonly Program[],
  at: Instant,
): { key: string; edition: Edition } {
  const key = `${alertKey(article.id, sent.language)}:revision-${article.revision}`;
  const { edition } = freezeAlert(article, sent.language, programs, at);
  return { key, edition: { ...edition, id: editionId(key), corrects: sent.createdAt } };
}
