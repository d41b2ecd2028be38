/**
 * A test send: an edition to an e-mail address outside of its frozen list, at once and past the
 * deliveries. Its subject says what it is.
 */

import { randomUUID } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { deliveryId } from '../editions/ids.js';
import type { Delivery, Edition, Outcome } from '../model.js';
import type { Database } from '../store/database.js';
import { isSuppressed } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { requireNoFence } from '../store/fence.js';
import { addressKey, normaliseAddress } from '../subscribers/address.js';
import type { Keys } from '../subscribers/keys.js';
import type { RenderedMail } from '../templates/email/mail.js';
import { findSubject } from './find.js';
import { type Issue, type IssueTools, issueOf, renderingOf } from './issue.js';

export interface TestSendTools extends IssueTools {
  readonly database: Database;
  readonly keys: Pick<Keys, 'addressHash'>;
  /** Its links must lead to nobody's subscription. */
  readonly email: Channel;
}

export interface TestSent {
  readonly edition: Edition;
  readonly stage: Issue['stage'];
  /** Of the mail. */
  readonly subject: string;
  readonly outcome: Outcome;
}

/**
 * Sends what is named to one address. Throws a full sentence where the address is none, is suppressed,
 * or where there is nothing to send; what the mail server says is the outcome.
 */
export async function testSend(
  tools: TestSendTools,
  { name, to }: { readonly name: string; readonly to: string },
  actor: string,
): Promise<TestSent> {
  const { database, keys, email, now } = tools;
  const address = normaliseAddress(to);
  if (!address) throw new Error(`${to} is not an e-mail address.`);
  await requireNoFence(database);
  if (await isSuppressed(database, keys.addressHash('email', addressKey(address)))) {
    throw new Error(
      'The address is suppressed: nothing is ever mailed to it, not even a test. Choose another.',
    );
  }
  const issue = await issueOf(database, tools, await findSubject(database, name));
  const result = await renderingOf(database, tools.renderers, issue, 'email');
  if ('failure' in result) {
    throw new Error(`There is no mail of it, as it cannot be rendered: ${result.failure}`);
  }
  const { edition, stage } = issue;
  const mail = result.rendered as RenderedMail;
  const marked: RenderedMail = { ...mail, subject: `[Test] ${mail.subject}` };
  const outcome = await sendOne(email, marked, strangers(edition, address));
  await recordEvent(database, {
    at: now(),
    actor,
    kind: 'edition.tested',
    level: 'info',
    subject: `edition:${edition.id}`,
    message: `A test send of “${edition.sections[0]?.articles[0]?.title ?? ''}” to an address of staff's choice: ${outcome.outcome}.`,
  });
  return { edition, stage, subject: marked.subject, outcome };
}

/** A delivery that no ledger knows. Its destination is new each time, and so is its Message-ID. */
function strangers(edition: Edition, address: string): Delivery {
  const destination = {
    id: randomUUID(),
    channel: 'email',
    address,
    language: edition.language,
  } as const;
  const key = { editionId: edition.id, destinationId: destination.id, round: 0 };
  return {
    id: deliveryId(key),
    editionId: edition.id,
    destination,
    round: 0,
    earlier: 0,
    attempt: 1,
    programs: edition.sections.map(({ program }) => program.id),
  };
}

async function sendOne(channel: Channel, rendered: unknown, delivery: Delivery): Promise<Outcome> {
  const receipts = channel.send(rendered, [delivery], {
    onWire: async (ids) => new Set(ids),
    signal: new AbortController().signal,
  });
  for await (const receipt of receipts) return receipt;
  throw new Error('The channel gave no receipt.');
}
