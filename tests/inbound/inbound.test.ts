import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import nodemailer from 'nodemailer';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BouncePolicy } from '../../src/config/config.js';
import { createDoors } from '../../src/inbound/doors.js';
import { startInbound } from '../../src/inbound/index.js';
import type { Received } from '../../src/inbound/receive.js';
import { bouncesOf } from '../../src/store/bounces.js';
import type { Database } from '../../src/store/database.js';
import { isSuppressed, recordConsent } from '../../src/store/destinations.js';
import { recentEvents } from '../../src/store/events.js';
import { dueLetters } from '../../src/store/letters.js';
import { openJournal } from '../../src/subscribers/journal.js';
import { deriveKeys } from '../../src/subscribers/keys.js';
import { createSubscribers } from '../../src/subscribers/subscribers.js';
import { returnPath, unsubscribeToken } from '../../src/subscribers/tokens.js';
import { testLedger } from '../support/database.js';
import { at, later, programs, readyAlert, subscriber } from '../support/ledger.js';
import { complaint, letter, type ReportOptions, report } from './parts.js';

const secret = 'x'.repeat(32);
const keys = deriveKeys(secret);
const domain = 'bounces.example.org';
const day = 86_400;

async function open(over: { suppressRefused?: boolean; tls?: BouncePolicy['tls'] } = {}) {
  const database = await testLedger();
  const dataDir = await mkdtemp(join(tmpdir(), 'broadsheet-inbound-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const journal = openJournal(dataDir, async () => {});
  let clock = later(600);
  const now = () => clock;
  const received: Received[] = [];
  const errors: Error[] = [];
  const subscribers = createSubscribers({
    ...{ database, keys, programs, now, journal },
    schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
  });
  const server = await startInbound({
    config: {
      email: {
        from: 'News <news@example.org>',
        replyTo: 'Editors <editors@example.org>',
        domain,
        connections: 5,
        unsubscribeMailto: `leave@${domain}`,
      },
      newsroom: {
        name: 'Centre',
        language: 'en',
        timezone: 'UTC',
        postalAddress: 'Street 1',
        colour: '#000000',
      },
      bounces: {
        ...{ softLimit: 3, softDays: 10, complaintsTo: `complaints@${domain}` },
        ...(over.tls && { tls: over.tls }),
      },
      delivery: {
        giveUpAfter: day,
        uncertain: 'hold',
        suppressRefused: over.suppressRefused ?? true,
        stopAfterRefusals: 2,
        drainFor: 1,
      },
    },
    ...{ database, keys, journal, now },
    port: 0,
    host: '127.0.0.1',
    leave: (token) => subscribers.leave(token, 'programs', { origin: 'unsubscribe mail' }),
    onReceived: (facts) => received.push(facts),
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => server.close());
  const transport = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: server.port },
    ...(over.tls ? { requireTLS: true, tls: { rejectUnauthorized: false } } : { ignoreTLS: true }),
  });
  onTestFinished(() => transport.close());
  return {
    ...{ database, received, errors, server },
    setClock: (to: Date) => {
      clock = to;
    },
    journal: () => readFile(join(dataDir, 'journal.jsonl'), 'utf8'),
    /** Sends over SMTP, and resolves to the reply. */
    async send(to: string, raw: Buffer, from = '') {
      const sent = await transport.sendMail({ envelope: { from, to }, raw });
      return sent.response;
    },
  };
}

/** An alert that every subscriber so far has accepted. */
async function sentAlert(database: Database, guid = 'one', when = at) {
  const { edition } = await readyAlert(database, { guid });
  await database.query(
    `update deliveries set state = 'accepted', detail = '250 OK', settled_at = $2 where edition_id = $1`,
    [edition.id, when],
  );
  return edition;
}

const pathOf = (editionId: string, id: string, by = keys) =>
  `${returnPath(by, { editionId, destination: { id } })}@${domain}`;

