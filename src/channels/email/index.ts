/** The e-mail channel: one message to one mailbox at a time, over a few connections side by side. */

import type { EmailConfig } from '../../config/config.js';
import type { Delivery, DeliveryId, Finding, Newsroom, Outcome, Receipt } from '../../model.js';
import { type RenderedMail, renderMail } from '../../templates/email/mail.js';
import { closed } from '../../templates/plain.js';
import type { Channel, Links } from '../channel.js';
import { type SmtpAddress, smtpAddress } from './address.js';
import { createComposer } from './composer.js';
import { createDkimSigner, type ResolveTxt } from './dkim.js';
import { createSlots, merge } from './lanes.js';
import { composeLetter } from './letter.js';
import type { Message } from './message.js';
import { composeNotice } from './notice.js';
import { type Attempt, outcomeOf } from './outcome.js';
import type { SmtpSession } from './session.js';
import { parseSmtpUrl, SmtpTransport } from './transport.js';

export interface EmailChannelOptions {
  readonly config: EmailConfig;
  readonly newsroom: Newsroom;
  /** Undefined where none is set: then everything is deferred. */
  readonly smtpUrl: string | undefined;
  readonly links: Pick<Links, 'edition' | 'unsubscribe' | 'preferences'>;
  /** The address that a delivery's bounces go to. */
  readonly returnPath: (delivery: Delivery) => string;
  /** For looking at the DKIM record in `check`; DNS where not given. */
  readonly resolveTxt?: ResolveTxt;
}

/** A message that is ready to go out, or what becomes of its delivery without one. */
type Prepared = { readonly to: SmtpAddress; readonly message: Message } | Outcome;

const noServer =
  'There is no mail server to send through. Set SMTP_URL, such as smtp://user:password@host:587.';

