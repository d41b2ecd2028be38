/**
 * The message of one delivery: its headers, its envelope, its octets. Everything derives from the
 * delivery and the rendered mail, so that each attempt has the same octets and the same Message-ID.
 */

import { createHash } from 'node:crypto';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { EmailConfig } from '../../config/config.js';
import type { Delivery, Newsroom } from '../../model.js';
import { fillMail, type RenderedMail } from '../../templates/email/mail.js';
import { oneLine } from '../../templates/plain.js';

export interface Envelope {
  /** The return path, of this delivery alone (VERP). */
  readonly from: string;
  /** One recipient: then a refusal is never partial, and a bounce names who it is. */
  readonly to: string;
}

export interface Message {
  readonly envelope: Envelope;
  /** With the angle brackets. */
  readonly messageId: string;
  /** RFC 5322, lines ending in CRLF; not yet signed. */
  readonly raw: Buffer;
}

export interface MessageOptions {
  readonly config: Pick<EmailConfig, 'from' | 'replyTo' | 'domain' | 'unsubscribeMailto'>;
  readonly newsroom: Newsroom;
  readonly rendered: RenderedMail;
  readonly delivery: Delivery;
  /** The recipient as SMTP takes it. */
  readonly to: string;
  readonly returnPath: string;
  readonly unsubscribeUrl: string;
  readonly preferencesUrl: string;
  readonly webViewUrl: string;
}

/** Composes a message. Pure: the same options give the same octets. */
export async function composeMessage(options: MessageOptions): Promise<Message> {
  const { config, newsroom, rendered, delivery } = options;
  const { html, text } = fillMail(rendered, {
    unsubscribe: options.unsubscribeUrl,
    preferences: options.preferencesUrl,
    webView: options.webViewUrl,
    programs: delivery.programs,
  });
  const messageId = messageIdOf(delivery, config.domain);
  const newsroomName = oneLine(newsroom.name);
  const composer = new MailComposer({
    from: sender(config.from, newsroomName),
    replyTo: sender(config.replyTo),
    to: recipient(options.to, delivery),
    subject: oneLine(rendered.subject),
    // A resend has the date of its edition too: it is the same issue.
    date: new Date(rendered.createdAt),
    messageId,
    headers: {
      'List-Id': listId(newsroomName, config.domain),
      'List-Unsubscribe': listUnsubscribe(options.unsubscribeUrl, config.unsubscribeMailto),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Feedback-ID': feedbackId(rendered, config.domain),
      Precedence: 'bulk',
      'Content-Language': rendered.language,
    },
    text: withoutBareCr(text),
    html: withoutBareCr(html),
    // The same for all of its readers, so that their copies differ in few places.
    baseBoundary: sha256(delivery.editionId).slice(0, 24),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return { envelope: { from: options.returnPath, to: options.to }, messageId, raw };
}

/**
 * No CR may stand by itself in a message (RFC 5321, 2.3.8): a server that takes it for the end of a line
 * finds other lines than were signed. An article may bring one as `&#13;`.
 */
function withoutBareCr(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** With the angle brackets: the same for each attempt, and another one for each round. */
export function messageIdOf({ editionId, destination, round }: Delivery, domain: string): string {
  return `<${sha256(`${editionId}/${destination.id}/${round}`)}@${domain}>`;
}

export function recipient(address: string, { destination }: Delivery) {
  return { name: oneLine(destination.name ?? ''), address };
}

/**
 * RFC 2919: a phrase and the list's id. nodemailer would encode the id along with the phrase, so it
 * comes prepared: all that could end a phrase or a line is encoded in it.
 */
function listId(name: string, domain: string) {
  const phrase = /^[A-Za-z0-9 ]+$/.test(name) ? name : encodeWord(name, 'Q', 52);
  return { prepared: true, foldLines: true, value: `${phrase} <newsletter.${domain}>` };
}

/**
 * RFC 2369, 3.2, and RFC 8058: the page that also takes the one-click; and where there is a mailbox for
 * it, a mail to that, with the token that the page's URL ends with.
 */
function listUnsubscribe(page: string, mailbox: string | undefined): string {
  const { href, pathname } = new URL(page);
  if (!mailbox) return `<${href}>`;
  const to = encodeURIComponent(mailbox).replace('%40', '@');
  const token = pathname.slice(pathname.lastIndexOf('/') + 1);
  return `<${href}>, <mailto:${to}?subject=${encodeURIComponent(`unsubscribe ${token}`)}>`;
}

/** A mailbox of the config, under its own name or under `name`. */
export function sender(configured: string, name = ''): { name: string; address: string } {
  const [first] = addressparser(oneLine(configured), { flatten: true });
  return { name: first?.name || name, address: first?.address ?? configured };
}

/**
 * Edition, program, kind and sender, for Gmail's feedback loop: never of one reader, and the last
 * field the same in all mail of this sender (5 to 15 characters).
 */
function feedbackId({ edition, programs, kind }: RenderedMail, domain: string): string {
  return [edition.slice(0, 8), programs[0]?.id ?? '', kind, sha256(domain).slice(0, 10)].join(':');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
