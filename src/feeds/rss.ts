/**
 * The first parser: rss-parser, over xml2js. Fast and strict, but it loses what xml2js loses, so it
 * hands a document over to the second parser (tolerant.ts) in these cases, each named in the error:
 *
 * 1. it throws: XML that is not well-formed, a feed it does not know, a bad Atom date, an empty link;
 * 2. a text holds elements (XHTML or unescaped HTML), whose words xml2js puts out of order;
 * 3. `xml:base` is used, which it does not know;
 * 4. a namespace that matters has another prefix than the usual one, as it goes by prefixes;
 * 5. a name is written with other capitals than usual, which makes another name of it;
 * 6. it finds fewer entries than the document has tags of them;
 * 7. it takes too long (reader.ts): its snippets cost quadratic time on an unclosed tag.
 */

import Parser from 'rss-parser';
import { DEPTH, type Element, type FeedDocument, TEXT_ELEMENTS } from './element.js';
import { usualPrefix } from './namespaces.js';
import { HandOver } from './parse.js';

/** What is read of an entry, as feeds spell it. */
const ITEM = (
  'title link guid id description summary content content:encoded fullitem body xhtml:body author ' +
  'creator pubDate published updated issued modified category enclosure language dc:title ' +
  'dc:description dc:creator dc:date dc:subject dc:language ' +
  'dcterms:created dcterms:issued dcterms:modified media:content media:thumbnail media:group ' +
  'media:title media:description media:credit itunes:image itunes:author itunes:summary ' +
  'atom:link atom:updated atom:published atom:author feedburner:origLink'
).split(' ');

/** What is read of the channel or feed. */
const HEAD = (
  'title link id dc:title atom:link language ttl skipHours skipDays author dc:language sy:updatePeriod ' +
  'sy:updateFrequency'
).split(' ');

/** The names above as they are usually written, by their lower case. */
const USUAL = new Map(
  [...ITEM, ...HEAD, 'item', 'entry', 'channel'].map((name) => [name.toLowerCase(), name]),
);

/** Elements that hold one value, where a child element means that the value was torn apart. */
const VALUES = new Set([...TEXT_ELEMENTS, 'guid', 'id', 'category', 'dc:subject', 'dc:creator']);

/** rss-parser overwrites names it knows with strings of its own making; under these it does not. */
const RAW = 'raw ';

const OPTIONS = {
  defaultRSS: 2,
  customFields: { feed: raw(HEAD) as unknown as string[], item: raw(ITEM) },
};

function raw(names: readonly string[]) {
  // "$" is where xml2js keeps attributes; the rest are lists of elements.
  return ['$', ...names].map((name) => [name, `${RAW}${name}`, { keepArray: true }]) as (
    | string
    | { keepArray: boolean }
  )[][];
}

/** Reads RSS 2.0, RSS 1.0 and Atom. Throws wherever the second parser should be asked. */
export async function readWithRssParser(xml: string): Promise<FeedDocument> {
  if (/\sxml:base\s*=/.test(xml)) throw new HandOver('does not know xml:base.');
  for (const [, prefix = '', uri = ''] of xml.matchAll(
    /\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"'<>]*)["']/g,
  )) {
    const usual = usualPrefix(uri);
    if (usual !== undefined && prefix !== usual && (prefix !== '' || !mayBeDefault(usual))) {
      throw new HandOver(`goes by prefixes, and "${prefix}" stands for ${uri} here.`);
    }
  }
  for (const [, name = ''] of xml.matchAll(/<([a-z][\w.:-]*)/gi)) {
    const usual = USUAL.get(name.toLowerCase());
    if (usual !== undefined && usual !== name) {
      throw new HandOver(`does not take ${name} for ${usual}.`);
    }
  }
  // A new one each time: after some errors it says nothing of the next document, for ever.
  const parser = new Parser<Record<string, unknown>, Record<string, unknown>>(OPTIONS);
  const feed = await parser.parseString(xml);
  const items = feed.items.map((item) => element(item, ITEM));
  const tags = xml.match(/<(?:[\w.-]+:)?(?:item|entry)[\s>/]/gi) ?? [];
  if (items.length < tags.length) throw new HandOver('found fewer entries than there are.');
  const atom = /<(rss|rdf:RDF|feed)[\s>]/.exec(xml)?.[1] === 'feed';
  return { atom, head: element(feed, HEAD), items };
}

/** Namespaces that feeds declare without a prefix: the feed's own, and XHTML within a text. */
function mayBeDefault(prefix: string): boolean {
  return prefix === 'atom' || prefix === 'xhtml';
}

function element(from: Readonly<Record<string, unknown>>, names: readonly string[]): Element {
  const children = new Map(
    names.flatMap((name) => {
      const found = from[`${RAW}${name}`];
      const key = name.toLowerCase();
      return Array.isArray(found) ? [[key, found.map((node) => fromXml2js(key, node, DEPTH))]] : [];
    }),
  );
  return { text: '', markup: false, attributes: attributes(from[`${RAW}$`]), children };
}

/** xml2js gives a string, or an object with text in `_`, attributes in `$` and lists of children. */
function fromXml2js(name: string, node: unknown, depth: number): Element {
  if (typeof node !== 'object' || node === null) {
    return { text: String(node), markup: false, attributes: {}, children: new Map() };
  }
  const { _: text, $: attrs, ...rest } = node as Record<string, unknown>;
  const children = new Map<string, readonly Element[]>();
  for (const [childName, list] of Object.entries(rest)) {
    if (VALUES.has(name))
      throw new HandOver(`puts the words of a ${name} with markup out of order.`);
    if (Array.isArray(list) && depth > 0) {
      const key = childName.toLowerCase();
      children.set(
        key,
        list.map((child) => fromXml2js(key, child, depth - 1)),
      );
    }
  }
  return {
    text: typeof text === 'string' ? text : '',
    markup: false,
    attributes: attributes(attrs),
    children,
  };
}

function attributes(from: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from ?? {}).map(([name, value]) => [
      name.toLowerCase().replace(/^rdf:/, ''),
      String(value),
    ]),
  );
}
