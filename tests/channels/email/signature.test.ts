/** Signatures of messages as they arrive, judged by verifiers that share no code. */

import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSink } from '../../../rig/sink.js';
import { createDkimSigner } from '../../../src/channels/email/dkim.js';
import { parseSmtpUrl, SmtpTransport } from '../../../src/channels/email/transport.js';
import { mailOf } from '../../../src/channels/email/wire.js';
import type { Delivery } from '../../../src/model.js';
import { sinkPresent } from '../../support/sink.js';
import { alert, digest } from '../../templates/email/editions.js';
import { startMailServer } from './mail-server.js';
import { all, channel, config, delivery, dkimKey, openWire } from './parts.js';
import { verifiers } from './verifiers.js';

/** Of the same shape for each reader, so that all but the first two are stamped and not composed. */
const token = ({ destination }: Delivery) =>
  createHash('sha256').update(destination.id).digest('base64url');
const links = {
  edition: (id: string) => `https://news.example/editions/${id}`,
  unsubscribe: (one: Delivery) => `https://news.example/unsubscribe/${token(one)}`,
  preferences: (one: Delivery) => `https://news.example/preferences/${token(one)}`,
};

const editions = [
  alert({
    title: 'A title that is too long for one line of the header, and is folded there somewhere',
    bodyHtml: `<p>.</p><p>..</p><p>.${'word'.repeat(500)} </p><p>.<br>.<br></p>`,
  }),
  digest(2, { language: 'ru' }),
];
const readers = [
  delivery('ann@one.example', { name: 'Ann' }),
  delivery('bob@one.example', { name: 'Bob "B" Reader' }),
  delivery('cem@one.example'),
  delivery('aigerim@one.example', { name: 'Айгерим Сатыбалды из отдела водных отношений' }),
  delivery('наталья@пример.example', { name: 'Наталья' }),
];

/** Messages that nobody composes here, but that a signature has to fit. */
const header =
  'From: a@news.example\r\nTo: b@one.example\r\nSubject: x\r\nList-Id: <l.news.example>\r\n';
const odd: Record<string, string> = {
  'no body': `${header}\r\n`,
  'a body of empty lines': `${header}\r\n\r\n\r\n\r\n`,
  'empty lines at its end': `${header}\r\none\r\n\r\ntwo\r\n\r\n\r\n`,
  'no line break at its end': `${header}\r\none\r\ntwo`,
  'lines of dots': `${header}\r\n.\r\n..\r\n.one\r\n\r\n.\r\n`,
  'lines of 998 octets': `${header}\r\n${`${'x'.repeat(998)}\r\n`.repeat(70)}`,
  'white space at the ends of lines': `${header}\r\n one \r\n\t\r\ntwo\t \r\n \r\n`,
  'octets of UTF-8': `${header.replace('Subject: x', 'Subject: Вода')}\r\nВода\u0085\u00a0\r\n`,
  'a header that is folded in each way': `${header
    .replace('Subject: x', 'SUBJECT:\r\n \t one\r\n\ttwo  \r\n  three\t')
    .replace('List-Id: ', 'List-Id:')}\r\none\r\n`,
  'a field that stands twice': `Precedence: list\r\nPrecedence: bulk\r\n${header}\r\none\r\n`,
};

/** What a signature has to cover. */
const fields =
  'from to reply-to subject date message-id mime-version content-type list-id list-unsubscribe list-unsubscribe-post feedback-id'.split(
    ' ',
  );

let folder: string;
let key: ReturnType<typeof dkimKey>;
/** As they arrived. */
const mails: { composed: Buffer[]; recorded: Buffer[]; odd: Record<string, Buffer> } = {
  composed: [],
  recorded: [],
  odd: {},
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-signature-'));
  key = dkimKey(folder);
  const { url, received, close } = await startMailServer({}, { hideSMTPUTF8: false });
  await sendEditions(url, readers);
  mails.composed = received.splice(0).map(({ raw }) => raw);
  const transport = new SmtpTransport(parseSmtpUrl(url));
  const session = await transport.connect();
  const signer = createDkimSigner(key.dkim);
  for (const [what, text] of Object.entries(odd)) {
    const envelope = { from: '', to: 'b@one.example' };
    const signed = await signer.sign(mailOf({ envelope, raw: Buffer.from(text) }));
    await session.deliver(signed, Promise.resolve(true));
    mails.odd[what] = received.at(-1)?.raw ?? Buffer.of();
  }
  transport.close();
  await close();
  if (!sinkPresent) return;
  const dumps = join(folder, 'dumps');
  // For the sink, which is another user where root starts it.
  chmodSync(folder, 0o755);
  const sink = await startSink(dumps, ['-d', `${dumps}/%M.`]);
  await sendEditions(`smtp://127.0.0.1:${sink.port}`, readers.slice(0, -1));
  await sink.process.end('SIGTERM');
  mails.recorded = readdirSync(dumps).map((file) => readFileSync(join(dumps, file)));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sendEditions(url: string, to: readonly Delivery[]): Promise<void> {
  const email = channel(url, { config: { ...config, connections: 1, dkim: key.dkim }, links });
  for (const edition of editions) {
    const receipts = await all(email.send(await email.render(edition), to, openWire()));
    for (const receipt of receipts.values()) expect(receipt).toMatchObject({ outcome: 'accepted' });
  }
  await email.close();
}

const forgeries: Record<string, (message: string) => string> = {
  'another word in a field': (message) => message.replace('One-Click', 'Two-Click'),
  'a second Subject': (message) => `Subject: Another one\r\n${message}`,
  'a field less': (message) => message.replace(/\r\nList-Unsubscribe-Post: .*/, ''),
  'another word in the body': (message) => message.replace('Unsubscribe', 'Resubscribe'),
  'a line more at its end': (message) => `${message}one\r\n`,
};

it('covers both List-Unsubscribe headers, and is of the domain of From', () => {
  for (const raw of mails.composed) {
    const text = raw.toString('latin1');
    expect(text).toMatch(/^From: .*<alerts@news\.example>\r$/m);
    expect(text).toMatch(/^ d=news\.example; s=s1;\r$/m);
    const covered = /\bh=([^;]+);/.exec(text)?.[1]?.replace(/\s+/g, '').split(':');
    expect(covered).toEqual(expect.arrayContaining(fields));
  }
});

for (const { name, missing, verify } of verifiers) {
  const title = `a signature, for ${name}${missing ? ` (${missing})` : ''}`;
  // Each message takes a process of its own.
  describe.skipIf(missing)(title, { timeout: 120_000 }, () => {
    it('holds on each message of an edition, composed or stamped', async () => {
      expect(mails.composed).toHaveLength(editions.length * readers.length);
      for (const raw of mails.composed)
        expect(await verify(raw, key.record), String(raw)).toBe(true);
    });

    it.skipIf(!sinkPresent)(
      'holds on what smtp-sink wrote down (apt-get install postfix)',
      async () => {
        expect(mails.recorded).toHaveLength(editions.length * (readers.length - 1));
        for (const raw of mails.recorded)
          expect(await verify(raw, key.record), String(raw)).toBe(true);
      },
    );

    it.each(Object.keys(odd))('holds on a message with %s', async (what) => {
      expect(await verify(mails.odd[what] as Buffer, key.record)).toBe(true);
    });

    it.each(Object.entries(forgeries))('does not hold on a message with %s', async (_, forge) => {
      const sent = (mails.composed[0] as Buffer).toString('latin1');
      const forged = forge(sent);
      expect(forged).not.toBe(sent);
      expect(await verify(Buffer.from(forged, 'latin1'), key.record)).toBe(false);
    });
  });
}
