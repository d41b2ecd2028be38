/**
 * Discord's markdown as HTML, near enough to show what a post looks like and whether feed text got
 * through as markup. All text is escaped on the way out; only http(s) links become links.
 */

export interface MarkdownOptions {
  /** The name of a mentioned role, where it is one of the server's. */
  readonly roleName: (id: string) => string | undefined;
  /** Whether a mention notifies: `everyone`, or a role's or a user's id. */
  readonly notifies: (whom: string) => boolean;
}

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A message's content or an embed's description: lines with headings, lists and quotes. */
export function blocks(text: string, options: MarkdownOptions): string {
  return text
    .trim()
    .split('\n')
    .map((line) => block(line, options))
    .join('');
}

const blockRules: readonly [
  RegExp,
  (found: string[], inner: (text: string) => string) => string,
][] = [
  [/^(#{1,3}) +(.+)$/, ([, marks = '', text = ''], inner) => heading(marks.length, inner(text))],
  [/^-# +(.+)$/, ([, text = ''], inner) => `<p class="subtext">${inner(text)}</p>`],
  [/^>{1,3} +(.+)$/, ([, text = ''], inner) => `<blockquote>${inner(text)}</blockquote>`],
  [/^\s*[-*] +(.+)$/, ([, text = ''], inner) => `<p class="item">• ${inner(text)}</p>`],
  [/^\s*(\d+)\. +(.+)$/, ([, n, text = ''], inner) => `<p class="item">${n}. ${inner(text)}</p>`],
];

function block(line: string, options: MarkdownOptions): string {
  for (const [pattern, write] of blockRules) {
    const found = pattern.exec(line);
    if (found) return write(found, (text) => inline(text, options));
  }
  return line.trim() ? `<p>${inline(line, options)}</p>` : '';
}

function heading(level: number, html: string): string {
  return `<p class="heading h${level}">${html}</p>`;
}

type InlineRule = readonly [
  RegExp,
  (found: string[], inner: (text: string) => string, options: MarkdownOptions) => string,
];

/** In order: the first that fits at a place takes it. */
const inlineRules: readonly InlineRule[] = [
  [/^\\([^0-9A-Za-z\s])/, ([, character = '']) => escapeHtml(character)],
  [/^(`{1,2})([^`]+)\1/, ([, , code = '']) => `<code>${escapeHtml(code)}</code>`],
  [
    /^\[((?:\\.|[^[\]\\])+)\]\((https?:\/\/[^\s)]+)\)/,
    ([, text = '', url = ''], inner) => link(url, inner(text)),
  ],
  [/^https?:\/\/[^\s<>"]+[^\s<>.,:;"')\]]/, ([url = '']) => link(url, escapeHtml(url))],
  [
    /^<@&(\d+)>/,
    ([, id = ''], _, { roleName, notifies }) =>
      mention(roleName(id) ?? 'unknown-role', notifies(id)),
  ],
  [/^<@!?(\d+)>/, ([, id = ''], _, { notifies }) => mention('unknown-user', notifies(id))],
  [/^<#\d+>/, () => '<span class="mention">#unknown</span>'],
  [/^@(everyone|here)/, ([, whom = ''], _, { notifies }) => mention(whom, notifies('everyone'))],
  [/^<t:(-?\d{1,13})(?::[tTdDfFR])?>/, ([, seconds]) => time(Number(seconds))],
  [/^<a?:(\w{2,32}):\d+>/, ([, name]) => `<span class="emoji">:${name}:</span>`],
  [/^\*\*(.+?)\*\*(?!\*)/, ([, text = ''], inner) => `<strong>${inner(text)}</strong>`],
  [/^__(.+?)__(?!_)/, ([, text = ''], inner) => `<u>${inner(text)}</u>`],
  [/^~~(.+?)~~/, ([, text = ''], inner) => `<s>${inner(text)}</s>`],
  [/^\|\|(.+?)\|\|/, ([, text = ''], inner) => `<span class="spoiler">${inner(text)}</span>`],
  [/^\*(?=\S)(.+?)\*(?!\*)/, ([, text = ''], inner) => `<em>${inner(text)}</em>`],
  [/^_(?=\S)(.+?)_(?!\w)/, ([, text = ''], inner) => `<em>${inner(text)}</em>`],
];

/** An embed's title or a part of a line. */
export function inline(text: string, options: MarkdownOptions): string {
  const inner = (part: string) => inline(part, options);
  let html = '';
  let rest = text;
  while (rest) {
    const [taken, written] = first(rest, inner, options);
    html += written;
    rest = rest.slice(taken);
  }
  return html;
}

function first(
  rest: string,
  inner: (text: string) => string,
  options: MarkdownOptions,
): [taken: number, html: string] {
  for (const [pattern, write] of inlineRules) {
    const found = pattern.exec(rest);
    if (found) return [found[0].length, write(found, inner, options)];
  }
  // Up to the next character that may begin something.
  const plain = /^.[^\\`[h<@*_~|]*/su.exec(rest)?.[0] ?? rest;
  return [plain.length, escapeHtml(plain)];
}

function link(url: string, html: string): string {
  return `<a href="${escapeHtml(url)}" rel="noreferrer" target="_blank">${html}</a>`;
}

function mention(name: string, notifies: boolean): string {
  return `<span class="mention${notifies ? ' notifies' : ''}">@${escapeHtml(name)}</span>`;
}

function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : `<time>${date.toUTCString()}</time>`;
}
