/** The beginning of an article's body, as a mail shows it: whole blocks, in few tags. */

import { parseHTML } from 'linkedom';
import sanitize from 'sanitize-html';
import { clip, escapeHtml, oneLine } from '../plain.js';

export interface Excerpt {
  /** Blocks with their styles inline, for mail clients that know no other; may be empty. */
  readonly html: string;
  /** The same without markup, on one line. */
  readonly text: string;
}

/** Octets a character may take with its markup: above, that is not worth its weight in a mail. */
const heaviest = 25;

const block = 'margin:0 0 18px;';
const styles: Readonly<Record<string, string>> = {
  p: block,
  h: 'margin:26px 0 10px;font-weight:bold;',
  ul: `${block}padding-inline-start:24px;`,
  ol: `${block}padding-inline-start:24px;`,
  li: 'margin:0 0 8px;',
  blockquote: 'margin:0 0 18px;padding:0 0 0 18px;border-left:3px solid #b8b4ac;font-style:italic;',
  a: 'color:inherit;text-decoration:underline;',
  code: 'font-family:Consolas,Menlo,monospace;font-size:90%;',
};
const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const blocks = new Set(['p', 'ul', 'ol', 'blockquote', 'pre', 'dl', ...headings]);
const containers = new Set(['div', 'section', 'article', 'main', 'header', 'center', 'details']);
const leftOut = new Set(
  'figure img picture table hr iframe video audio svg form aside nav footer script style'.split(
    ' ',
  ),
);

/** As much of the DOM as is read here. */
interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly childNodes: Iterable<DomNode>;
  readonly textContent: string | null;
  readonly outerHTML: string;
}
const [elementNode, textNode] = [1, 3];

interface Block {
  readonly html: string;
  readonly text: string;
  readonly heading: boolean;
}

/**
 * Takes sanitised HTML, and sanitises what it returns again, for fewer tags.
 *
 * @param wanted about how many characters to show; a body only a little longer is shown whole
 */
export function excerpt(bodyHtml: string, wanted: number): Excerpt {
  const found = readBlocks(bodyHtml);
  const total = found.reduce((sum, { text }) => sum + text.length, 0);
  const shown: Block[] = total <= wanted * 1.25 ? [...found] : beginning(found, wanted);
  while (shown.at(-1)?.heading) shown.pop();
  let html = shown.map((one) => simplify(one.html)).join('\n');
  const text = shown.map((one) => one.text).join(' ');
  if (Buffer.byteLength(html) > wanted * heaviest) {
    html = simplify(`<p>${escapeHtml(clip(text, wanted))}</p>`);
  }
  return { html, text };
}

/** Whole blocks up to about the wanted length; only a very long block is cut. */
function beginning(all: readonly Block[], wanted: number): Block[] {
  const taken: Block[] = [];
  let length = 0;
  for (const one of all) {
    const after = length + one.text.length;
    if (after > wanted && length >= wanted / 2) break;
    if (after > wanted * 2) {
      const text = clip(one.text, wanted - length);
      taken.push({ html: `<p>${escapeHtml(text)}</p>`, text, heading: false });
      break;
    }
    taken.push(one);
    length = after;
    if (length > wanted) break;
  }
  return taken;
}

/** The blocks in order, out of the boxes around them; loose text becomes a block of its own. */
function readBlocks(html: string): Block[] {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const found: Block[] = [];
  let loose = '';
  let looseText = '';

  const add = (source: string, content: string, heading: boolean) => {
    const text = oneLine(content);
    if (text) found.push({ html: source, text, heading });
  };
  const flush = () => {
    add(`<p>${loose}</p>`, looseText, false);
    loose = '';
    looseText = '';
  };
  const walk = (parent: DomNode) => {
    for (const node of parent.childNodes) {
      const tag = node.nodeName.toLowerCase();
      const text = node.textContent ?? '';
      if (node.nodeType === textNode) {
        loose += escapeHtml(text);
        looseText += text;
      } else if (node.nodeType !== elementNode) {
        // A comment says nothing to a reader.
      } else if (containers.has(tag)) {
        flush();
        walk(node);
        flush();
      } else if (blocks.has(tag)) {
        flush();
        add(node.outerHTML, text, headings.has(tag));
      } else if (leftOut.has(tag)) {
        flush();
      } else {
        loose += node.outerHTML;
        looseText += text;
      }
    }
  };
  walk(document.body as unknown as DomNode);
  flush();
  return found;
}

function simplify(html: string): string {
  return sanitize(html, {
    allowedTags: 'p ul ol li blockquote a em strong b i br sub sup code'.split(' '),
    allowedAttributes: { '*': ['style', 'lang', 'dir', 'href'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    // Every style is one of ours: the transformation below lets no other pass.
    parseStyleAttributes: false,
    transformTags: {
      '*': (tag, { href, lang, dir }) => {
        const isHeading = headings.has(tag);
        const tagName = isHeading || tag === 'pre' ? 'p' : tag;
        const style = styles[isHeading ? 'h' : tagName];
        return {
          tagName,
          attribs: {
            ...(tag === 'a' && href && { href }),
            ...(lang && { lang }),
            ...(dir && { dir }),
            ...(style && { style }),
          },
        };
      },
    },
  });
}
