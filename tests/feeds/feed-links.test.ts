import { expect, test } from 'vitest';
import { feedLinks } from '../../src/feeds/feed-links.js';

const url = 'https://centre.example/en/';
const page = (head: string, body = '') =>
  `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;
const urls = (html: string, header?: string) =>
  feedLinks(html, url, header).map((link) => link.url);

test('finds what is named for machines, in every format, whatever the order of attributes', () => {
  const found = feedLinks(
    page(`
      <link rel="alternate" type="application/rss+xml" title="The Centre &raquo; Feed" href="/feed/">
      <LINK HREF='atom.xml' TYPE='application/atom+xml; charset=utf-8' REL='home ALTERNATE'>
      <link rel="alternate" type="application/feed+json" href="https://centre.example/feed.json">
      <link rel="alternate" type="application/json" href="//centre.example/news.json">`),
    url,
    undefined,
  );
  expect(found).toEqual([
    { url: 'https://centre.example/feed/', title: 'The Centre » Feed', how: 'named' },
    { url: 'https://centre.example/en/atom.xml', how: 'named' },
    { url: 'https://centre.example/feed.json', how: 'named' },
    { url: 'https://centre.example/news.json', how: 'named' },
  ]);
});

test('leaves out what is no feed: translations, style sheets, the APIs of WordPress, other schemes', () => {
  const html = page(`
    <link rel="alternate" hreflang="ru" href="/ru/">
    <link rel="stylesheet" type="application/rss+xml" href="/style">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
    <link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">
    <link rel="alternate" type="application/rss+xml" href="feed:https://centre.example/feed">
    <link rel="alternate" type="application/rss+xml">`);
  expect(urls(html)).toEqual([]);
});

test('follows the base of the page', () => {
  const html = page(
    '<base href="https://www.centre.example/blog/"><link rel="alternate" type="application/rss+xml" href="rss">',
  );
  expect(urls(html)).toEqual(['https://www.centre.example/blog/rss']);
});

test('reads Link headers first, and survives malformed ones', () => {
  const html = page('<link rel="alternate" type="application/rss+xml" href="/second">');
  const header =
    '<https://api.example/>; rel="https://api.w.org/", </first>; rel=alternate; type="application/atom+xml"; title="First, of all"';
  expect(feedLinks(html, url, header)).toEqual([
    { url: 'https://centre.example/first', title: 'First, of all', how: 'named' },
    { url: 'https://centre.example/second', how: 'named' },
  ]);
  expect(urls(html, '</first; rel=alternate, <<>>;;;=')).toEqual(['https://centre.example/second']);
});

test('puts feeds of comments last, and links that readers click on behind those for machines', () => {
  const html = page(
    `<link rel="alternate" type="application/rss+xml" title="Комментарии" href="/c">
     <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
     <link rel="alternate" type="application/rss+xml" href="/feed/">`,
    '<a href="/news.rss">Our news</a> <a href="/?feed=rss2">All</a> <a href="/x">RSS</a> <a href="/feedback">Feedback</a>',
  );
  expect(urls(html)).toEqual([
    'https://centre.example/feed/',
    'https://centre.example/news.rss',
    'https://centre.example/?feed=rss2',
    'https://centre.example/x',
    'https://centre.example/c',
    'https://centre.example/comments/feed/',
  ]);
});

test('names each address once, and ten at most', () => {
  const link = (n: number) =>
    `<link rel="alternate" type="application/rss+xml" href="/feed/${n}#top">`;
  const links = Array.from({ length: 30 }, (_, n) => link(n)).join('');
  expect(urls(page(link(0) + links))).toHaveLength(10);
  expect(urls(page(link(1) + link(1)))).toEqual(['https://centre.example/feed/1']);
});

test('finds nothing in a document that is no page', () => {
  const atom =
    '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="alternate" type="application/atom+xml" href="/feed"/>';
  expect(urls(atom)).toEqual([]);
  expect(urls('')).toEqual([]);
});
