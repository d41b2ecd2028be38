/** A mail that came in, reduced to what it is judged by. */

import type { EmailAddress } from 'mailparser';
import { simpleParser } from 'mailparser';

export interface InboundMessage {
  /** The raw value of the first header of this name (in lower case), on one line; undefined where there is none. */
  header(name: string): string | undefined;
  /** How many headers of this name there are. */
  count(name: string): number;
  readonly from: { readonly address: string; readonly name: string } | undefined;
  readonly subject: string;
  /** Of the text parts, in plain text; at most `textLimit` characters. */
  readonly text: string;
  /** What is in the parts that are not for reading, such as `message/delivery-status`. */
  readonly parts: readonly { readonly type: string; readonly content: string }[];
}

const textLimit = 50_000;
/** Characters that are read of each part: a report is short, and of a returned mail the headers are enough. */
const partLimit = 64 * 1024;
/** Bytes of HTML that are turned into text. */
const htmlLimit = 100_000;

/** Rejects where the message is no message: too many parts, or headers without end. */
export async function readMessage(raw: Buffer): Promise<InboundMessage> {
  const mail = await simpleParser(raw, {
    keepDeliveryStatus: true,
    maxHtmlLengthToParse: htmlLimit,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    checksumAlgo: false,
  });
  const valueIn = (line: string) =>
    line
      .slice(line.indexOf(':') + 1)
      .replace(/\s+/g, ' ')
      .trim();
  const [from] = flat(mail.from?.value ?? []);
  return {
    header(name) {
      const found = mail.headerLines.find(({ key }) => key === name);
      return found && valueIn(found.line);
    },
    count: (name) => mail.headerLines.filter(({ key }) => key === name).length,
    from: from?.address ? { address: from.address, name: from.name } : undefined,
    subject: mail.subject ?? '',
    text: (mail.text ?? '').slice(0, textLimit),
    parts: mail.attachments.map(({ contentType, content }) => ({
      type: contentType.toLowerCase(),
      content: content.subarray(0, partLimit).toString('utf8'),
    })),
  };
}

function flat(addresses: readonly EmailAddress[]): EmailAddress[] {
  return addresses.flatMap((one) => one.group ?? [one]);
}

/** Groups of `Name: value` lines divided by empty ones, names in lower case and the first of each (RFC 3464, 2.1). */
export function fieldGroups(text: string): ReadonlyMap<string, string>[] {
  const groups: Map<string, string>[] = [];
  for (const block of text.split(/\r?\n[ \t]*\r?\n/)) {
    const group = new Map<string, string>();
    let last = '';
    for (const line of block.split(/\r?\n/)) {
      if (/^[ \t]/.test(line)) {
        // A value that goes on.
        if (last) group.set(last, `${group.get(last)} ${line.trim()}`);
        continue;
      }
      const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
      last = '';
      if (name === undefined || value === undefined || group.has(name.toLowerCase())) continue;
      last = name.toLowerCase();
      group.set(last, value.trim());
    }
    if (group.size > 0) groups.push(group);
  }
  return groups;
}

/** The headers of the mail that a report returns; empty where it returns none. */
export function returnedHeaders(message: InboundMessage): ReadonlyMap<string, string> {
  const part = message.parts.find(
    ({ type }) =>
      type === 'message/rfc822' ||
      type === 'text/rfc822-headers' ||
      type === 'message/global-headers' ||
      type === 'message/global',
  );
  return (part && fieldGroups(part.content)[0]) ?? new Map();
}
