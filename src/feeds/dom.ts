/** As much of a DOM as reading a page needs, whichever library makes it. */

import { parseHTML } from 'linkedom';
import { flatten } from './nesting.js';

/** Characters of a page that are read. */
const LONGEST_PAGE = 5_000_000;

export interface DomNode {
  readonly nodeType: number;
  nodeValue: string | null;
  readonly parentNode: DomElement | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  remove(): void;
  replaceWith(other: DomNode): void;
}

export interface DomElement extends DomNode {
  /** In lower case. */
  readonly localName: string;
  readonly children: Iterable<DomElement>;
  readonly parentElement: DomElement | null;
  readonly nextElementSibling: DomElement | null;
  readonly previousElementSibling: DomElement | null;
  readonly textContent: string;
  readonly innerHTML: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  closest(selector: string): DomElement | null;
  contains(other: DomNode): boolean;
}

export interface DomDocument {
  readonly body: DomElement;
}

const ELEMENT = 1;
const TEXT = 3;

/**
 * A document of any HTML, whole or a fragment, with its nesting bounded. Everything is in the body,
 * what belongs into the head too: linkedom takes the tags as they come, and pages have them anywhere.
 */
export function parseDocument(html: string): DomDocument {
  const inner = flatten(html.slice(0, LONGEST_PAGE));
  return parseHTML(`<!doctype html><html><head></head><body>${inner}</body></html>`).document;
}

/** Whether a node is an element. */
export function isElement(node: DomNode): node is DomElement {
  return node.nodeType === ELEMENT;
}

/** Whether a node is text. */
export function isText(node: DomNode): boolean {
  return node.nodeType === TEXT;
}

/** Removes the node, and the ancestors that it leaves without text and pictures. */
export function removeWithEmpty(node: DomNode): void {
  let parent = node.parentNode;
  node.remove();
  while (parent?.parentNode && parent.localName !== 'body' && isEmpty(parent)) {
    const next: DomElement | null = parent.parentNode;
    parent.remove();
    parent = next;
  }
}

function isEmpty(element: DomElement): boolean {
  return element.textContent.trim() === '' && !element.querySelector('img, iframe, video, picture');
}
