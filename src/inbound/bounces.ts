/** What a bounce or a complaint does: it is recorded beside the receipt, and suppresses by policy. */

import type { BouncePolicy, DeliveryPolicy } from '../config/config.js';
import {
  type Bounce,
  blockedOf,
  confirmedSince,
  recordBounce,
  type SentDelivery,
  sentAs,
  sentTo,
  softRow,
} from '../store/bounces.js';
import type { Database, Queryable } from '../store/database.js';
import { recordEvent, wasRecorded } from '../store/events.js';
import { addressHashOf } from '../store/refusals.js';
import type { Journal } from '../subscribers/journal.js';
import type { Keys } from '../subscribers/keys.js';
import { suppressAddress } from '../subscribers/suppressions.js';
import { type ReturnPathClaim, readUnsubscribeToken } from '../subscribers/tokens.js';
import type { Recipient } from './doors.js';
import type { Evidence } from './judge.js';
import { createRates } from './rates.js';

export interface BouncesOptions {
  readonly database: Database;
  readonly keys: Keys;
  readonly policy: Pick<BouncePolicy, 'softLimit' | 'softDays'> &
    Pick<DeliveryPolicy, 'suppressRefused' | 'stopAfterRefusals'>;
  /** Reads a return path of ours. */
  readonly recipientOf: (address: string) => Recipient | undefined;
  readonly journal?: Journal | undefined;
  readonly now: () => Date;
}

/** What became of it: `unknown` is of no delivery that went out, `known` was recorded before. */
export type Recorded = 'recorded' | 'known' | 'unknown' | 'too late';

const day = 86_400_000;
/** Days after which nobody tries a mail any more, so that a bounce is a replay. */
const bouncesWithin = 30;
/** Days for which a complaint is looked for by its Message-ID alone. */
const complaintsWithin = 60;
/** Complaints looked for so in an hour, as each goes through many deliveries; more are to come again later. */
const lookUps = 60;

export function createBounces(options: BouncesOptions) {
  const { database, keys, policy, journal, now } = options;
  const mayLookUp = createRates({ limit: lookUps, window: day / 24 }, () => now().getTime());

  /** A bounce that came to a return path. */
  async function bounced(claim: ReturnPathClaim, bounce: Omit<Bounce, 'at'>): Promise<Recorded> {
    const sent = await sentTo(database, claim.destination, claim.edition);
    if (!sent) return 'unknown';
    const age = now().getTime() - (sent.settledAt ?? now()).getTime();
    if (age > bouncesWithin * day) return 'too late';
    return database.transaction(async (tx) => {
      const at = now();
      if (!(await recordBounce(tx, sent, { ...bounce, at }))) return 'known';
      if (bounce.kind === 'blocked') await tellOfBlocked(tx, sent, bounce.diagnostic, at);
      // It says nothing of the mailbox that they have confirmed since, or have moved to.
      const { destinationId, settledAt } = sent;
      if (await confirmedSince(tx, destinationId, settledAt ?? at)) return 'recorded';
      const said = `The mail server said: ${bounce.diagnostic || bounce.status || 'nothing'}`;
      if (bounce.kind === 'hard' && policy.suppressRefused) {
        const reason = `The address was refused for good, after the mail had been accepted. ${said}`;
        await suppressOwner(tx, sent, reason, 'as delivery.suppressRefused says', at);
      }
      if (bounce.kind === 'soft') await suppressAfterRow(tx, sent, said, at);
      return 'recorded';
    });
  }

  async function suppressAfterRow(tx: Queryable, sent: SentDelivery, said: string, at: Date) {
    const { destinationId, settledAt } = sent;
    const { count, since } = await softRow(tx, { destinationId, settledAt: settledAt ?? at });
    const days = ((settledAt ?? at).getTime() - since.getTime()) / day;
    if (count < policy.softLimit || days < policy.softDays) return;
    const reason = `The mailbox took no mail ${count} times in a row, over ${Math.floor(days)} days. ${said}`;
    await suppressOwner(tx, sent, reason, 'as bounces.softLimit says', at);
  }

  /** A complaint: whose it is tells the return path, or else what it says of the mail. */
  async function complained(
    claim: ReturnPathClaim | undefined,
    evidence: Evidence,
    diagnostic: string,
  ): Promise<Recorded> {
    const sent = await complainedOf(claim, evidence);
    if (!sent) return 'unknown';
    return database.transaction(async (tx) => {
      const at = now();
      const bounce = { kind: 'complaint', status: null, diagnostic, at } as const;
      if (!(await recordBounce(tx, sent, bounce))) return 'known';
      const reason = `The reader complained about a mail. ${diagnostic}`;
      await suppressOwner(tx, sent, reason, 'as it is after every complaint', at);
      return 'recorded';
    });
  }

  async function complainedOf(
    claim: ReturnPathClaim | undefined,
    { returnPaths, tokens, messageId, edition }: Evidence,
  ): Promise<SentDelivery | undefined> {
    const claims = [claim, ...returnPaths.map((path) => options.recipientOf(path)?.claim)];
    for (const one of claims) {
      const sent = one && (await sentTo(database, one.destination, one.edition));
      if (sent) return sent;
    }
    for (const token of tokens) {
      const destination = readUnsubscribeToken(keys, token)?.destination;
      if (!destination) continue;
      const sent =
        (await sentTo(database, destination, edition)) ?? (await sentTo(database, destination));
      if (sent) return sent;
    }
    // Long and made of a random id, so that only who has the mail knows it.
    const hash = /^([0-9a-f]{40})@/.exec(messageId ?? '')?.[1];
    const since = new Date(now().getTime() - complaintsWithin * day);
    if (!hash) return undefined;
    if (!mayLookUp('all')) throw new Error('Too much was looked up by its Message-ID lately.');
    return sentAs(database, hash, { edition, since });
  }

  async function suppressOwner(
    tx: Queryable,
    { destinationId }: SentDelivery,
    reason: string,
    rule: string,
    at: Date,
  ): Promise<void> {
    const hash = await addressHashOf(tx, destinationId);
    const by = { at, actor: 'schedule' };
    if (!hash || !(await suppressAddress(tx, { addressHash: hash, reason, ...by }, journal)))
      return;
    await recordEvent(tx, {
      ...by,
      kind: 'destination.suppressed',
      level: 'info',
      subject: `destination:${destinationId}`,
      message: `The address was suppressed, ${rule}. ${reason}`,
    });
  }

  /** Many that are blocked are no matter of their addresses: staff have to look. Once per edition. */
  async function tellOfBlocked(tx: Queryable, { editionId }: SentDelivery, said: string, at: Date) {
    const about = { kind: 'edition.blocked', subject: `edition:${editionId}` };
    const count = await blockedOf(tx, editionId);
    if (count < policy.stopAfterRefusals || (await wasRecorded(tx, about))) return;
    await recordEvent(tx, {
      ...about,
      at,
      actor: 'schedule',
      level: 'attention',
      message: `Mail servers sent back ${count} mails of the edition ${editionId.slice(0, 8)} over their content or their sender, the last one so: ${said} – No address was suppressed for it. Look whether your mail server is on a block list, and at SPF, DKIM and DMARC: broadsheet check.`,
    });
  }

  return { bounced, complained };
}
