/**
 * As strict a reader of output feeds as there is: the rules of the specifications, and besides them what
 * the W3C feed validator warns of. Answers with one sentence per fault, and none for a
 * feed that every reader accepts.
 */

import { SaxesParser } from 'saxes';
import { AtomRules, JsonRules, OpmlRules, RssRules } from './strict-formats.js';
import type { Element, Fault } from './strict-rules.js';

const usualPrefixes: Readonly<Record<string, string>> = {
  '': '',
  'http://www.w3.org/2005/Atom': 'atom',
  'http://purl.org/rss/1.0/modules/content/': 'content',
  'http://purl.org/dc/elements/1.1/': 'dc',
  'http://purl.org/syndication/history/1.0': 'fh',
  'http://search.yahoo.com/mrss/': 'media',
};

/** What a document of this length or more is refused for. */
const longest = 5_000_000;

export function faultsOf(document: string, url: string): string[] {
  const faults: string[] = [];
  const fault = (text: string) => void faults.push(text);
  if (Buffer.byteLength(document) >= longest) fault('The document has 5 MB or more.');
  const odd = /[\u0080-\u009f\ufffd]|\p{Noncharacter_Code_Point}/u.exec(document);
  if (odd) fault(`The character U+${odd[0].codePointAt(0)?.toString(16)} shows a broken encoding.`);
  if (document.startsWith('{')) {
    new JsonRules(fault).feed(JSON.parse(document), url);
    return faults;
  }
  const root = read(document, fault);
  if (root?.name === 'rss') new RssRules(fault).rss(root, url);
  else if (root?.name === 'feed') new AtomRules(fault).feed(root, url);
  else if (root?.name === 'opml') new OpmlRules(fault).opml(root);
  else fault(`The document is a ${root?.name ?? 'nothing'}, and no feed.`);
  return faults;
}

function read(xml: string, fault: Fault): Element | undefined {
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [];
  let root: Element | undefined;
  let own = '';
  parser.on('error', (error) => fault(`The document is not well formed: ${error.message}`));
  parser.on('opentag', (tag) => {
    if (open.length === 0) own = tag.uri === 'http://www.w3.org/2005/Atom' ? tag.uri : '';
    const usual = tag.uri === own ? '' : usualPrefixes[tag.uri];
    if (usual === undefined) fault(`The namespace ${tag.uri} is unknown.`);
    if (usual !== undefined && usual !== tag.prefix) fault(`"${tag.name}" is called ${usual}.`);
    const attributes = Object.values(tag.attributes)
      .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
      .map(({ name, value }) => [name, value]);
    const element: Element = {
      name: tag.name,
      attributes: Object.fromEntries(attributes),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root;
}
