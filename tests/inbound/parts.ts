/** Mails as tests send them in: written line by line, in the form that the RFCs give. */

import { type Door, judge } from '../../src/inbound/judge.js';
import { readMessage } from '../../src/inbound/message.js';

export const lines = (...all: readonly string[]) =>
  Buffer.from(`${all.join('\r\n')}\r\n`, 'latin1');

export async function judged(raw: Buffer, door: Door = 'return-path', nullSender = true) {
  return judge(await readMessage(raw), { door, nullSender });
}

export interface ReportOptions {
  readonly status?: string;
  readonly diagnostic?: string;
  readonly action?: string;
  readonly returned?: readonly string[];
}

/** A report as RFC 3464 has it. */
export function report({
  status = '5.1.1',
  diagnostic,
  action = 'failed',
  returned,
}: ReportOptions) {
  return lines(
    'From: Mail system <mailer-daemon@mx.reader.example>',
    'To: bounce@bounces.example.org',
    'Subject: Delivery report',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'Your mail did not arrive.',
    '--part',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.reader.example',
    '',
    'Final-Recipient: rfc822; reader@reader.example',
    `Action: ${action}`,
    `Status: ${status}`,
    ...(diagnostic ? [`Diagnostic-Code: smtp; ${diagnostic}`] : []),
    '--part',
    'Content-Type: message/rfc822',
    '',
    ...(returned ?? ['Subject: Who keeps the canals', '', 'Nobody.']),
    '--part--',
  );
}

/** A complaint as RFC 5965 has it. */
export function complaint(
  returned: readonly string[],
  fields: readonly string[] = ['Feedback-Type: abuse'],
): Buffer {
  return lines(
    'From: feedback@provider.example',
    'Subject: FW: Who keeps the canals',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'This is a report about a mail that our user called unwanted.',
    '--part',
    'Content-Type: message/feedback-report',
    '',
    'User-Agent: ProviderFBL/1.0',
    'Version: 1',
    ...fields,
    '--part',
    'Content-Type: message/rfc822',
    '',
    ...returned,
    '',
    'Three districts share one canal.',
    '--part--',
  );
}

export function letter(
  headers: readonly string[],
  text: readonly string[] = ['Thank you for the piece about the canals.'],
): Buffer {
  return lines(
    'From: Aigul Reader <aigul@reader.example>',
    'To: bounce@bounces.example.org',
    ...headers,
    '',
    ...text,
  );
}
