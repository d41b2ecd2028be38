/** A mail to one person that is no edition: no list, no unsubscribing. */

import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailConfig } from '../../config/config.js';
import type { Letter, Newsroom } from '../../model.js';
import { oneLine } from '../../templates/plain.js';
import { type Message, sender } from './message.js';

export interface LetterOptions {
  readonly config: Pick<EmailConfig, 'from' | 'replyTo' | 'domain'>;
  readonly newsroom: Newsroom;
  readonly letter: Letter;
  /** The recipient as SMTP takes it. */
  readonly to: string;
}

/** Pure: the same options give the same octets. */
export async function composeLetter(options: LetterOptions): Promise<Message> {
  const { config, newsroom, letter, to } = options;
  const from = sender(config.from, oneLine(newsroom.name));
  const messageId = `<${letter.id}.letter@${config.domain}>`;
  const composer = new MailComposer({
    from,
    replyTo: sender(letter.replyTo ?? config.replyTo),
    to: { name: '', address: to },
    subject: oneLine(letter.subject),
    date: new Date(letter.at),
    messageId,
    headers: {
      // So that no mailbox answers that its owner is on holiday (RFC 3834, 5).
      'Auto-Submitted': 'auto-generated',
      'Content-Language': letter.language,
    },
    text: letter.text,
    ...(letter.html !== undefined && { html: letter.html }),
    baseBoundary: letter.id.replaceAll('-', '').slice(0, 24),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return { envelope: { from: from.address, to }, messageId, raw };
}
