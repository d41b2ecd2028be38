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
  /the following addresses had (permanent|delivery)|delivery to the following recipients? failed|(could not|couldn't|cannot|can't|was not) be delivered|(was not|were not|wasn't|not) delivered|fatal (delivery )?errors|(unable|not able|wasn't able) to deliver/i,
];

const subjects =
  /^(\[[^\]]*\]\s*)?(undeliver|(e-?mail )?delivery (status notification|fail|problem|error)|mail (delivery|could not)|(e-?mail )?return(ed|ing) (mail|message)|failure notice|failed mail|non-?delivery)/i;

const delays =
  /\b(has not yet been delivered|postponed|still being retried|warning only|delayed \d+|delivery (is |has been )?delayed|will be retried|delivery attempts will continue)\b|^(delayed mail|warning: (message|could not send)|delivery (status notification )?\(delay\))/im;

/** What it returns of the original may say anything, so that it is read no further. */
const returned =
  /^[-\t ]*(?:this is a copy of (?:the|your) message|below this line is a copy|(?:begin |returned |original )*(?:mail|message)(?: follows)? ?-|message headers follow|(?:return-path|received): )/im;

/** Undefined where the message is no such bounce. */
export function readPlainReport(
  message: InboundMessage,
): { readonly kind: 'failure' | 'delay'; readonly words: string } | undefined {
  const [report = ''] = message.text.split(returned);
  const failed = message.header('x-failed-recipients') !== undefined;
  const known = failed || subjects.test(message.subject) || phrases.some((one) => one.test(report));
  if (!known) return undefined;
  if (delays.test(`${message.subject}\n${report}`)) return { kind: 'delay', words: report };
  return { kind: 'failure', words: report };
}
