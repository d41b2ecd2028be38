import { expect, test } from 'vitest';
import { withoutStrayReferences } from '../../src/feeds/references.js';

test.each([
  ['Q&A</title>', 'Q&amp;A</title>'],
  ['?a=1&b=2&amp;c=3', '?a=1&amp;b=2&amp;c=3'],
  ['&lt;&gt;&quot;&apos;&#233;&#xE9;', '&lt;&gt;&quot;&apos;&#233;&#xE9;'],
  ['&eacute;&nbsp;&hellip;', 'é\u00a0…'],
  ['&LT;b&GT;', '&lt;b&gt;'],
  ['&nosuch; &;', '&amp;nosuch; &amp;;'],
  ['<![CDATA[a & b &eacute;]]> & c', '<![CDATA[a & b &eacute;]]> &amp; c'],
  ['<![CDATA[a & b', '<![CDATA[a & b'],
])('%s becomes %s', (text, expected) => {
  expect(withoutStrayReferences(text)).toBe(expected);
});

test('entities that the document declares are what they say, and never other ones', () => {
  const doctype =
    '<!DOCTYPE rss [<!ENTITY org "A <B>"> <!ENTITY co \'C\'> <!ENTITY all "&org;&org;">]>';
  const text = withoutStrayReferences(`${doctype}&org; &co; &all;`);
  expect(text.slice(text.indexOf(']>') + 2)).toBe('&amp;org; C &amp;all;');
});

test('an unclosed CDATA section costs no more than its length', () => {
  const text = '<![CDATA['.repeat(500_000);
  expect(withoutStrayReferences(text)).toBe(text);
});
