/** The rules that hold in every format, and in both kinds of XML feeds. */

import { type DefaultTreeAdapterTypes, parseFragment, serialize } from 'parse5';

export type Fault = (text: string) => void;

export interface Element {
  /** With the usual prefix of its namespace; without one in RSS, Atom and OPML themselves. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export class Rules {
  protected readonly fault: Fault;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  /** The one child of this name; several, or none where there has to be one, are a fault. */
  protected one(of: Element, name: string, needed = true): Element | undefined {
    const found = of.children.filter((child) => child.name === name);
    if (found.length > 1) this.fault(`<${of.name}> has several <${name}>.`);
    if (needed && !found[0]) this.fault(`<${of.name}> has no <${name}>.`);
    return found[0];
  }

  protected children(of: Element, names: string): void {
    const known = new Set(names.split(' '));
    for (const { name } of of.children) {
      if (!known.has(name)) this.fault(`<${name}> does not belong into <${of.name}>.`);
    }
    if (of.text.trim()) this.fault(`<${of.name}> has text between its elements.`);
  }

  /** Text that no reader may take for HTML. */
  protected plain(text: string | undefined, where: string): void {
    if (text === undefined) return;
    if (!text.trim()) this.fault(`The text of ${where} is blank.`);
    if (/<\/?[a-z]|<!|&#?\w+;/i.test(text)) this.fault(`${where} looks like HTML: ${text}`);
  }

  /** HTML that needs no guessing, does nothing, and is the same wherever it is read. */
  protected html(html: string | undefined, where: string): void {
    if (html === undefined) return;
    const complain = ({ code }: { code: string }) =>
      this.fault(`The HTML of ${where} has ${code}.`);
    const fragment = parseFragment(html, { onParseError: complain });
    if (tagsOf(html) !== tagsOf(serialize(fragment))) this.fault(`${where} is read otherwise.`);
    for (const element of elementsOf(fragment)) {
      if (dangerous.has(element.tagName)) this.fault(`${where} has a <${element.tagName}>.`);
      for (const { name, value } of element.attrs) {
        if (!harmless.has(name)) this.fault(`${where} has the attribute ${name}="${value}".`);
        if (name !== 'href' && name !== 'src') continue;
        if (!/^(https?:\/\/|mailto:)/i.test(value)) this.fault(`${where} leads to "${value}".`);
      }
    }
  }

  /** An absolute http(s) URL in the characters of RFC 3986. */
  protected url(url: string | undefined, where: string): void {
    if (!/^https?:\/\/[\w.:[\]-]+(\/[\w;/?:@&=+$.\-!~*'()%,#]*)?$/.test(url ?? '')) {
      this.fault(`${where} is no absolute URL: ${url}`);
    }
  }

  /** RFC 3339, between the beginning of the web and ten minutes from now. */
  protected instant(text: string | undefined, where: string): void {
    const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(
      text ?? '',
    );
    if (!written || !plausible(text)) this.fault(`${where} is no date of a feed: ${text}`);
  }

  protected distinct(values: readonly (string | undefined)[], what: string): void {
    if (new Set(values).size < values.length) this.fault(`Two of them have the same ${what}.`);
  }

  protected language(tag: string | undefined, where: string): void {
    if (!/^[a-z]{2,3}(-[A-Za-z\d]+)*$/.test(tag ?? '')) this.fault(`${where} is no tag: ${tag}`);
  }

  protected media(item: Element): void {
    const content = this.one(item, 'media:content', false);
    if (!content) return;
    this.children(content, 'media:description media:credit');
    this.url(content.attributes.url, 'The URL of a picture');
    for (const { name, text } of content.children) this.plain(text, name);
  }
}

const dangerous = new Set(
  'base embed form frame frameset iframe input link meta object param script style svg math'.split(
    ' ',
  ),
);
const harmless = new Set('href src alt colspan rowspan start lang dir'.split(' '));

/** The tags in their order, without the one that may be left out wherever it stands. */
function tagsOf(html: string): string {
  const tags = html.match(/<\/?[a-z\d]+/g) ?? [];
  return tags.filter((tag) => !tag.endsWith('tbody')).join('');
}

function elementsOf(node: DefaultTreeAdapterTypes.ParentNode): DefaultTreeAdapterTypes.Element[] {
  return node.childNodes.flatMap((child) =>
    'tagName' in child ? [child, ...elementsOf(child)] : [],
  );
}

export function plausible(date: string | undefined): boolean {
  const time = Date.parse(date ?? '');
  return time >= Date.UTC(1990) && time <= Date.now() + 600_000;
}

export const uuid = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The links of a channel or an Atom feed: RFC 4287 (4.2.7), and of archives RFC 5005 (4). */
export function links(feed: Element, name: string, url: string, fault: Fault): void {
  const known = 'self alternate hub current prev-archive next-archive'.split(' ');
  const of: Record<string, string[]> = {};
  for (const { attributes } of feed.children.filter((child) => child.name === name)) {
    const { rel = 'alternate', href = '' } = attributes;
    if (!known.includes(rel)) fault(`A link has the relation ${rel}.`);
    if (!URL.canParse(href)) fault(`The ${rel} link is not absolute: ${href}`);
    of[rel] = [...(of[rel] ?? []), href];
  }
  for (const [rel, hrefs] of Object.entries(of)) {
    if (rel !== 'hub' && hrefs.length > 1) fault(`There are several ${rel} links.`);
  }
  if (of.self?.[0] !== url) fault(`The feed is served at ${url}, and says ${of.self?.[0]}.`);
  const archive = feed.children.some((child) => child.name === 'fh:archive');
  if (archive !== (of.current !== undefined)) fault('An archive, and nothing else, has a current.');
  if (archive && of.current?.[0] === url) fault('An archive is the current feed itself.');
  if (archive && !of['prev-archive'] && !of['next-archive']) fault('An archive stands alone.');
  if (!archive && of['next-archive']) fault('The current feed has a next archive.');
}
