import { describe, expect, it } from 'vitest';
import {
  addressKey,
  admitAddress,
  mailboxKey,
  normaliseAddress,
} from '../../src/subscribers/address.js';

describe('an address', () => {
  it.each([
    [' Reader+News@Example.ORG ', 'Reader+News@example.org'],
    ['чтец@Пример.example', 'чтец@xn--e1afmkfd.example'],
    ['reader@XN--E1AFMKFD.example', 'reader@xn--e1afmkfd.example'],
    ['=1+1@example.org', '=1+1@example.org'],
  ])('%j is kept as %j', (input, kept) => {
    expect(normaliseAddress(input)).toBe(kept);
  });

  it('is one mailbox however it is spelt, and another one with another tag', () => {
    const key = (input: string) => addressKey(normaliseAddress(input) ?? '');
    expect(key('READER@Пример.example')).toBe(key('reader@xn--e1afmkfd.EXAMPLE'));
    expect(key('caf\u00e9@example.org')).toBe(key('cafe\u0301@example.org'));
    expect(key('reader+news@example.org')).not.toBe(key('reader@example.org'));
    expect(mailboxKey('Reader+a+b@example.org')).toBe('reader@example.org');
    expect(mailboxKey('+a@example.org')).toBe('+a@example.org');
  });

  it.each([
    '',
    'reader',
    'reader@',
    '@example.org',
    'a b@example.org',
    'a@b',
    'a@example.org\r\nBcc: x@y.org',
    'a@example.org, b@example.org',
    'a..b@example.org',
    'a@127.0.0.1',
    '<a@example.org>',
    'a\u202eb@example.org',
    'caf\ufffd@example.org',
    `${'a'.repeat(65)}@example.org`,
  ])('cannot be %j', (input) => {
    expect(admitAddress(input, [])).toEqual({ reason: 'This is not an e-mail address.' });
  });

  it('is not taken at an unwanted domain, or below one', () => {
    const unwanted = ['throwaway.example', 'xn--e1afmkfd.example'];
    const admit = (input: string) => admitAddress(input, unwanted);
    const reason = 'Addresses at throwaway.example are not taken.';
    expect(admit('a@Throwaway.Example')).toEqual({ reason });
    expect(admit('a@mx.throwaway.example')).toEqual({ reason });
    expect(admit('a@пример.example')).toHaveProperty('reason');
    expect(admit('a@notthrowaway.example')).toEqual({ address: 'a@notthrowaway.example' });
  });
});
