/** Transactions over connections of each kind, with a server that sees each command. */

import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SmtpSession } from '../../../src/channels/email/session.js';
import { parseSmtpUrl, SmtpTransport } from '../../../src/channels/email/transport.js';
import { mailOf } from '../../../src/channels/email/wire.js';
import { type MailServerOptions, startScripted } from './mail-server.js';
import { mailServer } from './parts.js';

const envelope = { from: 'a@one.example', to: 'b@one.example' };
const yes = Promise.resolve(true);
const message = Buffer.from('Subject: x\r\n\r\nhello\r\n');
const mail = mailOf({ envelope, raw: message });
/** Another one, that comes after it. */
const next = mailOf({
  envelope: { from: 'c@one.example', to: 'd@one.example' },
  raw: Buffer.from('Subject: y\r\n\r\n.hello\r\n'),
});

async function session(url: string): Promise<SmtpSession> {
  const transport = new SmtpTransport(parseSmtpUrl(url));
  onTestFinished(() => transport.close());
  return transport.connect();
}

const server = (options: MailServerOptions = {}) => mailServer({}, options);

type Answer = string | ((socket: Socket) => unknown);
const usual = {
  EHLO: '250-me\r\n250 PIPELINING',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  '.': '250 kept',
  RSET: '250 ok',
};

/** A server that answers as usual but for these commands, and keeps the lines it was sent. */
async function answering(answers: Partial<Record<keyof typeof usual | 'x' | 'y', Answer>>) {
  const all = new Map<string, Answer>(Object.entries({ ...usual, ...answers }));
  const lines: string[] = [];
  const { url, close } = await startScripted((line, socket) => {
    lines.push(line);
    const answer = socket.writable ? all.get(line.split(' ', 1)[0] ?? '') : undefined;
    if (typeof answer === 'string') socket.write(`${answer}\r\n`);
    else answer?.(socket);
  });
  onTestFinished(close);
  return { url, lines };
}

const anyCertificate = 'tls.rejectUnauthorized=false';

