import { describe, expect, test } from 'vitest';
import { parseMailbox } from '../../src/config/address.js';
import { formatDuration, parseDuration } from '../../src/config/duration.js';
import { maskUrl } from '../../src/config/mask-url.js';
import { nearest } from '../../src/config/nearest.js';
import { isLoopbackHost, isPrivateHost } from '../../src/config/private-host.js';

test.each([
  ['conections', 'connections'],
  ['reply_to', 'replyTo'],
  ['Reply-To', 'replyTo'],
  ['form', 'from'],
  ['zebra', undefined],
  ['x', undefined],
])('the nearest name to %s is %s', (word, expected) => {
  expect(nearest(word, ['connections', 'replyTo', 'from', 'domain'])).toBe(expected);
});

test.each([
  ['30s', 30],
  ['15m', 900],
  ['2h', 7200],
  ['1d', 86_400],
  ['90m', 5400],
  ['0s', 0],
])(
  'the duration %s is %i seconds, and comes back as something that means the same',
  (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  },
);

test.each(['15', 'm', '1.5h', '-1m', '1w', '15 minutes', ''])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

describe('a mailbox', () => {
  test.each([
    ['news@example.org', { address: 'news@example.org', domain: 'example.org' }],
    [' <news@example.org> ', { address: 'news@example.org', domain: 'example.org' }],
    [
      'The Centre <News+1@Example.org>',
      { name: 'The Centre', address: 'News+1@Example.org', domain: 'example.org' },
    ],
    ['"Centre, The" <a@b.kz>', { name: 'Centre, The', address: 'a@b.kz', domain: 'b.kz' }],
    [
      'Центр <a@пример.рф>',
      { name: 'Центр', address: 'a@пример.рф', domain: 'xn--e1afmkfd.xn--p1ai' },
    ],
  ])('is read from %s', (text, expected) => {
    expect(parseMailbox(text)).toEqual(expected);
  });

  test.each([
    'news',
    'news@',
    '@example.org',
    'news@example',
    'news@@example.org',
    'a b@example.org',
    'a..b@example.org',
    'news@example.org, other@example.org',
    'Centre <news@example.org> <x@example.org>',
    'Centre\r\nBcc: x@example.org <news@example.org>',
    `${'a'.repeat(65)}@example.org`,
  ])('is not read from %j', (text) => {
    expect(parseMailbox(text)).toBeUndefined();
  });
});

test.each([
  ['http://127.0.0.1:8000/', true, true],
  ['http://localhost/', true, true],
  ['http://[::1]/', true, true],
  ['http://[::ffff:10.0.0.1]/', true, false],
  ['http://0x7f.1/', true, true],
  ['http://192.168.1.4/', true, false],
  ['http://169.254.169.254/', true, false],
  ['http://newsroom/', true, false],
  ['http://news.local/', true, false],
  ['https://example.org/', false, false],
  ['https://example.org./', false, false],
  ['https://8.8.8.8/', false, false],
])('%s is private: %s, of this machine alone: %s', (url, isPrivate, isLoopback) => {
  expect(isPrivateHost(new URL(url))).toBe(isPrivate);
  expect(isLoopbackHost(new URL(url))).toBe(isLoopback);
});

test.each([
  ['postgres://user:sesame@host:5432/db', 'postgres://user:********@host:5432/db'],
  ['redis://:sesame@host:6379/0', 'redis://:********@host:6379/0'],
  ['https://host/feed?x=1&api_key=sesame', 'https://host/feed?x=1&api_key=********'],
  ['postgres:///db?password=sesame', 'postgres:///db?password=********'],
  ['https://host/feed?x=1', 'https://host/feed?x=1'],
  ['Centre <news@example.org>', 'Centre <news@example.org>'],
])('%s is shown as %s', (text, expected) => {
  expect(maskUrl(text)).toBe(expected);
});
