import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/inbound/message.js';
import { complaint, judged, letter, lines, report } from './parts.js';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));

describe('bounces that real mail servers wrote', () => {
  for (const server of ['postfix', 'exim']) {
    it.each([
      ['unknown', 'hard', '5.1.1'],
      ['plain', 'hard', '550'],
      ['full', 'soft', '5.2.2'],
      ['quota', 'soft', '4.2.2'],
      ['policy', 'blocked', '5.7.1'],
      ['nowhere', 'soft', server === 'exim' ? '5.0.0' : '5.4.4'],
      ['dead', 'soft', server === 'exim' ? '5.0.0' : '4.4.1'],
    ])(`${server}, about %s: %s`, async (name, fault, status) => {
      const found = await judged(fixture(`${server}-${name}.eml`));
      expect(found).toMatchObject({ kind: 'bounce', fault, status });
      expect(JSON.stringify(found)).not.toContain('reader@');
    });

    it(`${server}'s notice of a delay is no bounce`, async () => {
      const found = await judged(fixture(`${server}-quota-delayed.eml`));
      expect(found).toEqual({
        kind: 'ignored',
        reason: 'It tells of a delay, and the mail is still tried.',
      });
    });
  }
});

describe('bounces of servers that write to people only', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'qmail',
      'failure notice',
      'hard',
      [
        'Hi. This is the qmail-send program at mx.reader.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        '',
        '<reader@reader.example>:',
        'Sorry, no mailbox here by that name. (#5.1.1)',
        '',
        '--- Below this line is a copy of the message.',
        '',
        'The quota of the canals is exceeded, says spam filter 4.2.2.',
      ],
    ],
    [
      'an old Exchange',
      'Undeliverable: Who keeps the canals',
      'hard',
      [
        'Your message did not reach some or all of the intended recipients.',
        '      reader@reader.example on 26/11/2026',
        '            The e-mail account does not exist at the organization this message was sent to.',
        '            <mx.reader.example #5.1.1>',
      ],
    ],
    [
      'an old Exim',
      'Mail delivery failed: returning message to sender',
      'soft',
      [
        'This message was created automatically by mail delivery software.',
        'A message that you sent could not be delivered to one or more of its recipients.',
        '  reader@reader.example',
        '    mailbox is full: retry timeout exceeded',
      ],
    ],
    ['somebody who says no more than that', 'Returned mail', 'soft', ['It came back.']],
  ])('%s', async (_name, subject, fault, text) => {
    const mail = letter(['From: MAILER-DAEMON@mx.reader.example', `Subject: ${subject}`], text);
    expect(await judged(mail)).toMatchObject({ kind: 'bounce', fault });
  });

  it('and their warnings of a delay are none', async () => {
    const mail = letter(
      ['Subject: Warning: could not send message for past 4 hours'],
      ['This is the sendmail program at mx.reader.example: the mail will be retried.'],
    );
    expect(await judged(mail)).toMatchObject({ kind: 'ignored' });
  });
});

