/** The light markup of an article's body as HTML. */

import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Blocks between blank lines: `## ` a heading, `> ` a quotation, `- ` lines a list, else a paragraph. */
export function bodyHtml(body: string): Html[] {
  return body
    .trim()
    .split(/\n\s*\n/)
    .map(block);
}

function block(text: string): Html {
  if (text.startsWith('## ')) return html`<h2>${text.slice(3)}</h2>\n`;
  if (text.startsWith('> ')) return html`<blockquote><p>${text.slice(2)}</p></blockquote>\n`;
  if (text.startsWith('- ')) {
    const items = text.split('\n').map((line) => html`<li>${line.slice(2)}</li>`);
    return html`<ul>${items}</ul>\n`;
  }
  return html`<p>${text}</p>\n`;
}
