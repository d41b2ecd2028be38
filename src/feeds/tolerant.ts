/**
 * The second parser: feedparser, over sax. It forgives what is not well-formed. We take its tree of
 * elements only, and correct that where it would lie: names go by namespace and not by prefix,
 * `xml:base` counts, and markup within a text keeps its order.
 */

import FeedParser from 'feedparser';
import {
  DEPTH,
  type Element,
  escapeHtml,
  type FeedDocument,
  TEXT_ELEMENTS,
  usualPrefix,
} from './element.js';

const ATOM = 'http://www.w3.org/2005/Atom';

/** What sax gives for an opening tag. */
interface SaxTag {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly uri: string;
  /** An attribute without a value (`<option selected>`) is a string. */
  readonly attributes: Readonly<Record<string, SaxAttribute | string>>;
}
interface SaxAttribute {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly value: string;
}

/** feedparser's tree: attributes in '@', text in '#', and children by name, in a list where there are several. */
interface Node {
  '#name'?: string;
  '#': string;
  '@': Record<string, string>;
  [child: string]: unknown;
}

/** Elements deeper than this are dropped: each new one costs feedparser as much time as it has ancestors. */
const DEEPEST = 50;

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

/** HTML that stands unescaped in a text. Names that feeds use themselves are not among them. */
const HTML = new Set(
  (
    'a abbr acronym address article aside b big blockquote br center cite code dd del details dfn div ' +
    'dl dt em embed figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li ' +
    'main mark object ol p picture pre q s samp script section small span strike strong style sub sup ' +
    'table tbody td tfoot th thead time tr tt u ul var video'
  ).split(' '),
);

/** Attributes of HTML that hold one URL. */
const URL_ATTRIBUTES = new Set(['href', 'src', 'cite', 'poster']);

/**
 * The methods by which feedparser answers sax's events, and its state. They are no part of its typed
 * interface: look at them again when its version, which package.json pins, is raised.
 */
interface Inside {
  /** The open elements, the innermost first. */
  readonly stack: Node[];
  readonly meta: { readonly '#type'?: 'atom' | 'rss' | 'rdf' };
  handleOpenTag(tag: SaxTag): void;
  handleText(text: string): void;
  handleCloseTag(name: string): void;
  handleAttributes(attributes: object, name: string): object;
  handleItem(node: Node): object;
  handleMeta(node: Node): object;
}

const Base = FeedParser as unknown as new (options: FeedParser.Options) => FeedParser & Inside;

class TreeParser extends Base {
  head: Node | undefined;
  readonly items: Node[] = [];
  /** The bases of the open elements of markup within a text, the outermost first. */
  readonly #markup: (string | undefined)[] = [];
  /** Texts that were found to hold markup, so their text is HTML. */
  readonly #texts = new WeakSet<object>();

  /** How many of the open elements lie too deep. */
  #tooDeep = 0;

  constructor() {
    // Its own normalising is left out: it would stop at nonsense, and costs quadratic time.
    super({ normalize: false, addmeta: false });
  }

