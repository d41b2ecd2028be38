/** The mail that tells staff what needs them. It is from the newsroom to itself: no list, no unsubscribing. */

import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailConfig } from '../../config/config.js';
import type { Newsroom } from '../../model.js';
import { clip, oneLine } from '../../templates/plain.js';
import type { Notice } from '../channel.js';
import { type Message, sender } from './message.js';

export interface NoticeOptions {
  readonly config: Pick<EmailConfig, 'from' | 'domain'>;
  readonly newsroom: Newsroom;
  readonly notice: Notice;
  /** The recipient as SMTP takes it. */
  readonly to: string;
}

export async function composeNotice(options: NoticeOptions): Promise<Message> {
  const { config, newsroom, notice, to } = options;
  const name = oneLine(newsroom.name);
  const from = sender(config.from, name);
  const messageId = `<${notice.id}.staff@${config.domain}>`;
  const composer = new MailComposer({
    from,
    to,
    subject: subjectOf(notice, name),
    date: new Date(notice.at),
    messageId,
    headers: {
      // So that no mailbox answers that its owner is on holiday (RFC 3834, 5).
      'Auto-Submitted': 'auto-generated',
      'Content-Language': 'en',
    },
    text: textOf(notice, newsroom),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return { envelope: { from: from.address, to }, messageId, raw };
}

function subjectOf({ things, more }: Notice, name: string): string {
  const count = things.length + more;
  const [first] = things;
  const what = count === 1 && first ? clip(oneLine(first.message), 90) : `${count} things need you`;
  return `Broadsheet (${name}): ${what}`;
}

function textOf({ things, more }: Notice, { timezone, name }: Newsroom): string {
  const when = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: timezone,
  });
  const listed = things.map(({ at, message, command }) =>
    [`${when.format(new Date(at))}: ${oneLine(message)}`, `    To see more: ${command}`].join('\n'),
  );
  return [
    ...listed,
    ...(more > 0 ? [`And ${more} more. To see them: broadsheet status`] : []),
    [
      '-- ', // What follows is a signature to mail programs (RFC 3676, 4.3).
      `Broadsheet of ${oneLine(name)} tells you each of these once. Times are of ${timezone}.`,
      'It writes to the addresses that staff.mail in its config names.',
      '',
    ].join('\n'),
  ].join('\n\n');
}