/** Throws, in a full sentence, where SMTP_URL or the DKIM key is not usable. */
export function createEmailChannel(options: EmailChannelOptions): Channel<RenderedMail> {
  const { config, newsroom, links } = options;
  const server = options.smtpUrl === undefined ? undefined : parseSmtpUrl(options.smtpUrl);
  const transport = server && new SmtpTransport(server);
  // Of this process: several batches may be sent at once.
  const takeSlot = createSlots(config.connections);
  const compose = createComposer();
  const signer = config.dkim && createDkimSigner(config.dkim, options.resolveTxt);

  async function message(rendered: RenderedMail, delivery: Delivery, to: string) {
    const composed = await compose({
      config,
      newsroom,
      rendered,
      delivery,
      to,
      returnPath: options.returnPath(delivery),
      unsubscribeUrl: links.unsubscribe(delivery),
      preferencesUrl: links.preferences(delivery),
      webViewUrl: links.edition(delivery.editionId),
    });
    return { ...composed, raw: await signed(composed.raw) };
  }

  const signed = async (raw: Buffer) => (signer ? signer.sign(raw) : raw);

  /** Composes and signs a delivery's message, or says why there is none. */
  async function prepare(rendered: RenderedMail, delivery: Delivery): Promise<Prepared> {
    const to = smtpAddress(delivery.destination.address);
    if (!to) return { outcome: 'rejected', reason: 'The address is not one that mail can go to.' };
    try {
      return { to, message: await message(rendered, delivery, to.address) };
    } catch (error) {
      // It would be the same at every attempt, and must not keep the others waiting.
      const reason = `The message could not be composed: ${(error as Error).message}`;
      return { outcome: 'rejected', reason };
    }
  }

  /** Undefined where the delivery was not begun, or must not be sent any more. */
  async function attempt(
    prepared: Prepared,
    begin: () => Promise<boolean>,
    how: { readonly signal: AbortSignal; readonly ahead: boolean },
  ): Promise<Outcome | undefined> {
    if ('outcome' in prepared) return prepared;
    if (!transport) return { outcome: 'deferred', scope: 'channel', reason: noServer };
    return transmit(transport, prepared.to, prepared.message, begin, how);
  }

  /** Composes and sends what is no delivery. */
  async function once(
    address: string,
    begin: () => Promise<boolean>,
    compose: (to: string) => Promise<Message>,
  ): Promise<Outcome | undefined> {
    if (!transport) return { outcome: 'deferred', scope: 'channel', reason: noServer };
    const to = smtpAddress(address);
    if (!to) return { outcome: 'rejected', reason: 'The address is not one that mail can go to.' };
    const { envelope, raw } = await compose(to.address);
    return transmit(transport, to, { envelope, raw: await signed(raw) }, begin);
  }

  /**
   * Sends one message. `begin` is asked when there is a connection for it, and its first byte waits for the
   * answer; `ahead`, whom it is for is said meanwhile. Undefined where the answer is no, or where the signal
   * aborts before there is a connection.
   */
  async function transmit(
    over: SmtpTransport,
    to: SmtpAddress,
    { envelope, raw }: Pick<Message, 'envelope' | 'raw'>,
    begin: () => Promise<boolean>,
    { signal, ahead }: { readonly signal?: AbortSignal; readonly ahead?: boolean } = {},
  ): Promise<Outcome | undefined> {
    // Connecting comes before: nothing is on the wire yet while a server cannot be reached.
    let session = await connected(() => over.acquire(signal));
    if ('outcome' in session) return signal?.aborted ? undefined : session;
    try {
      if (to.international && !session.international) {
        const reason = 'The mail server takes no addresses beyond ASCII (it has no SMTPUTF8).';
        return { outcome: 'rejected', reason };
      }
      const kept = session.used > 0;
      const may = begin();
      may.catch(() => {}); // It is awaited in `deliver`; until then it must not count as unhandled.
      if (!ahead && !(await may)) return undefined;
      let result = await session.deliver(envelope, raw, may);
      if (result && kept && neverBegan(result)) {
        // The server had closed a connection that was waiting: a new one tells whether it is there.
        session.quit();
        const fresh = await connected(() => over.connect());
        if ('outcome' in fresh) return fresh;
        session = fresh;
        result = await session.deliver(envelope, raw, may);
      }
      if (!result) return undefined;
      if (result.end === 'refused' && session.open && !(await session.reset())) session.quit();
      return outcomeOf(result, to.address);
    } finally {
      over.release(session);
    }
  }

  return {
    name: 'email',

    render: (edition) => renderMail(edition, newsroom),

    send(rendered, deliveries, wire) {
      const waiting = deliveries.values();
      let stopped = false;
      // One that was announced and may not go costs a connection, and where staff stopped the edition none of
      // the others may go either.
      let ahead = true;
      const begin = async (id: DeliveryId) => {
        if (wire.signal.aborted) return false;
        ahead = (await wire.onWire([id])).has(id);
        return ahead;
      };
      const next = () => {
        const { value: delivery } = waiting.next();
        return delivery && { delivery, prepared: prepare(rendered, delivery) };
      };
      async function* lane(): AsyncGenerator<Receipt> {
        try {
          let upcoming = next();
          while (upcoming && !stopped && !wire.signal.aborted) {
            const { delivery, prepared } = upcoming;
            const message = await prepared;
            const giveBack = await takeSlot();
            try {
              const { signal } = wire;
              const attempted = attempt(message, () => begin(delivery.id), { signal, ahead });
              // Composed and signed while the ledger marks this one.
              upcoming = next();
              const outcome = await attempted;
              if (!outcome) continue;
              if (outcome.outcome === 'deferred' && outcome.scope === 'channel') stopped = true;
              // The slot is kept until the receipt was taken, so that no more is between the mark and the
              // receipt than there are connections, however many editions go out at once.
              yield { ...outcome, delivery: delivery.id };
            } finally {
              giveBack();
            }
          }
        } catch (error) {
          stopped = true;
          throw error;
        }
      }
      const count = Math.min(config.connections, deliveries.length);
      return merge(Array.from({ length: count }, lane));
    },

    tell: (notice, address, begin) =>
      once(address, begin, (to) => composeNotice({ config, newsroom, notice, to })),

    write: (letter, address, begin) =>
      once(address, begin, (to) => composeLetter({ config, newsroom, letter, to })),

    async reach() {
      if (!transport) return noServer;
      const session = await connected(() => transport.connect());
      if ('outcome' in session) return 'reason' in session ? session.reason : '';
      session.quit();
      return undefined;
    },

    async check() {
      const findings: Finding[] = [];
      if (!server || !transport) {
        findings.push({ subject: 'Mail server', level: 'error', message: noServer });
      } else {
        const subject = `Mail server ${server.name}`;
        const session = await connected(() => transport.connect());
        findings.push({ subject, ...(await describe(session, server.auth?.user)) });
        if (!('outcome' in session)) session.quit();
      }
      findings.push(
        signer
          ? await signer.check()
          : {
              subject: 'DKIM',
              level: 'warning',
              message:
                'Broadsheet does not sign its mail. Set email.dkim, unless your mail server signs.',
            },
      );
      return findings;
    },

    async close() {
      transport?.close();
    },
  };
}

/** Why there is no session is an outcome for whatever was to be sent over it. */
async function connected(open: () => Promise<SmtpSession>): Promise<SmtpSession | Outcome> {
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

/** Whether the server closed the connection before it had the message: lost, or 421 at its start. */
function neverBegan(result: Attempt): boolean {
  return result.end === 'lost'
    ? !result.handedOver
    : result.end === 'refused' && result.code === 421 && result.stage === 'MAIL FROM';
}

async function describe(
  session: SmtpSession | Outcome,
  user: string | undefined,
): Promise<Pick<Finding, 'level' | 'message'>> {
  if ('outcome' in session) {
    const why = 'reason' in session ? session.reason : '';
    return { level: 'error', message: `${why} Check SMTP_URL, and that the server is running.` };
  }
  // RSET: the one command that changes nothing and that nodemailer offers.
  if (!(await session.reset())) {
    return { level: 'error', message: 'The mail server greets, but then takes no command.' };
  }
  const signedIn = user ? `signed in as ${user}` : 'without signing in';
  return session.encrypted
    ? { level: 'ok', message: `The mail server answers over TLS, ${signedIn}.` }
    : {
        level: user ? 'warning' : 'ok',
        message: `The mail server answers, ${signedIn}, and the connection is not encrypted.`,
      };
}
