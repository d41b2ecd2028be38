/** Transactions over connections of each kind, with a server that sees each command. */

import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SmtpSession } from '../../../src/channels/email/session.js';
import { parseSmtpUrl, SmtpTransport } from '../../../src/channels/email/transport.js';
import { type MailServerOptions, startMailServer, startScripted } from './mail-server.js';

const envelope = { from: 'a@one.example', to: 'b@one.example' };
const message = Buffer.from('Subject: x\r\n\r\nhello\r\n');

async function session(url: string): Promise<SmtpSession> {
  const transport = new SmtpTransport(parseSmtpUrl(url));
  onTestFinished(() => transport.close());
  return transport.connect();
}

async function server(options: MailServerOptions = {}) {
  const started = await startMailServer({}, options);
  onTestFinished(started.close);
  return started;
}

/** A server that answers to each line as the script says, and keeps the lines. */
async function scripted(answer: (line: string, socket: Socket) => string | undefined) {
  const lines: string[] = [];
  const { url, close } = await startScripted((line, socket) => {
    lines.push(line);
    const reply = answer(line, socket);
    if (reply) socket.write(`${reply}\r\n`);
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
      expect(await open.deliver(envelope, message)).toMatchObject({ end: 'accepted' });
    }
    expect(received.map(({ raw }) => raw.toString())).toEqual(Array(3).fill(message.toString()));
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
    expect(await open.deliver(envelope, Buffer.from(text))).toMatchObject({ end: 'accepted' });
    const whole = text.endsWith('\r\n') ? text : `${text}\r\n`;
    expect(received[0]?.raw.toString()).toBe(whole);
  });

  it('sends nothing to nobody where the server wants the message of a recipient it refused', async () => {
    const { url, lines } = await scripted((line) => {
      if (line.startsWith('EHLO')) return '250-me\r\n250 PIPELINING';
      if (line.startsWith('RCPT')) return '550 5.1.1 no such user';
      if (line === 'DATA') return '354 go on';
      return line === '.' ? '554 no valid recipients' : '250 ok';
    });
    const open = await session(url);
    expect(await open.deliver(envelope, message)).toEqual({
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

  it('announces the size, and keeps a message that is too large', async () => {
    const { url, lines } = await scripted((line) => {
      if (line.startsWith('EHLO')) return '250-me\r\n250 SIZE 100';
      return line === 'DATA' ? '354 go on' : '250 ok';
    });
    const open = await session(url);
    expect(await open.deliver(envelope, message)).toMatchObject({ end: 'accepted' });
    expect(lines).toContain(`MAIL FROM:<a@one.example> SIZE=${message.length}`);
    const before = lines.length;
    expect(await open.deliver(envelope, Buffer.alloc(101))).toMatchObject({
      end: 'refused',
      stage: 'MAIL FROM',
      code: 552,
    });
    expect(lines).toHaveLength(before);
  });

  it('takes replies of several lines, in any pieces', async () => {
    const { url } = await scripted((line, socket) => {
      if (line === 'DATA') return '354-go\r\n354 on';
      if (/^(EHLO|MAIL|RCPT) /.test(line)) return '250 ok';
      if (line !== '.') return undefined;
      for (const piece of ['25', '0-2.0.0 kept\r', '\n250-as\r\n25', '0 42\r\n'])
        socket.write(piece);
      return undefined;
    });
    const open = await session(url);
    expect(await open.deliver(envelope, message)).toEqual({
      end: 'accepted',
      reply: '250-2.0.0 kept\r\n250-as\r\n250 42',
    });
  });

  it.each(['250OK', '250', '250 ok\r', '250-ok\r\r\n250\tdone'])(
    'takes %j for an acceptance',
    async (reply) => {
      const { url } = await scripted((line) => {
        if (line === 'DATA') return '354 go on';
        if (/^(EHLO|MAIL|RCPT) /.test(line)) return '250 ok';
        return line === '.' ? reply : undefined;
      });
      const open = await session(url);
      expect(await open.deliver(envelope, message)).toMatchObject({ end: 'accepted' });
    },
  );

  it.each([
    ['stops speaking SMTP', '250-ok\r\nHTTP/1.1 400 Bad Request\r\n'],
    ['does not speak SMTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['talks on and on', `250-${'x'.repeat(70_000)}`],
  ])('ends with a server that %s', async (_, nonsense) => {
    const { url } = await scripted((line) =>
      line.startsWith('MAIL') ? nonsense : line.startsWith('RCPT') ? undefined : '250 ok',
    );
    const open = await session(url);
    expect(await open.deliver(envelope, message)).toMatchObject({ end: 'lost', handedOver: false });
    expect(open.open).toBe(false);
  });
});
