import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxMailbox, startMailbox } from '../../sandbox/mailbox/index.js';

const article = {
  from: '"Tarpan Policy Centre" <newsletter@tarpan.example>',
  to: 'amina@readers.example',
  subject: 'Night trains',
  messageId: '<edition-1.amina@tarpan.example>',
  text: 'All of it',
  html: '<html><head></head><body><p>All of it</p><script>alert(1)</script></body></html>',
};

describe('the mailbox', () => {
  let directory: string;
  let mailbox: SandboxMailbox;
  const open = () => startMailbox({ smtpPort: 0, webPort: 0, dir: join(directory, 'mail') });
  const send = async (mail: object) => {
    const transport = nodemailer.createTransport(mailbox.smtpUrl);
    try {
      return await transport.sendMail({ ...article, ...mail });
    } finally {
      transport.close();
    }
  };
  const page = async (path: string) => (await fetch(mailbox.url + path)).text();
  const newest = () => `/messages/${mailbox.messages()[0]?.id}`;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'broadsheet mailbox '));
    mailbox = await open();
  });
  afterEach(async () => {
    await mailbox.close();
    await rm(directory, { recursive: true });
  });

  it('shows a mail once, under its recipient, and has it on disk when it answers', async () => {
    const sent = await send({});
    expect(sent.response).toMatch(/^250 2\.0\.0 Stored as /);
    expect(await readdir(join(directory, 'mail'))).toHaveLength(1);
    expect((await page('/')).match(/Night trains/g)).toHaveLength(1);
    expect(await page('/')).toContain('nothing arrived twice');
    expect(await page('/mailboxes/amina%40readers.example')).toContain('Night trains');
    const listed = await (
      await fetch(`${mailbox.url}/api/messages?to=amina@readers.example`)
    ).json();
    expect(listed).toMatchObject([
      {
        subject: 'Night trains',
        messageId: article.messageId,
        envelope: { from: 'newsletter@tarpan.example', recipients: ['amina@readers.example'] },
      },
    ]);
  });

  it('still has it after a restart, byte for byte, whatever trace headers the mail itself brings', async () => {
    await send({
      headers: { 'Delivered-To': 'eve@elsewhere.example', 'Return-Path': '<eve@x.example>' },
    });
    const before = mailbox.messages();
    const source = await page(`${newest()}/raw`);
    await mailbox.close();
    mailbox = await open();
    expect(mailbox.messages()).toEqual(before);
    expect(before[0]?.envelope.recipients).toEqual(['amina@readers.example']);
    expect(await page(`${newest()}/raw`)).toBe(source);
    expect(source.indexOf('eve@elsewhere.example')).toBeGreaterThan(0);
    expect(source).not.toContain('Received: by the sandbox');
  });

  it('escapes a hostile subject everywhere', async () => {
    await send({
      subject: '</title><script>alert("subject")</script>',
      to: '"<i>x</i>" <amina@readers.example>',
    });
    for (const path of [
      '/',
      '/part',
      newest(),
      `${newest()}?view=headers`,
      `${newest()}?view=source`,
    ]) {
      const text = await page(path);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<i>');
    }
  });

  it('shows the HTML in a frame without scripts, and pictures of this machine only', async () => {
    await send({});
    expect(await page(newest())).toMatch(
      /<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/,
    );
    const frame = await fetch(`${mailbox.url}${newest()}/html`);
    const policy = frame.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
    expect(policy).toMatch(/img-src data: http:\/\/127\.0\.0\.1:\* http:\/\/localhost:\*;/);
    expect(await frame.text()).toContain('<head><base target="_blank">');
  });

  it('says plainly that a message arrived twice for the same reader, not for two readers', async () => {
    await send({});
    await send({ to: 'bolat@readers.example' });
    expect(await page('/')).toContain('nothing arrived twice');
    await send({});
    expect(await page('/')).toContain('1 duplicate');
    expect(await page('/')).toContain('arrived 2 times');
    expect(await page(newest())).toContain('This message arrived 2 times for the same reader.');
  });

  it('shows where to unsubscribe, with a one-click button for addresses on this machine only', async () => {
    const unsubscribe = (url: string) => ({
      headers: {
        'List-Unsubscribe': `<${url}>, <mailto:leave@tarpan.example>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
    await send(unsubscribe('http://127.0.0.1:8080/u/token'));
    expect(mailbox.messages()[0]).toMatchObject({
      unsubscribe: ['http://127.0.0.1:8080/u/token', 'mailto:leave@tarpan.example'],
      oneClick: true,
    });
    expect(await page(newest())).toContain(
      '<form method="post" action="http://127.0.0.1:8080/u/token"',
    );
    await send(unsubscribe('https://tarpan.example/u/token'));
    expect(await page(newest())).toContain('href="https://tarpan.example/u/token"');
    expect(await page(newest())).not.toContain('<form');
    await send(unsubscribe('javascript:alert(1)'));
    expect(await page(newest())).not.toContain('href="javascript:');
  });

  it('refuses what is larger than it allows, and keeps nothing of it', async () => {
    await expect(send({ text: 'x'.repeat(26 * 1024 * 1024) })).rejects.toMatchObject({
      responseCode: 552,
    });
    expect(mailbox.messages()).toEqual([]);
    expect(await readdir(join(directory, 'mail'))).toEqual([]);
  });

  it('closes soon although a client keeps its connection open', async () => {
    const transport = nodemailer.createTransport({ url: mailbox.smtpUrl, pool: true });
    await transport.sendMail(article);
    const before = performance.now();
    await mailbox.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    transport.close();
    mailbox = await open();
  });

  it('keeps nothing of a message whose sender broke off, and takes the next', async () => {
    await breakOff(mailbox.smtpPort);
    await send({});
    expect(mailbox.messages().map((mail) => mail.subject)).toEqual(['Night trains']);
  });
});

/** Sends half a message and resets the connection. */
function breakOff(port: number): Promise<void> {
  const lines = [
    'EHLO x',
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<c@d.example>',
    'DATA',
    'Subject: half',
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (data) => {
      // A multi-line reply goes on until a line without a hyphen.
      if (!/^\d{3} .*\r\n$/m.test(data.toString())) return;
      const line = lines.shift();
      if (line === undefined) return;
      socket.write(`${line}\r\n`);
      if (lines.length === 0) {
        socket.on('close', () => resolve());
        socket.resetAndDestroy();
      }
    });
  });
}
