/** What makes text and HTML from outside safe to keep. Done once, on the way in. */

import sanitizeHtml from 'sanitize-html';
import { tidy } from './blocks.js';
import { pageOfEmbed } from './embeds.js';
import { linkUrl, webUrl } from './links.js';
import { flatten } from './nesting.js';

/** Characters of HTML that are read of one article; the rest is cut off at the end of a block. */
const LONGEST_HTML = 1_000_000;

/** Elements that vanish with all they hold. */
const VANISH = [
  'script',
  'style',
  'noscript',
  'template',
  'title',
  'xmp',
  'textarea',
  'select',
  'option',
  'button',
  'object',
  'applet',
  'audio',
  'video',
  'canvas',
  'noembed',
  'noframes',
];

/** `div` stays only until blocks.ts has made paragraphs of it. */
const BLOCKS = 'p h2 h3 h4 ul ol li dl dt dd blockquote figure figcaption pre hr div'.split(' ');
const TABLES = 'table caption thead tbody tfoot tr th td'.split(' ');
const INLINE = 'a em strong b i u s sub sup code br img'.split(' ');

/** Containers that mean no more than a `div` here. */
const AS_DIV = 'section article main header footer aside address center details summary'.split(' ');

/**
 * Reduces an article's HTML to paragraphs, headings (h2 to h4), lists, quotes, figures, pictures, links,
 * tables, code and plain emphasis. All URLs are absolute: http(s), and mailto in links; a framed video
 * or chart becomes a link to it; pictures of a pixel are dropped. No class, style, id or event handler is left.
 * The result is balanced, has no bare text outside of a block, and ends at the end of a block where
 * the input is over a million characters. Never throws, whatever the input.
 * @param baseUrl what relative URLs are relative to: the article's page
 */
export function sanitise(html: string, baseUrl: string): string {
  const whole = html.length <= LONGEST_HTML;
  const clean = sanitizeHtml(flatten(html.slice(0, LONGEST_HTML)), {
    allowedTags: [...BLOCKS, ...TABLES, ...INLINE],
    allowedAttributes: {
      a: ['href'],
      img: ['src', 'alt'],
      th: ['colspan', 'rowspan'],
      td: ['colspan', 'rowspan'],
      ol: ['start'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    nonTextTags: VANISH,
    transformTags: {
      ...Object.fromEntries(AS_DIV.map((name) => [name, 'div'])),
      h1: 'h2',
      h5: 'h4',
      h6: 'h4',
      strike: 's',
      del: 's',
      ins: 'u',
      a: (_name, attributes) => ({
        tagName: 'a',
        attribs: present({ href: linkUrl(attributes.href, baseUrl) }),
      }),
      img: (_name, attributes) => ({ tagName: 'img', attribs: picture(attributes, baseUrl) }),
      iframe: (_name, attributes) => {
        const src = webUrl(attributes['data-src'] ?? attributes.src, baseUrl);
        const href = src && pageOfEmbed(src);
        return href
          ? { tagName: 'a', attribs: { href }, text: nameOfFrame(attributes) ?? href }
          : { tagName: 'iframe', attribs: {} };
      },
      th: cell,
      td: cell,
      ol: (_name, attributes) => ({
        tagName: 'ol',
        attribs: present({ start: number(attributes.start) }),
      }),
    },
  });
  return tidy(withoutControls(clean), { whole });
}

/** Players call themselves "YouTube video player", which says less than their address. */
function nameOfFrame({ title }: sanitizeHtml.Attributes): string | undefined {
  const name = oneLine(title ?? '');
  return name === '' || /player|embed|iframe/i.test(name) ? undefined : name;
}

function picture(attributes: sanitizeHtml.Attributes, baseUrl: string): Record<string, string> {
  if (isPixel(attributes)) return {};
  // Pages that load pictures late keep the real URL beside a placeholder.
  const src =
    webUrl(attributes['data-src'], baseUrl) ??
    webUrl(attributes['data-lazy-src'], baseUrl) ??
    webUrl(attributes.src, baseUrl);
  return src ? { src, alt: oneLine(attributes.alt ?? '') } : {};
}

/** A picture that nobody is to see counts readers. */
function isPixel({ width, height, style }: sanitizeHtml.Attributes): boolean {
  const small = [width, height].some(
    (size) => size !== undefined && /^\s*[0-2](px)?\s*$/.test(size),
  );
  return (
    small ||
    /display\s*:\s*none|visibility\s*:\s*hidden|(^|[;\s])(width|height)\s*:\s*[0-2](px)?\s*(;|$)/i.test(
      style ?? '',
    )
  );
}

function cell(tagName: string, { colspan, rowspan }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  return { tagName, attribs: present({ colspan: number(colspan), rowspan: number(rowspan) }) };
}

function number(text: string | undefined): string | undefined {
  return /^\d{1,3}$/.test(text ?? '') ? text : undefined;
}

function present(attributes: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/**
 * The text of HTML on one line: entities decoded, blocks and line breaks parted by a space, scripts
 * and the like left out. Reads the first million characters.
 */
export function plainText(html: string): string {
  const text = sanitizeHtml(flatten(html.slice(0, LONGEST_HTML)), {
    allowedTags: [...BLOCKS, ...TABLES, ...AS_DIV, 'br', 'h1', 'h5', 'h6', 'form', 'label'],
    allowedAttributes: {},
    nonTextTags: VANISH,
  });
  // Here each remaining "<" begins a tag without attributes, and only these four are left escaped.
  return oneLine(
    text
      .replace(/<[^>]*>/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );
}

/**
 * Plain text on one line: control characters and line breaks become spaces, white space is folded,
 * overrides of the writing direction, invisible characters and broken surrogates are removed. Joiners
 * and direction marks stay, which Persian, Hebrew and emoji need.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u00ad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/**
 * The text, or its beginning with "…" where it is longer than `maxCodePoints`, cut after a word where
 * there is one. The ellipsis counts.
 */
export function excerpt(text: string, maxCodePoints: number): string {
  // A code point is at most two UTF-16 units, so this much tells whether there is more.
  const points = Array.from(text.slice(0, 2 * maxCodePoints + 2));
  if (points.length <= maxCodePoints) return text;
  const cut = points.slice(0, maxCodePoints - 1).join('');
  // The blank after a word that just fits counts as its end.
  const blank = points[maxCodePoints - 1] === ' ' ? cut.length : cut.lastIndexOf(' ');
  const words = blank > cut.length / 2 ? cut.slice(0, blank) : cut;
  return `${words.replace(/[\s\p{P}]+$/u, '')}…`;
}

/** HTML keeps its line breaks and tabs; PostgreSQL and XML refuse the other control characters. */
function withoutControls(html: string): string {
  return html.replace(/(?![\t\n])\p{Cc}|\p{Cs}/gu, '');
}
