import { randomUUID } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { expect, it, onTestFinished } from 'vitest';
import type { Channel } from '../../src/channels/channel.js';
import type { Database } from '../../src/store/database.js';
import { putLetter, wasWritten } from '../../src/store/letters.js';
import { endPause, putPause } from '../../src/store/pause.js';
import { settleRestored } from '../../src/store/restore.js';
import { createWriteLetters } from '../../src/workers/letters.js';
import { createNotes } from '../../src/workers/neighbours.js';
import { type Faults, startMailServer } from '../channels/email/mail-server.js';
import { channel as emailChannel } from '../channels/email/parts.js';
import { testLedger } from '../support/database.js';
import { at, later } from '../support/ledger.js';

const addressHash = Buffer.from('dana');

async function room(faults: Faults = {}) {
  const database = await testLedger();
  const server = await startMailServer(faults);
  const email = emailChannel(server.url);
  onTestFinished(async () => {
    await email.close();
    await server.close();
  });
  let time = at;
  const now = () => time;
  const writer = (channel: Pick<Channel, 'write'> = email) =>
    createWriteLetters({
      database,
      channels: new Map([['email', channel]]),
      notes: createNotes({ database, now }),
      now,
    });
  return {
    database,
    server,
    writer,
    set(seconds: number) {
      time = later(seconds);
    },
  };
}

async function put(database: Database, subject = 'Please confirm') {
  const id = randomUUID();
  await putLetter(database, {
    letter: { id, at: at.toISOString(), language: 'en', subject, text: 'Press the button.\n' },
    kind: 'confirm',
    address: 'dana@readers.test',
    addressHash,
    expiresAt: later(3 * 86_400),
  });
  return id;
}

const rows = async (database: Database) =>
  (await database.query('select state, address, content, attempts from letters')).rows;

it('writes each letter once, as no list mail and as nothing to answer, and keeps nothing of it', async () => {
  const { database, server, writer } = await room();
  const id = await put(database, 'Please\r\nBcc: all@x.example');
  // Two processes that find the same letter.
  await Promise.all([writer()(), writer()()]);
  await writer()();
  expect(server.received).toHaveLength(1);
  const raw = String(server.received[0]?.raw);
  const head = raw.split('\r\n\r\n')[0] ?? '';
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(head).toMatch(/^Reply-To: "?Editors"? <editors@news.example>$/m);
  expect(head).toContain(`Message-ID: <${id}.letter@news.example>`);
  expect(head).not.toMatch(/^(List-|Precedence|Feedback-ID|Bcc)/im);
  expect((await simpleParser(raw)).subject).toBe('Please Bcc: all@x.example');
  expect(await rows(database)).toEqual([
    { state: 'accepted', address: null, content: null, attempts: 1 },
  ]);
  expect(await wasWritten(database, { addressHash, kind: 'confirm', since: later(-1) })).toBe(true);
});

it('is never sent again where nobody knows whether it went', async () => {
  const { database, writer, set } = await room();
  await put(database);
  const dies: Pick<Channel, 'write'> = {
    async write(_, __, begin) {
      await begin();
      throw new Error('The process dies here.');
    },
  };
  await expect(writer(dies)()).rejects.toThrow('dies');
  await writer()();
  set(3_600);
  await writer()();
  expect(await rows(database)).toEqual([
    { state: 'uncertain', address: null, content: null, attempts: 1 },
  ]);
});

it('waits while staff have paused sending, and goes no more when it is too late', async () => {
  const { database, server, writer, set } = await room();
  await put(database);
  await putPause(database, { at, actor: 'dana', reason: 'A test.' });
  await writer()();
  expect(server.received).toEqual([]);
  await endPause(database, at);
  set(4 * 86_400);
  await writer()();
  expect(server.received).toEqual([]);
  expect((await rows(database))[0]).toMatchObject({ state: 'expired', address: null });
});

it('does not go after a restore, as it may have gone since the backup', async () => {
  const { database, server, writer } = await room();
  await put(database);
  await settleRestored(database, { deliveries: 'Restored.', articles: 'Restored.' }, at);
  await writer()();
  expect(server.received).toEqual([]);
  expect((await rows(database))[0]).toMatchObject({ state: 'uncertain', content: null });
});

it('is put off while the mail server is away', async () => {
  const { database, server, writer, set } = await room();
  await put(database);
  await writer({
    write: async () => ({ outcome: 'deferred', scope: 'channel', reason: 'It is away.' }),
  })();
  expect((await rows(database))[0]).toMatchObject({ state: 'pending' });
  set(60);
  await writer()();
  expect(server.received).toHaveLength(1);
});
