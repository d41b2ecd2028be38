import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, it, onTestFinished } from 'vitest';
import type { Notice } from '../../../src/channels/channel.js';
import type { EmailChannelOptions } from '../../../src/channels/email/index.js';
import { startMailServer } from './mail-server.js';
import { channel, config, dkimKey } from './parts.js';
import { mailauth } from './verifiers.js';

const notice: Notice = {
  id: '0123456789abcdef',
  at: '2026-03-02T09:00:00.000Z',
  things: [
    {
      at: '2026-03-02T08:58:00.000Z',
      message: 'The feed main cannot be read: 404.\r\nBcc: everybody@one.example',
      command: 'broadsheet status',
    },
  ],
  more: 0,
};

async function told(over: Notice = notice, options: Partial<EmailChannelOptions> = {}) {
  const server = await startMailServer();
  const email = channel(server.url, options);
  onTestFinished(async () => {
    await email.close();
    await server.close();
  });
  const outcome = await email.tell?.(over, 'editors@news.example', async () => true);
  expect(outcome).toMatchObject({ outcome: 'accepted' });
  expect(server.received).toHaveLength(1);
  return server.received[0] as (typeof server.received)[0];
}

it('tells staff what it is, since when, and what shows more, as a mail of no list that nothing answers', async () => {
  const { raw, from, to } = await told();
  expect([from, to]).toEqual(['alerts@news.example', ['editors@news.example']]);
  const head = String(raw).split('\r\n\r\n')[0] ?? '';
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(head).toMatch(/^Message-ID: <0123456789abcdef\.staff@news\.example>$/m);
  expect(head).not.toMatch(/^(List-|Precedence|Feedback-ID|Bcc)/im);
  expect(head).toMatch(/^Content-Type: text\/plain/m);
  const { subject, text, from: sender } = await simpleParser(raw);
  expect(sender?.text).toBe('"Steppe Policy Centre" <alerts@news.example>');
  expect(subject).toMatch(
    /^Broadsheet \(Steppe Policy Centre\): The feed main cannot be read: 404\./,
  );
  expect(text).toMatch(/^2 Mar 2026, \d\d:58: The feed main cannot be read: 404\. Bcc/);
  expect(text).toContain('To see more: broadsheet status');
});

it('counts what it does not list', async () => {
  const { raw } = await told({ ...notice, more: 13 });
  const { subject, text } = await simpleParser(raw);
  expect(subject).toContain('14 things need you');
  expect(text).toContain('And 13 more. To see them: broadsheet status');
});

it('is signed like every mail', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-dkim-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { dkim, record } = dkimKey(folder);
  const { raw } = await told(notice, { config: { ...config, dkim } });
  expect(await mailauth.verify(raw, record)).toBe(true);
});

it('says whether the mail server can be used, and sends nothing to find out', async () => {
  const server = await startMailServer();
  const email = channel(server.url);
  expect(await email.reach?.()).toBeUndefined();
  await server.close();
  expect(await email.reach?.()).toMatch(/^The mail server cannot be used: /);
  expect(server.received).toEqual([]);
  await email.close();
  expect(await channel(undefined).reach?.()).toContain('SMTP_URL');
});

it('begins only when it is allowed to', async () => {
  const server = await startMailServer();
  const email = channel(server.url);
  expect(await email.tell?.(notice, 'editors@news.example', async () => false)).toBeUndefined();
  expect(server.received).toEqual([]);
  await email.close();
  await server.close();
});