describe('bounces', () => {
  it('suppress an address that is refused for good, beside the receipt', async () => {
    const { database, received, journal, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const mail = report({ status: '5.1.1', diagnostic: '550 5.1.1 <aigul@readers.test> unknown' });
    expect(await send(pathOf(edition.id, id), mail)).toMatch(/^250 /);
    expect(received).toEqual([
      { door: 'return-path', kind: 'bounce', result: 'recorded', fault: 'hard', status: '5.1.1' },
    ]);
    expect(await bouncesOf(database, id, 10)).toMatchObject([
      { kind: 'hard', status: '5.1.1', diagnostic: '550 5.1.1 <…> unknown', editionId: edition.id },
    ]);
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(true);
    const { rows } = await database.query('select state, detail from deliveries');
    expect(rows).toEqual([{ state: 'accepted', detail: '250 OK' }]);
    expect(await journal()).toContain('"kind":"suppressed"');
    expect(JSON.stringify(await recentEvents(database, { limit: 10 }))).not.toContain(
      'readers.test',
    );

    // The same once more changes nothing.
    await send(pathOf(edition.id, id).toUpperCase(), mail);
    expect(received.at(-1)?.result).toBe('known');
    expect(await bouncesOf(database, id, 10)).toHaveLength(1);
  });

  it('suppress nobody where the config says so, or where the message was at fault, of which staff are told', async () => {
    const { database, send } = await open({ suppressRefused: false });
    const [id, other] = [await subscriber(database, 'aigul'), await subscriber(database, 'berik')];
    const edition = await sentAlert(database);
    await send(pathOf(edition.id, id), report({ status: '5.1.1' }));
    for (const one of [id, other]) {
      await send(pathOf(edition.id, one), report({ status: '5.7.1', diagnostic: 'blocked' }));
    }
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(false);
    const attention = await recentEvents(database, { level: 'attention', limit: 10 });
    expect(attention.map(({ kind }) => kind)).toEqual(['edition.blocked']);
  });

  it('suppress a mailbox that takes nothing for long enough, and forget an earlier row', async () => {
    const { database, send, setClock } = await open();
    const id = await subscriber(database, 'aigul');
    const days = async (options: ReportOptions | undefined, ...on: number[]) => {
      for (const n of on) {
        const sentAt = later(n * day);
        const edition = await sentAlert(database, `day-${n}`, sentAt);
        setClock(later(n * day + 60));
        if (options) await send(pathOf(edition.id, id), report(options));
      }
    };
    const suppressed = () => isSuppressed(database, Buffer.from('aigul'));
    const full = { status: '5.2.2' };
    await days(full, 0, 8); // Two, and then one arrives.
    await days(undefined, 9);
    await days(full, 12, 13, 14); // Three, but in two days.
    expect(await suppressed()).toBe(false);
    await days({ status: '5.7.1' }, 15); // Says nothing of the mailbox.
    await days(full, 21);
    expect(await suppressed()).toBe(false);
    await days({ action: 'delayed', status: '4.2.2' }, 21.1); // It arrives in the end.
    await days(full, 22, 27);
    expect(await suppressed()).toBe(false);
    await days(full, 33);
    expect(await suppressed()).toBe(true);
    const { rows } = await database.query('select reason from suppressions');
    expect(rows[0].reason).toMatch(/^The mailbox took no mail 3 times in a row, over 11 days\./);
  });

  it('of mail from before readers confirmed something, or moved, suppress nobody', async () => {
    const { database, received, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    await recordConsent(database, {
      ...{ destinationId: id, at: later(60), act: 'given', programs: ['spp'] },
      ...{ origin: 'change of address', actor: 'reader' },
    });
    await send(pathOf(edition.id, id), report({ status: '5.1.1' }));
    expect(received.at(-1)?.result).toBe('recorded');
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(false);
    const next = await sentAlert(database, 'two', later(120));
    await send(pathOf(next.id, id), report({ status: '5.1.1' }));
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(true);
  });

  it('count only for what went out, and not after a month', async () => {
    const { database, received, send, setClock } = await open();
    const id = await subscriber(database, 'aigul');
    const { edition } = await readyAlert(database); // Still pending.
    await send(pathOf(edition.id, id), report({}));
    await database.query(`update deliveries set state = 'accepted', settled_at = $1`, [at]);
    setClock(later(31 * day));
    await send(pathOf(edition.id, id), report({}));
    await send(pathOf('0a1b2c3d-0000-4000-8000-000000000000', id), report({}));
    expect(received.map(({ result }) => result)).toEqual(['unknown', 'too late', 'unknown']);
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(false);
  });

  it('are refused at RCPT when the return path is forged, and good under an older secret', async () => {
    const { database, received, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const good = pathOf(edition.id, id);
    const wrong = [
      pathOf(edition.id, id, deriveKeys('y'.repeat(32))),
      good.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@')),
      good.replace(domain, 'other.example'),
      `bounce@${domain}`,
      `bounce+@${domain}`,
      'editors@example.org',
      'reader@elsewhere.example',
    ];
    for (const to of wrong) {
      await expect(send(to, report({}))).rejects.toMatchObject({ responseCode: 550 });
    }
    expect(received).toEqual([]);
    const rotated = deriveKeys('z'.repeat(32), { old: [secret], root: keys.fingerprint });
    expect(pathOf(edition.id, id, rotated)).not.toBe(good);
    const claim = { destination: id, edition: edition.id.slice(0, 8) };
    expect(createDoors({ keys: rotated, domain })(good)).toEqual({ door: 'return-path', claim });
  });
});

describe('complaints', () => {
  it.each(['return path of the report', 'return path in it', 'token', 'Feedback-ID', 'Message-ID'])(
    'suppress at once, found by the %s',
    async (way) => {
      const { database, received, send } = await open();
      const id = await subscriber(database, 'aigul');
      await subscriber(database, 'berik');
      const edition = await sentAlert(database);
      const { rows } = await database.query(
        `select substr(encode(sha256(convert_to($1 || '/' || $2 || '/0', 'UTF8')), 'hex'), 1, 40) as hash`,
        [edition.id, id],
      );
      const messageId = `Message-ID: <${rows[0].hash}@${domain}>`;
      const token = unsubscribeToken(keys, { destination: id, programs: ['spp'] });
      const returned = {
        'return path of the report': ['Subject: Canals'],
        'return path in it': [`Return-Path: <${pathOf(edition.id, id)}>`],
        token: [`List-Unsubscribe: <https://news.example.org/unsubscribe/${token}>`],
        'Feedback-ID': [`Feedback-ID: ${edition.id.slice(0, 8)}:spp:alert:x`, messageId],
        'Message-ID': [messageId],
      }[way];
      const to =
        way === 'return path of the report' ? pathOf(edition.id, id) : `complaints@${domain}`;
      await send(to, complaint(returned ?? []), 'feedback@provider.example');
      expect(received).toEqual([
        expect.objectContaining({ kind: 'complaint', result: 'recorded' }),
      ]);
      expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(true);
      expect(await isSuppressed(database, Buffer.from('berik'))).toBe(false);
      expect(await bouncesOf(database, id, 10)).toMatchObject([{ kind: 'complaint' }]);
    },
  );

  it('are told to come again where too many have nothing but a Message-ID', async () => {
    const { received, send } = await open();
    const mail = complaint([`Message-ID: <${'0'.repeat(40)}@${domain}>`]);
    const to = `complaints@${domain}`;
    for (let n = 0; n < 60; n++) await send(to, mail, 'feedback@provider.example');
    await expect(send(to, mail, 'x@provider.example')).rejects.toMatchObject({ responseCode: 451 });
    expect(received).toHaveLength(60);
  });

  it('of nobody we know suppress nobody', async () => {
    const { database, received, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const forged = unsubscribeToken(deriveKeys('y'.repeat(32)), {
      destination: id,
      programs: ['spp'],
    });
    const returned = [
      `Return-Path: <bounce+${id.replaceAll('-', '')}.${edition.id.slice(0, 8)}.000000000000@${domain}>`,
      `List-Unsubscribe: <https://news.example.org/unsubscribe/${forged}>`,
      `Message-ID: <${'0'.repeat(40)}@${domain}>`,
    ];
    await send(`complaints@${domain}`, complaint(returned), 'feedback@provider.example');
    expect(received.at(-1)).toMatchObject({ kind: 'complaint', result: 'unknown' });
    const { rowCount } = await database.query('select from suppressions');
    expect(rowCount).toBe(0);
  });
});

describe('unsubscribing by mail', () => {
  it('does what the one-click does', async () => {
    const { database, received, send } = await open();
    const id = await subscriber(database, 'aigul', { programs: ['spp', 'eep'] });
    const token = unsubscribeToken(keys, { destination: id, programs: ['spp'] });
    const mail = letter([`Subject: unsubscribe ${token}`]);
    await send(`Leave@${domain}`, mail, 'aigul@reader.example');
    expect(received).toMatchObject([{ door: 'unsubscribe', kind: 'unsubscribe', result: 'left' }]);
    const { rows } = await database.query('select program_id from subscriptions');
    expect(rows).toEqual([{ program_id: 'eep' }]);
    const consents = await database.query(`select origin from consents where act = 'withdrawn'`);
    expect(consents.rows).toEqual([{ origin: 'unsubscribe mail' }]);
  });
});

describe('what people write', () => {
  it('goes to the Reply-To as a letter, and nowhere else', async () => {
    const { database, received, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const headers = ['Subject: Re: =?utf-8?q?Canals=0D=0ABcc:_all@reader.example?='];
    await send(pathOf(edition.id, id), letter(headers), 'aigul@reader.example');
    expect(received).toMatchObject([{ kind: 'reply', result: 'passed on' }]);
    const [due, ...more] = await dueLetters(database, later(700), 10);
    expect(more).toEqual([]);
    expect(due).toMatchObject({
      address: 'editors@example.org',
      letter: {
        replyTo: 'aigul@reader.example',
        subject: 'Reply: Re: Canals Bcc: all@reader.example',
      },
    });
    expect(due?.letter.text).toContain('Aigul Reader <aigul@reader.example> wrote this');
    expect(due?.letter.text).toContain('Thank you for the piece about the canals.');
  });

  it('is passed on a few times an hour, and never in a circle', async () => {
    const { database, received, send } = await open();
    const to = `leave@${domain}`;
    for (let n = 0; n < 5; n++) await send(to, letter(['Subject: Hello']), 'aigul@reader.example');
    expect(received.map(({ result }) => result)).toEqual([
      ...Array(3).fill('passed on'),
      ...Array(2).fill('Too much was passed on lately.'),
    ]);
    for (const from of ['news@example.org', 'Editors@example.org', `leave@${domain}`]) {
      const mail = Buffer.from(`From: ${from}\r\nSubject: Hello\r\n\r\nHello.\r\n`);
      await send(to, mail, from);
      expect(received.at(-1)?.result).toBe('It is from an address of our own.');
    }
    expect(await dueLetters(database, later(700), 10)).toHaveLength(3);
  });
});

describe('the server', () => {
  it('survives what is no mail, and tells senders to come again while the database is away', async () => {
    const { database, received, errors, send } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const to = pathOf(edition.id, id);
    const parts = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(50_000)}`,
    );
    expect(await send(to, parts)).toMatch(/^250 /);
    expect(received.at(-1)?.kind).toBe('unreadable');
    await database.query('alter table deliveries rename to away');
    await expect(send(to, report({}))).rejects.toMatchObject({ responseCode: 451 });
    expect(errors).toHaveLength(1);
    await database.query('alter table away rename to deliveries');
    expect(await send(to, report({}))).toMatch(/^250 /);
    expect(await isSuppressed(database, Buffer.from('aigul'))).toBe(true);
  });

  it('encrypts where it has a certificate', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'broadsheet-inbound-tls-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const tls = {
      certFile: join(directory, 'inbound.pem'),
      keyFile: join(directory, 'inbound.key'),
    };
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '1',
          '-subj',
          `/CN=${domain}`,
        ],
        ...['-out', tls.certFile, '-keyout', tls.keyFile],
      ],
      { stdio: 'ignore' },
    );
    const { send, received } = await open({ tls });
    expect(await send(`leave@${domain}`, letter(['Subject: Hi']), 'aigul@reader.example')).toMatch(
      /^250 /,
    );
    expect(received).toMatchObject([{ kind: 'reply' }]);
  });

  it('takes no more than it says', async () => {
    const { database, server, send, received } = await open();
    const id = await subscriber(database, 'aigul');
    const edition = await sentAlert(database);
    const to = pathOf(edition.id, id);
    const large = letter(['Subject: x'], Array(60_000).fill('a'.repeat(60)));
    await expect(send(to, large)).rejects.toMatchObject({ responseCode: 552 });
    expect(received).toEqual([]);

    const say = await dialogue(server.port);
    expect(await say()).toMatch(/^220 bounces\.example\.org /);
    const greeting = await say('EHLO reader.example');
    expect(greeting).not.toMatch(/AUTH|STARTTLS/);
    await say('MAIL FROM:<>');
    for (let n = 0; n < 5; n++) expect(await say(`RCPT TO:<x${n}@${domain}>`)).toMatch(/^550 /);
    // Whoever guesses gets nowhere on this connection, not even by a good address.
    expect(await say(`RCPT TO:<${to}>`)).toMatch(/^421 /);
  });
});

/** Says one line, and resolves to the whole reply. */
async function dialogue(port: number) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  return async (line?: string): Promise<string> => {
    if (line !== undefined) socket.write(`${line}\r\n`);
    let reply = '';
    for (;;) {
      const { value, done } = await replies.next();
      if (done) return reply;
      reply += `${value}\n`;
      if (/^\d{3} /.test(value)) return reply;
    }
  };
}