  override handleOpenTag(tag: SaxTag): void {
    const [parent] = this.stack;
    const base = baseOf(tag, this.#markup.at(-1) ?? parent?.['@']['xml:base']);
    if (parent && this.#isMarkup(tag, parent)) {
      if (!this.#texts.has(parent)) parent['#'] = escapeHtml(parent['#']);
      this.#texts.add(parent);
      this.#markup.push(base);
      parent['#'] += openingTag(tag, base);
      return;
    }
    if (this.#tooDeep > 0 || this.stack.length === DEEPEST) {
      this.#tooDeep += 1;
      return;
    }
    super.handleOpenTag(parent ? { ...tag, ...usualName(tag, this.meta['#type']) } : root(tag));
    const [node] = this.stack;
    if (!node) return;
    node['@'] = attributesOf(tag);
    if (base !== undefined) node['@']['xml:base'] = base;
    if (node['@'].type === 'xhtml') this.#texts.add(node);
  }

  override handleText(text: string): void {
    const [node] = this.stack;
    super.handleText(node && this.#texts.has(node) ? escapeHtml(text) : text);
  }

  override handleCloseTag(name: string): void {
    const [node] = this.stack;
    if (!node) return;
    if (this.#markup.length > 0) {
      this.#markup.pop();
      if (!VOID.has(name)) node['#'] += `</${localName(name)}>`;
      return;
    }
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#texts.has(node)) node['@']['#markup'] = '';
    super.handleCloseTag(node['#name'] ?? name);
  }

  override handleAttributes(): object {
    // Its own bases do not follow prefixes, and its own XHTML loses the escaping of text.
    return {};
  }

  override handleItem(node: Node): object {
    this.items.push(node);
    return {};
  }

  override handleMeta(node: Node): object {
    this.head = node;
    // It asks again at each entry until there is a title.
    return { title: 'read' };
  }

  #isMarkup(tag: SaxTag, parent: Node): boolean {
    if (this.#markup.length > 0) return true;
    if (!TEXT_ELEMENTS.has(parent['#name'] ?? '')) return false;
    return this.#texts.has(parent) || usualPrefix(tag.uri) === 'xhtml' || HTML.has(tag.name);
  }
}

/** Reads any XML feed, as far as it can be read. Throws where it is no feed. */
export async function readWithFeedparser(xml: string): Promise<FeedDocument> {
  const parser = new TreeParser();
  await new Promise<void>((resolve, reject) => {
    parser.on('error', reject);
    parser.on('end', resolve);
    // Items were taken already; reading on is what lets the parser come to its end.
    parser.resume();
    parser.end(xml);
  });
  const { item, entry, ...head } = parser.head ?? { '#': '', '@': {} };
  return {
    atom: parser.meta['#type'] === 'atom',
    head: elementOf(head, DEPTH),
    items: parser.items.map((node) => elementOf(node, DEPTH)),
  };
}

function elementOf({ '#': text = '', '@': attrs, ...rest }: Node, depth: number): Element {
  const children = new Map<string, readonly Element[]>();
  for (const [name, value] of depth > 0 ? Object.entries(rest) : []) {
    const nodes = [value].flat().filter(isNode);
    children.set(
      name,
      nodes.map((child) => elementOf(child, depth - 1)),
    );
  }
  const { '#markup': markup, ...attributes } = attrs;
  return { text, markup: markup !== undefined, attributes, children };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && '@' in value;
}

/** feedparser knows a root by its local name and, but for RSS, its namespace, which some forget. */
function root(tag: SaxTag): SaxTag {
  return tag.local === 'feed' ? { ...tag, uri: ATOM } : tag;
}

/** Without the URI, by which feedparser would choose a prefix of its own. */
function usualName(tag: SaxTag, type: string | undefined): Pick<SaxTag, 'name' | 'prefix' | 'uri'> {
  const usual = usualPrefix(tag.uri) ?? tag.prefix;
  const prefix = usual === 'atom' && type === 'atom' ? '' : usual;
  return { name: prefix ? `${prefix}:${tag.local}` : tag.local, prefix, uri: '' };
}

function attributesIn(tag: SaxTag): readonly SaxAttribute[] {
  return Object.values(tag.attributes).filter((attribute) => typeof attribute !== 'string');
}

function attributesOf(tag: SaxTag): Record<string, string> {
  return Object.fromEntries(
    attributesIn(tag).map(({ name, local, uri, value }) => [
      usualPrefix(uri) === 'rdf' ? local : name,
      value.trim(),
    ]),
  );
}

/** The `xml:base` in force within an element; undefined where none is. */
function baseOf(tag: SaxTag, outer: string | undefined): string | undefined {
  const own = attributesIn(tag).find(({ name }) => name === 'xml:base')?.value;
  if (!own) return outer;
  return URL.canParse(own, outer) ? new URL(own, outer).href : own;
}

function openingTag(tag: SaxTag, base: string | undefined): string {
  const attributes = attributesIn(tag)
    .filter(({ name }) => !name.startsWith('xml'))
    .map(({ local, value }) => {
      const url = base !== undefined && URL_ATTRIBUTES.has(local) && URL.canParse(value, base);
      return ` ${local}="${escapeHtml(url ? new URL(value, base).href : value)}"`;
    });
  return `<${tag.local}${attributes.join('')}>`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
