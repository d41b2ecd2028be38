/**
 * The second parser: saxes, which reads on where XML is not well-formed. Names go by namespace and not
 * by prefix, `xml:base` counts, and markup within a text keeps its order.
 */

import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { DEPTH, type Element, escapeHtml, type FeedDocument, TEXT_ELEMENTS } from './element.js';
import { type Prefixes, prefixesWithin, usualName } from './namespaces.js';
import { HandOver } from './parse.js';
import { withoutStrayReferences } from './references.js';

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

type Attributes = Readonly<Record<string, string>>;

/** An element that is being read. */
interface Growing extends Element {
  readonly name: string;
  text: string;
  markup: boolean;
  readonly children: Map<string, Growing[]>;
  /** How far it is from the entry, the head or the root that it belongs to. */
  readonly level: number;
}

/** A tag that is open. */
interface Open {
  /** The element that it began, or whose text it marks up; undefined where it lies too deep to matter. */
  readonly element: Growing | undefined;
  readonly isMarkup: boolean;
  readonly prefixes: Prefixes;
  /** The `xml:base` in force within it. */
  readonly base: string | undefined;
}

/** Reads any XML feed, as far as it can be read. Throws where it has no element at all. */
export function readTolerantly(xml: string): FeedDocument {
  const tree = new Tree();
  const parser = new ForgivingParser();
  parser.on('opentag', (tag) => tree.open(tag));
  parser.on('text', (text) => tree.write(text));
  parser.on('cdata', (text) => tree.write(text));
  parser.on('closetag', (tag) => tree.close(tag));
  parser.write(withoutStrayReferences(xml)).close();
  return tree.document();
}

class ForgivingParser extends SaxesParser {
  /** Passes over what is not well-formed, where saxes would throw. */
  override fail(): this {
    return this;
  }
}

class Tree {
  readonly #items: Growing[] = [];
  #head: Growing | undefined;
  /** The entry that is being read. */
  #item: Growing | undefined;
  /** Whether the root is Atom's; undefined before it was seen. */
  #atom: boolean | undefined;
  /** The outermost first. */
  readonly #open: Open[] = [];

  document(): FeedDocument {
    if (this.#atom === undefined) throw new HandOver('found no element.');
    const head = this.#head ?? { text: '', markup: false, attributes: {}, children: new Map() };
    return { atom: this.#atom, head, items: this.#items };
  }

  open(tag: SaxesTagPlain): void {
    const outer = this.#open.at(-1);
    const prefixes = prefixesWithin(tag.attributes, outer?.prefixes ?? new Map());
    const base = baseWithin(tag.attributes, outer?.base);
    this.#atom ??= localName(usualName(tag.name, prefixes)) === 'feed';
    // Atom's own vocabulary needs a prefix elsewhere only.
    const name = usualName(tag.name, prefixes).replace(this.#atom ? /^atom:/ : '', '');
    const marked = outer?.element && marksUp(name, outer) ? outer.element : undefined;
    if (marked) {
      if (!marked.markup) marked.text = escapeHtml(marked.text);
      marked.markup = true;
      marked.text += openingTag(tag, base);
    }
    const element = marked ?? this.#begin(name, attributesOf(tag, prefixes, base));
    this.#open.push({ element, isMarkup: marked !== undefined, prefixes, base });
  }

  write(text: string): void {
    const element = this.#open.at(-1)?.element;
    if (element) element.text += element.markup ? escapeHtml(text) : text;
  }

  close(tag: SaxesTagPlain): void {
    const { element, isMarkup } = this.#open.pop() ?? {};
    const name = localName(tag.name);
    if (isMarkup && element && !VOID.has(name)) element.text += `</${name}>`;
    if (!isMarkup && element === this.#item) this.#item = undefined;
  }

  /** Begins an element and gives it its place; undefined where it lies too deep. */
  #begin(name: string, attributes: Attributes): Growing | undefined {
    const parent = this.#open.at(-1)?.element;
    if (parent ? parent.level === DEPTH : this.#open.length > 0) return undefined;
    // One directly in another follows one that was not closed.
    const mayBegin = !this.#item || parent === this.#item;
    const isItem = mayBegin && (name === 'item' || name === 'entry');
    const isHead = !this.#head && (name === 'channel' || name === 'feed');
    const level = parent && !isItem && !isHead ? parent.level + 1 : 0;
    const element = { name, text: '', markup: false, attributes, children: new Map(), level };
    if (isHead) this.#head = element;
    else if (isItem) {
      this.#item = element;
      this.#items.push(element);
    } else if (parent) append(parent, element);
    return element;
  }
}

/** Whether an element within another one is markup of its text. */
function marksUp(name: string, { element, isMarkup }: Open): boolean {
  if (isMarkup) return true;
  if (!element || !TEXT_ELEMENTS.has(element.name)) return false;
  const isBody = element.name === 'body' || element.name === 'xhtml:body';
  const isXhtml = isBody || element.attributes.type === 'xhtml' || name.startsWith('xhtml:');
  return element.markup || isXhtml || HTML.has(name);
}

function append(parent: Growing, child: Growing): void {
  const siblings = parent.children.get(child.name);
  if (siblings) siblings.push(child);
  else parent.children.set(child.name, [child]);
}

/** An element's attributes by their names in lower case, those of RDF without a prefix, and its base. */
function attributesOf(
  { attributes }: SaxesTagPlain,
  prefixes: Prefixes,
  base: string | undefined,
): Attributes {
  const named = Object.entries(attributes).map(([name, value]) => [
    name.includes(':') ? usualName(name, prefixes).replace(/^rdf:/, '') : name.toLowerCase(),
    value.trim(),
  ]);
  return Object.fromEntries(base === undefined ? named : [...named, ['xml:base', base]]);
}

function baseWithin(attributes: Attributes, outer: string | undefined): string | undefined {
  const own = attributes['xml:base']?.trim();
  if (!own) return outer;
  return URL.canParse(own, outer) ? new URL(own, outer).href : own;
}

function openingTag({ name: tag, attributes }: SaxesTagPlain, base: string | undefined): string {
  const written = Object.entries(attributes)
    .filter(([name]) => !name.startsWith('xml'))
    .map(([name, value]) => {
      const local = localName(name);
      const url = base !== undefined && URL_ATTRIBUTES.has(local) && URL.canParse(value, base);
      return ` ${local}="${escapeHtml(url ? new URL(value, base).href : value)}"`;
    });
  return `<${localName(tag)}${written.join('')}>`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
