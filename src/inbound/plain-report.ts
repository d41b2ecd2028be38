/** Bounces of mail servers that write to people only, without a report in the form of RFC 3464. */

import type { InboundMessage } from './message.js';

/** How the text of such a bounce begins, or what it always says. */
const phrases = [
  // qmail, and those that write in its way (QSBMF).
  /this is the \S+ (program|system) at |i'm afraid i wasn't able to deliver your message/i,
  // Exim.
  /this message was created automatically by mail delivery software/i,
  // Exchange and Outlook.
  /your message (did not reach|couldn't be delivered|wasn't delivered|has been rejected)|delivery has failed to these recipients|message that you sent could not be delivered/i,
  // Sendmail and others.
  /the following addresses had permanent (fatal|delivery) errors|delivery to the following recipients? failed|undeliverable (mail|message)|(mail|message) (could not be|was not|cannot be|can't be) delivered/i,
];

const subjects =
  /^(undeliverable|undelivered|delivery (status notification|failure|failed)|mail delivery (failed|failure|subsystem)|returned mail|failure notice|non.?delivery|nondeliverable)/i;

const delays =
  /\b(has not yet been delivered|still being retried|warning only|delayed \d+|delivery (is |has been )?delayed|will be retried|delivery attempts will continue)\b|^(delayed mail|warning: (message|could not send)|delivery (status notification )?\(delay\))/im;

/** Undefined where the message is no such bounce. */
export function readPlainReport(
  message: InboundMessage,
): { readonly kind: 'failure' | 'delay'; readonly words: string } | undefined {
  // What it returns of the original may say anything.
  const [report = ''] = message.text.split(
    /^[-\s]*(?:this is a copy of (?:the|your) message|below this line is a copy|(?:begin )?original message|message headers follow|return-path:)/im,
  );
  const failed = message.header('x-failed-recipients') !== undefined;
  const known = failed || subjects.test(message.subject) || phrases.some((one) => one.test(report));
  if (!known) return undefined;
  if (delays.test(`${message.subject}\n${report}`)) return { kind: 'delay', words: report };
  return { kind: 'failure', words: report };
}
