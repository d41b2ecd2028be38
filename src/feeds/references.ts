/** Character and entity references of XML as they are, and not only as they should be. */

import { decodeHTML } from 'entities';
import { escapeHtml } from './element.js';

/** CDATA, to the end where it has none, in which nothing is a reference; or a reference; or a bare ampersand. */
const REFERENCE =
  /<!\[CDATA\[(?:[\s\S]*?\]\]>|[\s\S]*)|&(?:#\d{1,7};|#x[\da-f]{1,6};|([a-z][\w.-]{0,39});)?/gi;

/** Those of XML itself, which any parser knows. */
const XML = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

/** A declared entity whose value holds no other one: what others expand to may be of any size. */
const DECLARATION =
  /<!ENTITY\s+([a-z][\w.-]{0,39})\s+(?:"([^"&<%]{0,200})"|'([^'&<%]{0,200})')\s*>/gi;

/**
 * The same document without references that a parser of XML would stumble over: entities of HTML, and
 * those that the document declares simply, become what they mean, and any other ampersand becomes text.
 */
export function withoutStrayReferences(xml: string): string {
  const declared = declarations(xml);
  return xml.replace(REFERENCE, (found: string, name?: string) => {
    if (found === '&') return '&amp;';
    if (name === undefined || XML.has(name)) return found;
    const meant = declared.get(name) ?? decodeHTML(found);
    return meant === found ? `&amp;${name};` : escapeHtml(meant);
  });
}

function declarations(xml: string): ReadonlyMap<string, string> {
  const start = /<!DOCTYPE\s[^<>[]{0,1000}\[/i.exec(xml.slice(0, 10_000));
  if (!start) return new Map();
  const end = xml.indexOf(']', start.index);
  const subset = xml.slice(start.index, Math.min(end === -1 ? 0 : end, start.index + 50_000));
  return new Map(
    [...subset.matchAll(DECLARATION)].map(([, name = '', a, b]) => [name, a ?? b ?? '']),
  );
}