describe('a session', () => {
  it.each([
    ['as it is', {}, (url: string) => url, false],
    ['one command at a time', { hidePIPELINING: true }, (url: string) => url, false],
    [
      'over STARTTLS',
      { disabledCommands: [] },
      (url: string) => `${url}?requireTLS=true&${anyCertificate}`,
      true,
    ],
    [
      'over TLS from the first byte',
      { secure: true },
      (url: string) => `${url.replace('smtp:', 'smtps:')}?${anyCertificate}`,
      true,
    ],
  ])('brings several messages over one connection, %s', async (_, options, address, encrypted) => {
    const { url, received, connections } = await server(options);
    const open = await session(address(url));
    expect(open.encrypted).toBe(encrypted);
    for (let n = 0; n < 3; n++) {
      expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    }
    expect(received.map(({ raw }) => raw.toString())).toEqual(Array(3).fill(message.toString()));
    expect(await open.deliver(mail, yes, () => next)).toMatchObject({ end: 'accepted' });
    expect(open.announced).toBe(!('hidePIPELINING' in options));
    expect(await open.deliver(next, yes, () => mail)).toMatchObject({ end: 'accepted' });
    expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    expect(open.announced).toBe(false);
    const hello = 'Subject: y\r\n\r\n.hello\r\n';
    expect(received.slice(4).map(({ raw }) => raw.toString())).toEqual([hello, `${message}`]);
    expect(received.slice(3).map(({ to }) => to)).toEqual([
      ['b@one.example'],
      ['d@one.example'],
      ['b@one.example'],
    ]);
    expect(connections()).toBe(1);
  });

  it.each([
    ['.', '.\r\n'],
    ['lines of dots', 'x\r\n.\r\n..\r\n.x\r\n\r\n.\r\n'],
    ['a dot at its very start', '.x\r\ny\r\n'],
    ['no line break at its end', 'x\r\n.y'],
  ])('brings a message of %s unharmed', async (_, text) => {
    const { url, received } = await server();
    const open = await session(url);
    expect(await open.deliver(mailOf({ envelope, raw: Buffer.from(text) }), yes)).toMatchObject({
      end: 'accepted',
    });
    const whole = text.endsWith('\r\n') ? text : `${text}\r\n`;
    expect(received[0]?.raw.toString()).toBe(whole);
  });

  it('sends nothing to nobody where the server wants the message of a recipient it refused', async () => {
    const { url, lines } = await answering({
      RCPT: '550 5.1.1 no such user',
      '.': '554 no valid recipients',
    });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toEqual({
      end: 'refused',
      stage: 'RCPT TO',
      code: 550,
      reply: '550 5.1.1 no such user',
    });
    expect(lines.slice(-4)).toEqual([
      'MAIL FROM:<a@one.example>',
      'RCPT TO:<b@one.example>',
      'DATA',
      '.',
    ]);
    expect(await open.reset()).toBe(true);
  });

  it('sends no empty message to a recipient that the server took from a sender it refused', async () => {
    const { url, lines } = await answering({ MAIL: '451 4.7.1 not now' });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toMatchObject({
      end: 'refused',
      stage: 'MAIL FROM',
      code: 451,
    });
    expect(open.open).toBe(false);
    expect(lines.at(-1)).toBe('DATA');
  });

  it('waits after a refusal for the answers that are still to come', async () => {
    let refusing = true;
    const late = (refusal: string, otherwise: string) => (socket: Socket) =>
      setImmediate(() => socket.write(refusing ? refusal : otherwise));
    const { url } = await answering({
      MAIL: late('450 4.7.1 not', '250 ok\r\n'),
      RCPT: late(' now\r\n503 no sender\r', '250 ok\r\n'),
      DATA: late('\n503 no recipient\r\n', '354 go on\r\n'),
    });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toMatchObject({
      stage: 'MAIL FROM',
      reply: '450 4.7.1 not now',
    });
    refusing = false;
    expect(await open.reset()).toBe(true);
    expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
  });

  describe.each([
    ['at once', usual.EHLO],
    ['in turn', '250 me'],
  ])('whose commands go %s', (_, EHLO) => {
    it.each([
      ['MAIL', false],
      ['RCPT', false],
      ['DATA', false],
      ['.', true],
    ] as const)('knows how far it came where the connection ends at %s', async (at, handedOver) => {
      for (const end of ['end', 'resetAndDestroy'] as const) {
        const { url } = await answering({ EHLO, [at]: (socket: Socket) => socket[end]() });
        const open = await session(url);
        expect(await open.deliver(mail, yes)).toMatchObject({
          end: 'lost',
          handedOver,
        });
        expect(open.open).toBe(false);
      }
    });

    it.each([
      ['MAIL', 'MAIL FROM'],
      ['RCPT', 'RCPT TO'],
      ['DATA', 'DATA'],
      ['.', 'DATA'],
    ] as const)('takes 421 for a refusal where the server leaves at %s', async (at, stage) => {
      const leave = (socket: Socket) => socket.end('421 4.3.2 shutting down\r\n');
      const { url } = await answering({ EHLO, [at]: leave });
      const open = await session(url);
      expect(await open.deliver(mail, yes)).toMatchObject({
        end: 'refused',
        stage,
        code: 421,
      });
      expect(await open.reset()).toBe(false);
    });

    it.each([
      ['354', 'MAIL', false],
      ['354', 'RCPT', false],
      ['250', 'DATA', false],
      ['354', '.', true],
      ['150', '.', true],
    ] as const)('ends with a server that says %s to %s', async (code, at, handedOver) => {
      const { url } = await answering({ EHLO, [at]: `${code} what` });
      const open = await session(url);
      expect(await open.deliver(mail, yes)).toMatchObject({ end: 'lost', handedOver });
      expect(open.open).toBe(false);
    });
  });

  it('ends where the server says what nobody asked for', async () => {
    const { url } = await answering({ '.': '250 kept\r\n250 kept' });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    await expect.poll(() => open.open).toBe(false);
    expect(await open.deliver(mail, yes)).toEqual({
      end: 'lost',
      handedOver: false,
      reason: 'The mail server said: 250 kept',
    });
  });

  it('announces the size, and keeps a message that is too large', async () => {
    const { url, lines } = await answering({ EHLO: '250-me\r\n250 SIZE 100' });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    expect(lines).toContain(`MAIL FROM:<a@one.example> SIZE=${message.length}`);
    const before = lines.length;
    expect(await open.deliver(mailOf({ envelope, raw: Buffer.alloc(101) }), yes)).toMatchObject({
      end: 'refused',
      stage: 'MAIL FROM',
      code: 552,
    });
    expect(lines).toHaveLength(before);
  });

  it('takes replies of several lines, in any pieces', async () => {
    const { url } = await answering({
      DATA: '354-go\r\n354 on',
      '.': (socket) => {
        for (const piece of ['25', '0-2.0.0 kept\r', '\n250-as\r\n25', '0 42\r\n'])
          socket.write(piece);
      },
    });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toEqual({
      end: 'accepted',
      reply: '250-2.0.0 kept\r\n250-as\r\n250 42',
    });
  });

  it.each(['250OK', '250', '250 ok\r', '250-ok\r\r\n250\tdone'])(
    'takes %j for an acceptance',
    async (reply) => {
      const open = await session((await answering({ '.': reply })).url);
      expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    },
  );

  it.each([
    ['stops speaking SMTP', '250-ok\r\nHTTP/1.1 400 Bad Request\r\n'],
    ['does not speak SMTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['talks on and on', `250-${'x'.repeat(70_000)}`],
  ])('ends with a server that %s', async (_, nonsense) => {
    const silent = () => {};
    const { url } = await answering({ MAIL: nonsense, RCPT: silent, DATA: silent });
    const open = await session(url);
    expect(await open.deliver(mail, yes)).toMatchObject({
      end: 'lost',
      handedOver: false,
    });
    expect(open.open).toBe(false);
  });

  it('says whom a message is for, and waits with its first byte until it may go', async () => {
    const { url, lines } = await answering({});
    const open = await session(url);
    let allow: (may: boolean) => void = () => {};
    const may = new Promise<boolean>((resolve) => {
      allow = resolve;
    });
    const attempt = open.deliver(mail, may);
    await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toBe('DATA');
    // The server's answer is here, too, when that to another connection is.
    await (await session(url)).reset();
    expect(lines).not.toContain('Subject: x');
    allow(true);
    expect(await attempt).toMatchObject({ end: 'accepted' });
    expect(lines).toContain('Subject: x');
  });

  it('says whom the next message is for before it knows what became of this one', async () => {
    const unanswered: (() => void)[] = [];
    let holding = false;
    const answer = (reply: string) => (socket: Socket) => {
      if (reply.startsWith('554') && unanswered.length === 0) holding = true;
      const write = () => socket.write(`${reply}\r\n`);
      if (holding) unanswered.push(write);
      else write();
    };
    const { url, lines } = await answering({
      MAIL: answer('250 ok'),
      RCPT: answer('250 ok'),
      DATA: answer('354 go on'),
      '.': answer('554 5.7.1 no'),
    });
    const open = await session(url);
    const attempt = open.deliver(mail, yes, () => next);
    await expect
      .poll(() => lines.slice(-4), { timeout: 20_000 })
      .toEqual(['.', 'MAIL FROM:<c@one.example>', 'RCPT TO:<d@one.example>', 'DATA']);
    holding = false;
    for (const write of unanswered) write();
    expect(await attempt).toMatchObject({ end: 'refused', stage: 'DATA', code: 554 });
    expect(await open.deliver(next, yes)).toMatchObject({ end: 'refused', code: 554 });
    expect(lines.slice(-4)).toEqual(['Subject: y', '', '..hello', '.']);
  });

  it.each([
    ['MAIL', '451 4.7.1 not now', 'MAIL FROM'],
    ['RCPT', '550 5.1.1 no such user', 'RCPT TO'],
  ] as const)(
    'takes a refusal of the next message at %s for its own',
    async (at, refusal, stage) => {
      let count = 0;
      const second = (socket: Socket) =>
        socket.write(++count === 2 ? `${refusal}\r\n` : '250 ok\r\n');
      const { url } = await answering({
        [at]: second,
        DATA: (socket) => socket.write(count === 2 ? '503 no\r\n' : '354 go on\r\n'),
      });
      const open = await session(url);
      expect(await open.deliver(mail, yes, () => next)).toMatchObject({ end: 'accepted' });
      expect(await open.deliver(next, yes)).toMatchObject({ end: 'refused', stage });
      expect(await open.reset()).toBe(true);
      expect(await open.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
    },
  );

  it('announces no message that is too large for the server', async () => {
    const { url, lines } = await answering({ EHLO: '250-me\r\n250-PIPELINING\r\n250 SIZE 100' });
    const open = await session(url);
    const large = mailOf({ envelope, raw: Buffer.alloc(101) });
    expect(await open.deliver(mail, yes, () => large)).toMatchObject({ end: 'accepted' });
    expect(open.announced).toBe(false);
    expect(lines.at(-1)).toBe('.');
  });

  it.each([true, false])(
    'writes nothing of a message that may not go (pipelining: %s)',
    async (pipelining) => {
      const { url, received } = await server(pipelining ? {} : { hidePIPELINING: true });
      const open = await session(url);
      expect(await open.deliver(mail, Promise.resolve(false))).toBeUndefined();
      expect(open.open).toBe(false);
      const next = await session(url);
      expect(await next.deliver(mail, yes)).toMatchObject({ end: 'accepted' });
      expect(received).toHaveLength(1);
    },
  );

  it('takes a refusal in the middle of a message for what it is', async () => {
    const { url } = await answering({
      x: (socket) => {
        socket.pause();
        socket.end('552 5.3.4 too large\r\n');
      },
    });
    const open = await session(url);
    const large = Buffer.alloc(30_000_000, 'x\r\n');
    expect(await open.deliver(mailOf({ envelope, raw: large }), yes)).toMatchObject({
      end: 'refused',
      code: 552,
    });
  });

  it('takes what a server says to the rest of a message it refused for no word on the next', async () => {
    const { url } = await answering({
      x: (socket) => socket.write('552 5.3.4 too large\r\n'),
      y: (socket) => socket.write('500 5.5.2 what\r\n'.repeat(4)),
    });
    const open = await session(url);
    const large = mailOf({
      envelope,
      raw: Buffer.from(`x\r\n${`${'z'.repeat(998)}\r\n`.repeat(30_000)}y\r\n`),
    });
    const attempt = await open.deliver(large, yes, () => next);
    expect(attempt).toMatchObject({ end: 'refused', code: 552 });
    expect(await open.deliver(next, yes)).toMatchObject({ end: 'lost', handedOver: false });
  });

  it.each([
    ['knows that a message is not all out', false],
    ['does not know how much is out of a message with another one announced behind it', true],
  ])('%s where the connection ends in the middle', async (_, announced) => {
    const { url } = await answering({
      DATA: (socket) => {
        socket.pause();
        socket.write('354 go on\r\n', () => setImmediate(() => socket.resetAndDestroy()));
      },
    });
    const open = await session(url);
    const large = mailOf({ envelope, raw: Buffer.alloc(30_000_000, 'x\r\n') });
    const attempt = await open.deliver(large, yes, () => (announced ? next : undefined));
    expect(attempt).toMatchObject({ end: 'lost', handedOver: announced });
  });

  it('knows that nothing is out where the connection ended before the message might go', async () => {
    const { url } = await answering({ DATA: (socket) => socket.end('354 go on\r\n') });
    const open = await session(url);
    const ended = vi.waitFor(() => expect(open.open).toBe(false), { timeout: 20_000 });
    const attempt = await open.deliver(
      mail,
      ended.then(() => true),
      () => next,
    );
    expect(attempt).toMatchObject({ end: 'lost', handedOver: false });
  });
});