describe('reports', () => {
  it.each([
    ['5.1.1', undefined, 'hard', '5.1.1'],
    ['5.1.10', undefined, 'hard', '5.1.10'],
    ['5.1.8', 'sender address has null MX', 'blocked', '5.1.8'],
    ['5.2.1', 'The account that you tried to reach is disabled', 'hard', '5.2.1'],
    ['5.2.1', 'The user is receiving mail at a rate that prevents delivery', 'soft', '5.2.1'],
    ['5.2.2', 'mailbox full', 'soft', '5.2.2'],
    ['5.2.3', 'message too long', 'blocked', '5.2.3'],
    ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied', 'soft', '5.4.1'],
    ['5.5.0', 'Requested action not taken: mailbox unavailable', 'hard', '5.5.0'],
    ['5.5.1', 'bad sequence of commands', 'blocked', '5.5.1'],
    ['5.3.0', '553 5.3.0 Addressee unknown', 'hard', '5.3.0'],
    ['5.7.1', 'no such user here, says our spam filter', 'blocked', '5.7.1'],
    ['5.7.26', 'unauthenticated mail is not accepted', 'blocked', '5.7.26'],
    ['5.0.0', '550-5.7.515 Access denied', 'blocked', '5.7.515'],
    ['5.0.0', '550 blocked by 5.10.20.30', 'blocked', '550'],
    ['5.0.0', '554 the user reader is over its quota', 'soft', '554'],
    ['4.4.7', 'delivery time expired', 'soft', '4.4.7'],
    ['4.7.0', 'greylisted for ever', 'blocked', '4.7.0'],
    ['5', undefined, 'soft', undefined],
  ])('of %s (%s) are %s', async (status, diagnostic, fault, code) => {
    const found = await judged(report({ status, ...(diagnostic && { diagnostic }) }));
    expect(found).toMatchObject({ kind: 'bounce', fault });
    if (found.kind === 'bounce') expect(found.status).toBe(code);
  });

  it.each(['delivered', 'relayed', 'expanded', 'delayed'])(
    'of what was %s are no bounce',
    async (action) => {
      expect(await judged(report({ action, status: '2.0.0' }))).toMatchObject({ kind: 'ignored' });
    },
  );

  it('tell nothing by what they return, a bounce of a bounce included', async () => {
    const inner = report({ status: '5.1.1' }).toString().split('\r\n');
    const found = await judged(report({ status: '5.2.2', returned: inner }));
    expect(found).toMatchObject({ kind: 'bounce', fault: 'soft', status: '5.2.2' });
  });

  it('are read in any charset, and cut short', async () => {
    const found = await judged(
      report({ status: '5.2.2', diagnostic: `552 bo\xeete pleine ${'x'.repeat(5_000)}` }),
    );
    expect(found).toMatchObject({ kind: 'bounce', fault: 'soft' });
    if (found.kind === 'bounce') expect(found.diagnostic.length).toBeLessThanOrEqual(500);
  });

  it('that name their action in their own way, or none, are bounces too', async () => {
    expect(await judged(report({ action: 'failure' }))).toMatchObject({ fault: 'hard' });
    const bare = report({ action: 'x' })
      .toString()
      .replace(/^(Action|Status): .*\r\n/gm, '');
    const told = bare.replace('Your mail did not arrive.', 'Unable to deliver: mailbox full');
    expect(await judged(Buffer.from(told))).toMatchObject({ kind: 'bounce', fault: 'soft' });
  });

  it('that a mail was shown are not bounces', async () => {
    const mail = lines(
      'From: aigul@reader.example',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
      '',
      '--b',
      'Content-Type: message/disposition-notification',
      '',
      'Disposition: manual-action/MDN-sent-manually; displayed',
      '--b--',
    );
    expect(await judged(mail)).toMatchObject({ kind: 'ignored' });
  });
});

describe('complaints', () => {
  const token = `1.${'a'.repeat(22)}.spp~eep.${'b'.repeat(22)}`;

  it('carry what tells whose mail it was', async () => {
    const found = await judged(
      complaint(
        [
          'Return-Path: <bounce+1@bounces.example.org>',
          'Feedback-ID: 0a1b2c3d:spp:alert:0123456789',
          `List-Unsubscribe: <https://news.example.org/unsubscribe/${token}>,`,
          ' <mailto:leave@bounces.example.org>',
          'Message-ID: <0123456789@bounces.example.org>',
        ],
        ['Feedback-Type: abuse', 'Original-Mail-From: <bounce+2@bounces.example.org>'],
      ),
      'complaints',
      false,
    );
    expect(found).toEqual({
      kind: 'complaint',
      diagnostic: 'Reported as abuse by ProviderFBL/1.0',
      evidence: {
        returnPaths: ['bounce+2@bounces.example.org', 'bounce+1@bounces.example.org'],
        tokens: [token],
        messageId: '0123456789@bounces.example.org',
        edition: '0a1b2c3d',
      },
    });
  });

  it.each(['not-spam', 'auth-failure'])('of the kind %s complain of nothing', async (type) => {
    const found = await judged(complaint([], [`Feedback-Type: ${type}`]));
    expect(found).toMatchObject({ kind: 'ignored' });
  });
});

