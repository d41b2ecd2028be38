/** The mail that arrived: one file a message, as any mail system would leave it in a directory. */

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import type { Instant } from '../../src/model.js';
import { writeDurably } from '../files.js';

export interface Envelope {
  /** The return path; empty for a bounce. */
  readonly from: string;
  readonly recipients: readonly string[];
}

export interface MailSummary {
  /** Names it in the mailbox's addresses. */
  readonly id: string;
  readonly receivedAt: Instant;
  readonly envelope: Envelope;
  /** The From header, as it is shown. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** With its angle brackets; empty where the message has none. */
  readonly messageId: string;
  /** In bytes, as it came over the wire. */
  readonly size: number;
  /** The addresses in List-Unsubscribe. */
  readonly unsubscribe: readonly string[];
  /** Whether List-Unsubscribe-Post offers one-click (RFC 8058). */
  readonly oneClick: boolean;
}

export interface Mail extends MailSummary {
  readonly html: string;
  readonly text: string;
  /** As they came, each unfolded to one line. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly name: string; readonly size: number }[];
}

export interface MailStore {
  /** Newest first. */
  list(): readonly MailSummary[];
  /** On disk before it resolves. */
  add(envelope: Envelope, raw: Buffer, receivedAt: Instant): Promise<MailSummary>;
  read(id: string): Promise<Mail | undefined>;
  /** The bytes as they came over the wire. */
  raw(id: string): Promise<Buffer | undefined>;
}

const SUFFIX = '.eml';

/** Opens the directory and reads back what arrived earlier. */
export async function openMailStore(directory: string): Promise<MailStore> {
  await mkdir(directory, { recursive: true });
  const mails = new Map<string, MailSummary>();
  const names = (await readdir(directory)).filter((name) => name.endsWith(SUFFIX)).sort();
  for (const name of names) {
    const id = name.slice(0, -SUFFIX.length);
    const stored = splitTrace(await readFile(join(directory, name)));
    if (stored) mails.set(id, await summarise(id, stored));
  }
  const load = async (id: string) =>
    mails.has(id) ? splitTrace(await readFile(join(directory, `${id}${SUFFIX}`))) : undefined;

  return {
    list: () => [...mails.values()].reverse(),
    async add(envelope, raw, receivedAt) {
      const id = `${receivedAt.replace(/\D/g, '')}-${randomUUID().slice(0, 8)}`;
      const summary = await summarise(id, { envelope, receivedAt, raw });
      await writeDurably(
        join(directory, `${id}${SUFFIX}`),
        Buffer.concat([Buffer.from(trace(envelope, receivedAt)), raw]),
      );
      mails.set(id, summary);
      return summary;
    },
    async read(id) {
      const stored = await load(id);
      if (!stored) return undefined;
      const parsed = await simpleParser(stored.raw);
      return {
        ...(await summarise(id, stored)),
        html: parsed.html || '',
        text: parsed.text ?? '',
        headers: parsed.headerLines.map(({ line }) => {
          const colon = line.indexOf(':');
          const value = line.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
          return { name: line.slice(0, colon), value: value.trim() };
        }),
        attachments: parsed.attachments.map((part) => ({
          name: part.filename ?? part.contentType,
          size: part.size,
        })),
      };
    },
    raw: async (id) => (await load(id))?.raw,
  };
}

interface Stored {
  readonly envelope: Envelope;
  readonly receivedAt: Instant;
  readonly raw: Buffer;
}

/**
 * What the envelope said goes before the message as trace headers, as RFC 5321, section 4.4 has it;
 * what the message itself says in such headers comes after ours and is not believed.
 */
function trace(envelope: Envelope, receivedAt: Instant): string {
  const lines = [
    `Return-Path: <${envelope.from}>`,
    ...envelope.recipients.map((recipient) => `Delivered-To: ${recipient}`),
    `Received: by the sandbox; ${receivedAt}`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** The reverse of `trace`; undefined for a file that is not ours. */
function splitTrace(file: Buffer): Stored | undefined {
  const recipients: string[] = [];
  let from: string | undefined;
  let start = 0;
  for (;;) {
    const end = file.indexOf('\r\n', start);
    if (end < 0) return undefined;
    const line = file.toString('utf8', start, end);
    start = end + 2;
    if (line.startsWith('Return-Path: <')) from = line.slice(14, -1);
    else if (line.startsWith('Delivered-To: ')) recipients.push(line.slice(14));
    else if (line.startsWith('Received: by the sandbox; ') && from !== undefined) {
      const receivedAt = line.slice(26);
      return { envelope: { from, recipients }, receivedAt, raw: file.subarray(start) };
    } else return undefined;
  }
}

async function summarise(id: string, stored: Stored): Promise<MailSummary> {
  const { raw, envelope, receivedAt } = stored;
  const end = raw.indexOf('\r\n\r\n');
  const parsed = await simpleParser(end < 0 ? raw : raw.subarray(0, end + 4));
  const unsubscribe = headerValue(parsed, 'list-unsubscribe');
  return {
    id,
    receivedAt,
    envelope,
    from: addresses(parsed.from) || envelope.from,
    to: addresses(parsed.to),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    size: raw.length,
    unsubscribe: [...unsubscribe.matchAll(/<\s*([^>]+?)\s*>/g)].map(([, address]) => address ?? ''),
    oneClick: /^\s*List-Unsubscribe\s*=\s*One-Click\s*$/i.test(
      headerValue(parsed, 'list-unsubscribe-post'),
    ),
  };
}

/** As mail programs show them: `Name <address>`. */
function addresses(header: AddressObject | AddressObject[] | undefined): string {
  return [header ?? []]
    .flat()
    .flatMap((list) => list.value)
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || address || ''))
    .join(', ');
}

function headerValue(parsed: ParsedMail, key: string): string {
  const line = parsed.headerLines.find((header) => header.key === key)?.line ?? '';
  return line.slice(line.indexOf(':') + 1).replace(/\r?\n(?=[ \t])/g, '');
}
