import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { composeMessage, type MessageOptions } from '../../../src/channels/email/message.js';
import type { EditionArticle, Newsroom } from '../../../src/model.js';
import { renderMail } from '../../../src/templates/email/mail.js';
import { alert, newsroom } from '../../templates/email/editions.js';
import { config, delivery } from './parts.js';

async function options(
  article: Partial<EditionArticle> = {},
  room: Newsroom = newsroom,
): Promise<MessageOptions> {
  return {
    config,
    newsroom: room,
    rendered: JSON.parse(JSON.stringify(await renderMail(alert(article), room))),
    delivery: delivery('reader@one.example', { name: 'Zoë "Z" Reader' }),
    to: 'reader@one.example',
    returnPath: 'bounce+1.2@news.example',
    unsubscribeUrl: 'https://news.example/unsubscribe/1.abc.spp.def?a=1&b=2',
    preferencesUrl: 'https://news.example/preferences/1.abc..def',
    webViewUrl: 'https://news.example/editions/0b9f7a34',
  };
}

const compose = async (...args: Parameters<typeof options>) =>
  composeMessage(await options(...args));

const headerBlock = (raw: Buffer) => raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
const names = (raw: Buffer) =>
  headerBlock(raw)
    .split(/\r\n(?![ \t])/)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());

describe('a message', () => {
  it('has each header that mailbox providers ask of a newsletter, once', async () => {
    const { raw, messageId } = await compose();
    const { headers, ...mail } = await simpleParser(raw);
    expect(mail.from?.value).toEqual([
      { name: 'Steppe Policy Centre', address: 'alerts@news.example' },
    ]);
    expect(mail.to).toMatchObject({
      value: [{ name: 'Zoë "Z" Reader', address: 'reader@one.example' }],
    });
    expect(mail.replyTo?.value[0]?.address).toBe('editors@news.example');
    expect(mail.subject).toBe(alert().sections[0]?.articles[0]?.title);
    expect(mail.date?.toISOString()).toBe(alert().createdAt);
    expect(mail.messageId).toBe(messageId);
    expect(messageId).toMatch(/^<[0-9a-f]{40}@news\.example>$/);
    expect(headers.get('list')).toMatchObject({
      id: { name: 'Steppe Policy Centre', id: 'newsletter.news.example' },
      unsubscribe: { url: 'https://news.example/unsubscribe/1.abc.spp.def?a=1&b=2' },
      'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
    });
    expect(headers.get('precedence')).toBe('bulk');
    expect(headers.get('content-language')).toBe('en');
    expect(headers.get('feedback-id')).toMatch(/^0b9f7a34:spp:alert:[0-9a-f]{10}$/);
    expect(headers.has('auto-submitted')).toBe(false);
    expect(new Set(names(raw)).size).toBe(names(raw).length);
  });

  it('offers a mailbox for unsubscribing beside the page, with the same token', async () => {
    const base = await options();
    const config = { ...base.config, unsubscribeMailto: 'leave+now@news.example' };
    const { headers } = await simpleParser((await composeMessage({ ...base, config })).raw);
    expect(headers.get('list')).toMatchObject({
      unsubscribe: {
        url: 'https://news.example/unsubscribe/1.abc.spp.def?a=1&b=2',
        mail: 'leave%2Bnow@news.example?subject=unsubscribe%201.abc.spp.def',
      },
    });
  });

  it('holds text first and then HTML, which say the same', async () => {
    const { raw } = await compose();
    const parts = [...raw.toString().matchAll(/^Content-Type: (text\/\w+)/gm)].map((one) => one[1]);
    expect(parts).toEqual(['text/plain', 'text/html']);
    const { text = '', html } = await simpleParser(raw);
    for (const said of [
      'Security and Politics Program (SPP)',
      'Aigerim Satybaldy',
      'December 23, 2021',
      'Image: Steppe Policy Centre / D. Kim',
      'A common gauge at each border crossing.',
      '14 Abay Avenue, Office 5',
    ]) {
      expect(text).toContain(said);
      expect(html).toContain(said);
    }
    const unescaped = String(html).replaceAll('&amp;', '&');
    for (const link of [
      'https://policy.example/articles/water-after-the-glaciers?lang=en&from=feed',
      'https://news.example/unsubscribe/1.abc.spp.def?a=1&b=2',
      'https://news.example/editions/0b9f7a34',
    ]) {
      expect(text).toContain(link);
      expect(unescaped).toContain(`"${link}"`);
    }
  });

  it('has lines of at most 998 octets that all end in CRLF', async () => {
    const { raw } = await compose({
      title: 'Вода '.repeat(40).trim(),
      summary: 'word'.repeat(2000),
    });
    const text = raw.toString('latin1');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('holds no CR by itself, whatever an article holds', async () => {
    const { raw } = await compose({
      bodyHtml: '<p>one\r.\rtwo\r\n.\r\r\nthree</p>',
      summary: 'a\rb',
    });
    expect(raw.toString('latin1')).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
  });

  it('keeps a long unsubscribe link in one piece', async () => {
    const unsubscribeUrl = `https://news.example/unsubscribe/${'a1B-_.'.repeat(80)}`;
    const { raw } = await composeMessage({ ...(await options()), unsubscribeUrl });
    expect(headerBlock(raw)).toContain(`<${unsubscribeUrl}>`);
  });

  it('has the same octets each time, and another Message-ID in another round', async () => {
    const given = await options();
    const [first, again] = [await composeMessage(given), await composeMessage(given)];
    expect(again.raw.equals(first.raw)).toBe(true);
    const resend = await composeMessage({ ...given, delivery: { ...given.delivery, round: 1 } });
    expect(resend.messageId).not.toBe(first.messageId);
  });

  it('lets no text become a header, whoever wrote it', async () => {
    const evil = 'Hello\r\nBcc: victim@two.example\r\n\r\n<script>alert(1)</script>';
    const room = { ...newsroom, name: `Centre "A\\" <b@c>${evil}` };
    const given = await options({ title: evil, author: evil }, room);
    const { raw } = await composeMessage({
      ...given,
      delivery: delivery('reader@one.example', { name: evil }),
      unsubscribeUrl: 'https://news.example/u/>\r\nBcc:%20victim@two.example',
    });
    expect(names(raw)).not.toContain('bcc');
    expect(names(raw).length).toBe(names((await compose()).raw).length);
    const mail = await simpleParser(raw);
    expect(mail.to).toMatchObject({ value: [{ address: 'reader@one.example' }] });
    expect(mail.from?.value).toHaveLength(1);
    expect(mail.from?.value[0]?.address).toBe('alerts@news.example');
    expect(mail.headers.get('list')).toMatchObject({ id: { id: 'newsletter.news.example' } });
    expect(mail.html).not.toContain('<script');
  });
});
