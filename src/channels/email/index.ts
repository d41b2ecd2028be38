/** The e-mail channel: one message to one mailbox at a time, over a few connections side by side. */

import type { EmailConfig } from '../../config/config.js';
import type { Delivery, DeliveryId, Finding, Newsroom, Outcome, Receipt } from '../../model.js';
import { type RenderedMail, renderMail } from '../../templates/email/mail.js';
import type { Channel, Links } from '../channel.js';
import { smtpAddress } from './address.js';
import { createComposer } from './composer.js';
import { createDkimSigner, type ResolveTxt } from './dkim.js';
import { createSlots, merge, turns } from './lanes.js';
import { composeLetter } from './letter.js';
import type { Message } from './message.js';
import { composeNotice } from './notice.js';
import type { SmtpSession } from './session.js';
import { type Addressed, connected, type InLine, type Line, transmit } from './transmit.js';
import { parseSmtpUrl, SmtpTransport } from './transport.js';
import { type Mail, mailOf } from './wire.js';

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

/** A mail that is ready to go out, or what becomes of its delivery without one. */
type Prepared = Addressed | Outcome;

/** What is to be sent next. */
interface Upcoming {
  readonly delivery: Delivery;
  readonly prepared: Promise<Prepared>;
  /** The same, once it is there. */
  ready?: Prepared;
}

/**
 * Turns of the event loop after which the next mail is composed: by then the ledger was asked about the one
 * before it, and while it writes, there is time.
 */
const composedAfter = 4;

const noServer =
  'There is no mail server to send through. Set SMTP_URL, such as smtp://user:password@host:587.';

/** Throws, in a full sentence, where SMTP_URL or the DKIM key is not usable. */
export function createEmailChannel(options: EmailChannelOptions): Channel<RenderedMail> {
  const { config, newsroom, links } = options;
  const server = options.smtpUrl === undefined ? undefined : parseSmtpUrl(options.smtpUrl);
  const transport = server && new SmtpTransport(server);
  // Of this process: several batches may be sent at once.
  const slots = createSlots(config.connections);
  const compose = createComposer();
  const signer = config.dkim && createDkimSigner(config.dkim, options.resolveTxt);

  async function mailTo(rendered: RenderedMail, delivery: Delivery, to: string): Promise<Mail> {
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
    return signed(composed);
  }

  const signed = async (mail: Mail) => (signer ? signer.sign(mail) : mail);

  /** Composes and signs a delivery's message, or says why there is none. */
  async function prepare(rendered: RenderedMail, delivery: Delivery): Promise<Prepared> {
    const to = smtpAddress(delivery.destination.address);
    if (!to) return { outcome: 'rejected', reason: 'The address is not one that mail can go to.' };
    try {
      return { to, mail: await mailTo(rendered, delivery, to.address) };
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
    how: InLine,
  ): Promise<Outcome | undefined> {
    if ('outcome' in prepared) return prepared;
    if (!transport) return { outcome: 'deferred', scope: 'channel', reason: noServer };
    return transmit(transport, prepared, begin, how);
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
    const mail = await signed(mailOf(await compose(to.address)));
    return transmit(transport, { to, mail }, begin);
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
      const next = (): Upcoming | undefined => {
        const { value: delivery } = waiting.next();
        if (!delivery) return undefined;
        const prepared = turns(composedAfter).then(() => prepare(rendered, delivery));
        const upcoming: Upcoming = { delivery, prepared };
        void prepared.then((ready) => {
          upcoming.ready = ready;
        });
        return upcoming;
      };
      async function* lane(): AsyncGenerator<Receipt> {
        const line: Line = {};
        let giveBack: (() => void) | undefined;
        const { signal } = wire;
        let upcoming = next();
        const following = () => {
          // A slot that others wait for is given on.
          const goesOn = ahead && !stopped && !signal.aborted && !slots.wanted;
          const ready = goesOn ? upcoming?.ready : undefined;
          return ready && 'mail' in ready ? ready : undefined;
        };
        try {
          while (upcoming && !stopped && !signal.aborted) {
            const { delivery, prepared } = upcoming;
            const ready = await prepared;
            giveBack ??= await slots.take();
            // Those that had a slot before may have found that there is no way through.
            if (stopped) break;
            const how = { signal, ahead, line, following };
            const attempted = attempt(ready, () => begin(delivery.id), how);
            upcoming = next();
            const outcome = await attempted;
            if (outcome) {
              if (outcome.outcome === 'deferred' && outcome.scope === 'channel') stopped = true;
              // The slot is kept until the receipt was taken, so that no more is between the mark and the
              // receipt than there are connections, however many editions go out at once.
              yield { ...outcome, delivery: delivery.id };
            }
            if (line.session) continue;
            giveBack();
            giveBack = undefined;
          }
        } catch (error) {
          stopped = true;
          throw error;
        } finally {
          line.session?.close();
          giveBack?.();
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
