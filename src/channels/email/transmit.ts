/** How one mail goes out: over which connection, and what becomes of its delivery. */

import type { Outcome } from '../../model.js';
import { closed } from '../../templates/plain.js';
import type { SmtpAddress } from './address.js';
import { type Attempt, outcomeOf } from './outcome.js';
import { noAnswer, type SmtpSession } from './session.js';
import type { SmtpTransport } from './transport.js';
import type { Mail } from './wire.js';

export interface Addressed {
  readonly to: SmtpAddress;
  readonly mail: Mail;
}

/** What mails are sent along, one after the other. */
export interface Line {
  /** The connection on which the next mail is announced already. */
  session?: SmtpSession | undefined;
}

/** How a mail is sent that has others beside it and behind it. */
export interface InLine {
  readonly signal: AbortSignal;
  /** Whether it is said whom the mail is for before it is known whether it may go. */
  readonly ahead: boolean;
  readonly line: Line;
  /** What may be announced in the same breath. */
  following(): Addressed | undefined;
}

/**
 * Sends one mail. `begin` is asked when there is a connection for it, and its first byte waits for the
 * answer. Undefined where the answer is no, or where the signal aborts before there is a connection.
 */
export async function transmit(
  over: SmtpTransport,
  { to, mail }: Addressed,
  begin: () => Promise<boolean>,
  { signal, ahead, line = {}, following }: Partial<InLine> = {},
): Promise<Outcome | undefined> {
  // Connecting comes before: nothing is on the wire yet while a server cannot be reached.
  let session = line.session ?? (await connected(() => over.acquire(signal)));
  line.session = undefined;
  if ('outcome' in session) return signal?.aborted ? undefined : session;
  try {
    if (!reaches(session, to)) {
      const reason = 'The mail server takes no addresses beyond ASCII (it has no SMTPUTF8).';
      return { outcome: 'rejected', reason };
    }
    const kept = session.used > 0;
    const may = begin();
    may.catch(() => {}); // It is awaited in `deliver`; until then it must not count as unhandled.
    if (!ahead && !session.announced && !(await may)) return undefined;
    const announceable = (on: SmtpSession) => () => {
      const next = following?.();
      const goesAlong = next && over.takesAlong && over.lasts(on) && reaches(on, next.to);
      return goesAlong ? next.mail : undefined;
    };
    const along = session.announced;
    let result = await session.deliver(mail, may, announceable(session));
    const unheard = along && neverHeard(result);
    if (unheard) over.takesAlong = false;
    if (result && kept && (unheard || neverBegan(result))) {
      // The server had closed a connection that was waiting, or would not hear whom the mail is for: a new
      // one tells whether it is there, and takes the mail.
      session.quit();
      const fresh = await connected(() => over.connect());
      if ('outcome' in fresh) return fresh;
      session = fresh;
      result = await session.deliver(mail, may, announceable(session));
    }
    if (!result) return undefined;
    const halfWay = result.end === 'refused' && session.open && !session.announced;
    if (halfWay && !(await session.reset())) session.quit();
    return outcomeOf(result, to.address);
  } finally {
    if (session.announced) line.session = session;
    else over.release(session);
  }
}

/** Why there is no session is an outcome for whatever was to be sent over it. */
export async function connected(open: () => Promise<SmtpSession>): Promise<SmtpSession | Outcome> {
  try {
    return await open();
  } catch (error) {
    const { message } = error as Error;
    const reason = `The mail server cannot be used: ${closed(plainly(message))}`;
    return { outcome: 'deferred', scope: 'channel', reason };
  }
}

/** What OpenSSL says of a server that does not begin with TLS tells nobody what to mend. */
function plainly(message: string): string {
  return /wrong version number/.test(message)
    ? 'It does not speak TLS from the first byte at this port. Write smtp:// for STARTTLS, or the port for TLS (often 465).'
    : message.replace(/\s+/g, ' ');
}

const reaches = (session: SmtpSession, { international }: SmtpAddress) =>
  !international || session.international;

/** Whether the server closed the connection before it had the message: lost, or 421 at its start. */
function neverBegan(result: Attempt): boolean {
  return result.end === 'lost'
    ? !result.handedOver
    : result.end === 'refused' && result.code === 421 && result.stage === 'MAIL FROM';
}

/**
 * Whether a mail that was announced along with the one before may not have been heard for just that. Haraka
 * answers 503 to it (from 3.3.4), as what comes behind a message may be smuggled (GHSA-rp4q-8m6x-c43c); a
 * server that drops what comes there says nothing.
 */
function neverHeard(result: Attempt | undefined): boolean {
  if (result?.end === 'lost') return !result.handedOver && result.reason === noAnswer;
  return result?.end === 'refused' && result.stage === 'MAIL FROM' && result.code >= 500;
}
