/** What an SMTP server's answer, or the lack of one, means for a delivery (RFC 5321, RFC 3463). */

import type { Outcome } from '../../model.js';

/** How one try of a message ended. */
export type Attempt =
  | { readonly end: 'accepted'; readonly reply: string }
  | {
      readonly end: 'refused';
      readonly stage: 'MAIL FROM' | 'RCPT TO' | 'DATA';
      readonly code: number;
      readonly reply: string;
    }
  | {
      readonly end: 'lost';
      /** Whether the whole message, its final dot included, had gone out before. */
      readonly handedOver: boolean;
      readonly reason: string;
    };

/** Replies that say the session cannot send, whoever the message is for. */
const sessionCodes = new Set([421, 530, 534, 535, 538]);

/** The address is taken out of what the server says: receipts outlive a reader's wish to be forgotten. */
export function outcomeOf(attempt: Attempt, address: string): Outcome {
  if (attempt.end === 'accepted') {
    return { outcome: 'accepted', detail: withoutAddress(attempt.reply, address) };
  }
  if (attempt.end === 'lost') {
    const lost = withoutAddress(attempt.reason, address);
    return attempt.handedOver
      ? {
          outcome: 'uncertain',
          reason: `The whole message was sent, but the mail server's answer was lost: ${lost}`,
        }
      : {
          outcome: 'deferred',
          scope: 'delivery',
          reason: `The connection to the mail server was lost before the whole message was sent: ${lost}`,
        };
  }
  const { stage, code } = attempt;
  const reply = withoutAddress(attempt.reply, address);
  const reason = `The mail server answered to ${stage}: ${reply}`;
  if (sessionCodes.has(code)) return { outcome: 'deferred', scope: 'channel', reason };
  if (code < 500) return { outcome: 'deferred', scope: 'delivery', reason };
  const addressRefused = stage === 'RCPT TO' && refusesAddress(code, attempt.reply);
  return { outcome: 'rejected', reason, addressRefused, messageRefused: stage !== 'RCPT TO' };
}

/**
 * Whether a refusal is about the address. The enhanced code decides where there is one: a 550 with
 * 5.7.x is about the sender's reputation or policy, and must not cost a reader the subscription.
 */
function refusesAddress(code: number, reply: string): boolean {
  const enhanced = /^\d{3}[ -]5\.(\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1];
  const byCode = code === 550 || code === 551 || code === 553;
  if (enhanced === undefined || enhanced.startsWith('0.')) return byCode;
  // 5.1.7 and 5.1.8 are about the sender's address; 5.2.1 is a mailbox that is disabled.
  return enhanced === '2.1' || (enhanced.startsWith('1.') && !/^1\.[78]$/.test(enhanced));
}

function withoutAddress(reply: string, address: string): string {
  const line = reply.replace(/[\r\n]+/g, ' ');
  // Of each message that is accepted, so what takes long is left to those that need it.
  if (!line.includes('@')) return line;
  const literal = address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return line.replace(new RegExp(literal, 'gi'), '…');
}
