/** Makes any HTML safe to hand to a parser: no nesting so deep that parsing it takes minutes. */

/** Deeper elements lose their tags and keep their text. Real pages stay below 60. */
const DEEPEST = 100;

/** Elements whose content is text for the parser, whatever it looks like. */
const RAW_TEXT = new Set(['script', 'style', 'title', 'textarea', 'xmp']);

const VOID = new Set(
  'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr'.split(
    ' ',
  ),
);

/** The document's own frame, which the caller builds anew, and foreign content, which has other parsing rules. */
const DROPPED = new Set(['html', 'head', 'body', 'svg', 'math']);

/** An opening tag that ends an open element of its own kind, so that unclosed lists do not seem nested. */
const ENDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    p: ['p'],
    li: ['li'],
    dt: ['dt', 'dd'],
    dd: ['dt', 'dd'],
    tr: ['tr', 'td', 'th'],
    td: ['td', 'th'],
    th: ['th'],
    option: ['option'],
  }),
);

const TAG_NAME = /[a-zA-Z][^\s/>]*/y;

/**
 * Returns the same HTML without html, head, body, svg and math tags, without comments, and without the
 * tags of what is nested more than 100 deep. Parsers keep their open elements in an array that they
 * change at its front, and Readability walks up from each of them: 100,000 nested elements cost
 * seconds, and 2,000 of them over a minute. Linear in the length of the input. Nothing is made safe
 * for a browser here.
 */
export function flatten(html: string): string {
  const lower = html.toLowerCase();
  const open: string[] = [];
  const dropped = new Map<string, number>();
  const kept: string[] = [];
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf('<', at);
    if (start < 0) {
      kept.push(html.slice(at));
      break;
    }
    kept.push(html.slice(at, start));
    if (html.startsWith('<!--', start)) {
      const end = html.indexOf('-->', start + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    if (html[start + 1] === '!' || html[start + 1] === '?') {
      const end = html.indexOf('>', start);
      at = end < 0 ? html.length : end + 1;
      continue;
    }
    const closing = html[start + 1] === '/';
    TAG_NAME.lastIndex = start + (closing ? 2 : 1);
    const name = TAG_NAME.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      kept.push('<');
      at = start + 1;
      continue;
    }
    const end = tagEnd(html, start + (closing ? 2 : 1) + name.length, closing);
    // A tag that never ends is no tag; browsers drop it too.
    if (end < 0) break;
    at = end;
    if (DROPPED.has(name)) continue;
    if (closing) {
      if (close(name, open, dropped)) kept.push(html.slice(start, end));
      continue;
    }
    if (RAW_TEXT.has(name)) {
      const close = lower.indexOf(`</${name}`, end);
      const after = close < 0 ? -1 : html.indexOf('>', close);
      // Unclosed, it would swallow the rest of the document as text: nothing worth keeping.
      if (after < 0) break;
      // "<script />" opens one all the same (HTML, 13.2.5.4), and linkedom would take it for closed.
      kept.push(html.slice(start, end).replace(/\s*\/>$/, '>'), html.slice(end, after + 1));
      at = after + 1;
      continue;
    }
    if (VOID.has(name)) {
      kept.push(html.slice(start, end));
      continue;
    }
    const ends = ENDS.get(name);
    while (ends?.includes(open.at(-1) ?? '')) open.pop();
    if (open.length >= DEEPEST) {
      dropped.set(name, (dropped.get(name) ?? 0) + 1);
    } else {
      open.push(name);
      kept.push(html.slice(start, end));
    }
  }
  return kept.join('');
}

/** Whether the closing tag closes something that was kept. */
function close(name: string, open: string[], dropped: Map<string, number>): boolean {
  const missing = dropped.get(name) ?? 0;
  if (missing > 0) {
    dropped.set(name, missing - 1);
    return false;
  }
  const found = open.lastIndexOf(name);
  // A lone </p> or </br> makes an element in a browser; here it only ends what is not open.
  if (found < 0) return false;
  open.length = found;
  return true;
}

/** The index after the tag's `>`, quoted attribute values skipped; -1 where it never ends. */
function tagEnd(html: string, from: number, closing: boolean): number {
  if (closing) {
    const end = html.indexOf('>', from);
    return end < 0 ? -1 : end + 1;
  }
  for (let at = from; at < html.length; at++) {
    if (html[at] === '>') return at + 1;
    if (html[at] !== '=') continue;
    while (/\s/.test(html[at + 1] ?? '')) at++;
    const quote = html[at + 1];
    if (quote !== '"' && quote !== "'") continue;
    const end = html.indexOf(quote, at + 2);
    if (end < 0) return -1;
    at = end;
  }
  return -1;
}
