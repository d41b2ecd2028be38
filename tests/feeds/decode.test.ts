import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decode } from '../../src/feeds/decode.js';

const xml = (charset: string) =>
  `<?xml version="1.0" encoding="${charset}"?><rss><title>Новости: ёж</title></rss>`;
const title = (text: string) => /<title>(.*)<\/title>/.exec(text)?.[1];

test.each(['windows-1251', 'koi8-r', 'iso-8859-5', 'cp866', 'utf-8'])(
  'reads Cyrillic in %s by the XML declaration, and by the HTTP header',
  (charset) => {
    const declared = iconv.encode(xml(charset), charset);
    expect(title(decode(declared, 'text/xml'))).toBe('Новости: ёж');
    const silent = iconv.encode('<rss><title>Новости: ёж</title></rss>', charset);
    expect(title(decode(silent, `text/xml; charset="${charset.toUpperCase()}"`))).toBe(
      'Новости: ёж',
    );
  },
);

test('believes the HTTP header before the XML declaration', () => {
  const body = iconv.encode(xml('koi8-r'), 'windows-1251');
  expect(title(decode(body, 'text/xml; charset=windows-1251'))).toBe('Новости: ёж');
});

test('believes the byte order mark before everything', () => {
  const body = Buffer.concat([Buffer.from('\ufeff'), Buffer.from(xml('koi8-r'))]);
  expect(decode(body, 'text/xml; charset=windows-1251')).toBe(xml('koi8-r'));
});

test.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
  'reads %s with and without a mark',
  (charset) => {
    for (const addBOM of [true, false]) {
      const body = iconv.encode(xml('utf-16'), charset, { addBOM });
      expect(decode(body, undefined)).toBe(xml('utf-16'));
    }
  },
);

test('passes over a header that says UTF-8 of what is not', () => {
  const body = iconv.encode(xml('windows-1251'), 'windows-1251');
  expect(title(decode(body, 'text/xml; charset=utf-8'))).toBe('Новости: ёж');
});

test('passes over charsets that nobody knows', () => {
  const body = Buffer.from(xml('x-made-up'));
  expect(title(decode(body, 'text/xml; charset=none'))).toBe('Новости: ёж');
});

test('takes the names of small sets for the larger ones that are meant', () => {
  const quotes = Buffer.from([0x93, 0x41, 0x94]);
  expect(decode(quotes, 'text/html; charset=iso-8859-1')).toBe('“A”');
  expect(decode(iconv.encode('镕', 'gb18030'), 'text/html; charset=gb2312')).toBe('镕');
});

test('takes what names no charset, and is clearly no UTF-8, for windows-1252', () => {
  expect(decode(Buffer.from('<rss>caf\xe9 \x93na\xefve\x94', 'latin1'), undefined)).toBe(
    '<rss>café “naïve”',
  );
});

test('reads the charset of a page from its meta element', () => {
  const html =
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><title>Ёж</title>';
  expect(title(`${decode(iconv.encode(html, 'koi8-r'), 'text/html')}</title>`)).toContain('Ёж');
  const short = '<html><meta charset=windows-1251><title>Ёж</title>';
  expect(decode(iconv.encode(short, 'windows-1251'), 'text/html')).toBe(short);
});

test('never fails, and leaves no byte order mark', () => {
  expect(decode(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), undefined)).toBe('A');
  expect(decode(Buffer.from([0xc3, 0xa9, 0xc3, 0xa9, 0xff]), undefined)).toBe('éé\ufffd');
  expect(decode(Buffer.alloc(0), undefined)).toBe('');
});