describe('what people and machines answer', () => {
  it.each<[string, readonly string[], boolean]>([
    ['says so', ['Auto-Submitted: auto-replied', 'Subject: Re: Canals'], false],
    ['is bulk', ['Precedence: bulk', 'Subject: Re: Canals'], false],
    ['says so in an older way', ['X-Autoreply: yes', 'Subject: Re: Canals'], false],
    [
      'comes from Exchange',
      ['X-Auto-Response-Suppress: All', 'Subject: Automatic reply: Canals'],
      false,
    ],
    ['has no return path', ['Subject: Re: Canals'], true],
    ['comes from a list', ['List-Id: <all.reader.example>', 'Subject: Re: Canals'], false],
    ['goes in circles', Array.from({ length: 31 }, () => 'Received: by mx.reader.example'), false],
  ])('an automatic reply that %s is ignored', async (_name, headers, nullSender) => {
    expect(await judged(letter(headers), 'return-path', nullSender)).toMatchObject({
      kind: 'ignored',
    });
  });

  it('a person may write of an office all the same', async () => {
    for (const headers of [
      ['Subject: Out of office space in the capital'],
      ['Subject: Re: Canals', 'Auto-Submitted: no'],
      ['Subject: Re: Canals', 'X-Auto-Response-Suppress: OOF'],
    ]) {
      expect(await judged(letter(headers), 'return-path', false)).toEqual({ kind: 'reply' });
    }
  });

  it('a token in the subject or the text is a wish to leave, at the mailbox for that alone', async () => {
    const token = `1.${'a'.repeat(22)}.spp.${'-'.repeat(22)}`;
    const inSubject = letter([`Subject: unsubscribe ${token}`, 'Auto-Submitted: auto-generated']);
    expect(await judged(inSubject, 'unsubscribe', false)).toEqual({
      kind: 'unsubscribe',
      tokens: [token],
    });
    const inText = letter(['Subject: leave'], [`Please: ${token}`]);
    expect(await judged(inText, 'unsubscribe', false)).toEqual({
      kind: 'unsubscribe',
      tokens: [token],
    });
    expect(await judged(inSubject, 'return-path', false)).toMatchObject({ kind: 'ignored' });
    expect(await judged(letter(['Subject: leave']), 'unsubscribe', false)).toEqual({
      kind: 'reply',
    });
  });
});

describe('what is no mail', () => {
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['octets', Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 256))],
    ['a report without an end', report({}).subarray(0, 400)],
    ['a wrong charset', letter(['Content-Type: text/plain; charset=x-nonsense'], ['\xff\xfe\xfd'])],
    ['nested messages', Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(20_000))],
    ['empty lines', letter(['Subject: Returned mail'], [`x${'\r\n'.repeat(700_000)}x`])],
    ['a line of dashes', letter(['Subject: Returned mail'], ['-'.repeat(1_500_000)])],
    ['a long word', letter(['Subject: x'], ['a'.repeat(1_500_000)])],
    ['many addresses', letter(['Subject: x'], ['a@'.repeat(500_000)])],
    ['a huge subject', letter([`Subject: ${'=?utf-8?q?=41?= '.repeat(50_000)}`])],
    ['open HTML', letter(['Content-Type: text/html'], ['<div><style>'.repeat(8_000)])],
  ])('%s is judged, and soon', async (_name, raw) => {
    const begun = performance.now();
    for (const door of ['return-path', 'unsubscribe'] as const) {
      expect(await judged(raw, door)).toHaveProperty('kind');
      expect(await judged(raw, door, false)).toHaveProperty('kind');
    }
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  it.each<[string, Buffer]>([
    [
      'parts without end',
      Buffer.from(
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(50_000)}`,
      ),
    ],
    ['headers without end', Buffer.from(`X: ${'a'.repeat(1_900_000)}\r\n\r\n`)],
  ])('%s are refused', async (_name, raw) => {
    await expect(readMessage(raw)).rejects.toThrow();
  });
});
