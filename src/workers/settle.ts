/** Writes refusals, and in the same transaction what follows from them. */

import type { DeliveryPolicy } from '../config/config.js';
import { parseDeliveryId } from '../editions/ids.js';
import type { DestinationId, EditionId } from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import type { Claim } from '../store/deliveries.js';
import { recordEvent } from '../store/events.js';
import { type Settlement, settleDeliveries } from '../store/exchange.js';
import { holdEditions } from '../store/holds.js';
import { addressHashOf, lockRefusals, messageRefusals } from '../store/refusals.js';
import { withoutAddresses } from '../subscribers/address.js';
import type { Journal } from '../subscribers/journal.js';
import { suppressAddress } from '../subscribers/suppressions.js';

/** What is done about refusals. */
export type RefusalPolicy = Pick<DeliveryPolicy, 'suppressRefused' | 'stopAfterRefusals'>;

/** Writes receipts of one claim that are refusals. */
export async function settleRefused(
  database: Database,
  claim: Claim,
  settlements: readonly Settlement[],
  policy: RefusalPolicy,
  now: Date,
  journal?: Journal,
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockRefusals(tx, claim.editionId);
    const before = await messageRefusals(tx, claim.editionId);
    const receipts = settlements.map((settlement) => ({ claim, settlement }));
    const written = new Set(await settleDeliveries(tx, receipts, now));
    const refused = (what: Settlement['refusal']) =>
      settlements.filter(
        ({ refusal, receipt }) => refusal === what && written.has(receipt.delivery),
      );
    if (policy.suppressRefused) {
      for (const settlement of refused('address'))
        await suppressRefused(tx, claim, settlement, now, journal);
    }
    const last = refused('message').at(-1);
    if (last) await holdWhereRefused(tx, claim.editionId, before.count, wordsOf(last), policy, now);
  });
}

const wordsOf = ({ receipt }: Settlement) => ('reason' in receipt ? receipt.reason : '');

async function suppressRefused(
  tx: Queryable,
  claim: Claim,
  settlement: Settlement,
  at: Date,
  journal: Journal | undefined,
): Promise<void> {
  const { id, destination } =
    claim.deliveries.find((one) => one.id === settlement.receipt.delivery) ?? {};
  if (!id || destination?.channel !== 'email') return;
  const { destinationId }: { destinationId: DestinationId } = parseDeliveryId(id);
  const hash = await addressHashOf(tx, destinationId);
  if (!hash) return;
  // It may name another address, such as one that mail to the reader's is passed on to.
  const reason = `The address was refused for good. ${withoutAddresses(wordsOf(settlement))}`;
  const by = { actor: 'schedule', at };
  if (!(await suppressAddress(tx, { addressHash: hash, reason, ...by }, journal))) return;
  await recordEvent(tx, {
    at,
    actor: 'schedule',
    kind: 'destination.suppressed',
    level: 'info',
    subject: `destination:${destinationId}`,
    message: `The address was suppressed, as delivery.suppressRefused says. ${reason}`,
  });
}

/**
 * Holds the edition when the number of refusals of its message has passed a multiple of the limit, so
 * that one which staff let go on goes on until the next. Whichever process passes it tells of it.
 */
async function holdWhereRefused(
  tx: Queryable,
  edition: EditionId,
  before: number,
  words: string,
  { stopAfterRefusals: limit }: RefusalPolicy,
  at: Date,
): Promise<void> {
  const { count, title } = await messageRefusals(tx, edition);
  if (Math.floor(count / limit) === Math.floor(before / limit)) return;
  const reason = `The message was refused ${count === 1 ? 'once' : `${count} times`}, the last time so: ${withoutAddresses(words)}`;
  const held = await holdEditions(tx, [edition], { at, reason });
  if (held.length === 0) return;
  const name = edition.slice(0, 8);
  await recordEvent(tx, {
    at,
    actor: 'schedule',
    kind: 'edition.held',
    level: 'attention',
    subject: `edition:${edition}`,
    message: `The edition “${title}” was held. ${reason} – Find out what the mail server objects to. Then let it go on: broadsheet release ${name} --reason "…", and send it again to those it was refused for: broadsheet resend ${name} --only rejected --reason "…".`,
  });
}
