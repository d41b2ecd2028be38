/** Passes on what a person wrote to an address that nobody reads, as a letter to the Reply-To and to nobody else. */

import { randomUUID } from 'node:crypto';
import { parseMailbox } from '../config/address.js';
import type { EmailConfig } from '../config/config.js';
import type { Newsroom } from '../model.js';
import type { Queryable } from '../store/database.js';
import { putLetter } from '../store/letters.js';
import { addressKey, normaliseAddress } from '../subscribers/address.js';
import type { Keys } from '../subscribers/keys.js';
import { clip, oneLine } from '../templates/plain.js';
import type { InboundMessage } from './message.js';
import { createRates } from './rates.js';

export interface ForwardOptions {
  readonly database: Queryable;
  readonly keys: Pick<Keys, 'addressHash'>;
  readonly newsroom: Pick<Newsroom, 'name'>;
  readonly email: Pick<EmailConfig, 'from' | 'replyTo'>;
  /** Whether mail to this address comes in here again. */
  readonly isOurs: (address: string) => boolean;
  readonly now: () => Date;
}

const hour = 3_600_000;
/** Of one sender in an hour, and of all together. */
const perSender = 3;
const inAll = 60;
/** Characters of the mail that are passed on. */
const textLimit = 20_000;

/** Resolves to why it was not passed on; undefined where it was. */
export function createForward(options: ForwardOptions) {
  const { database, keys, newsroom, email, isOurs, now } = options;
  const to = parseMailbox(email.replyTo)?.address ?? email.replyTo;
  const own = [to, parseMailbox(email.from)?.address ?? email.from].map(addressKey);
  const clock = () => now().getTime();
  const mayWrite = createRates({ limit: perSender, window: hour }, clock);
  const mayBeWritten = createRates({ limit: inAll, window: hour }, clock);

  return async ({ from, subject, text }: InboundMessage): Promise<string | undefined> => {
    const sender = normaliseAddress(from?.address ?? '');
    if (!from || !sender) return 'It names no sender that can be answered.';
    if (isOurs(to)) return 'Mail to the Reply-To comes in here again.';
    if (own.includes(addressKey(sender)) || isOurs(sender))
      return 'It is from an address of our own.';
    if (!mayWrite(addressKey(sender)) || !mayBeWritten('all'))
      return 'Too much was passed on lately.';
    const at = now();
    const name = oneLine(from.name);
    const who = name && name !== sender ? `${clip(name, 80)} <${sender}>` : sender;
    const long = text.length > textLimit;
    const words = [
      `${who} wrote this to an address of ${oneLine(newsroom.name)} that only machines read. Your answer goes to them.`,
      'What was attached is not passed on.',
      '--------',
      `${text.slice(0, textLimit).trim()}${long ? '\n[…]' : ''}`,
      '',
    ];
    await putLetter(database, {
      letter: {
        id: randomUUID(),
        at: at.toISOString(),
        language: 'en',
        subject: `Reply: ${clip(oneLine(subject) || 'without a subject', 120)}`,
        text: words.join('\n\n'),
        replyTo: sender,
      },
      kind: 'reply',
      address: to,
      addressHash: keys.addressHash('email', addressKey(normaliseAddress(to) ?? to)),
      expiresAt: new Date(at.getTime() + 7 * 24 * hour),
    });
    return undefined;
  };
}
