/** The text part of a mail: written from the same articles as the HTML part, for plain readers. */

import { htmlToText } from 'html-to-text';
import type { Marks } from './parts.js';
import type { ArticleView, EditionView, FrameView } from './view.js';

const columns = 72;

/** What is said above the articles; empty for most alerts. Lines end in LF; the message gives CRLF. */
export function openingText({ heading, notice }: EditionView): string {
  const paragraphs = [
    ...(heading ? [`${wrap(heading.date)}\n${wrap(heading.count)}`] : []),
    ...(notice ? [wrap(notice)] : []),
  ];
  return paragraphs.map((one) => `${one}\n\n`).join('');
}

export function programText(name: string, digest: boolean): string {
  return digest ? `${'='.repeat(columns)}\n${wrap(name)}\n\n` : `${wrap(name)}\n\n`;
}

export function articleText(article: ArticleView, t: FrameView['t']): string {
  const title = wrap(article.title);
  const rule = '-'.repeat(Math.max(...title.split('\n').map((line) => line.length)));
  const { image, byline, summary, body, url, large } = article;
  const paragraphs = [
    `${title}\n${rule}`,
    byline && wrap(byline),
    summary && wrap(summary),
    body && htmlToText(body, bodyOptions),
    image?.credit && wrap(image.credit),
    large ? `${t.readAt}\n${url}` : url,
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n\n`;
}

/** Where a section does not show all: the address follows. */
export function moreText(more: string): string {
  return `${wrap(more)}\n`;
}

export function footerText({ newsroom, t }: FrameView, mark: Marks): string {
  const paragraphs = [
    '-- ',
    [newsroom.name, ...newsroom.address].map(wrap).join('\n'),
    `${mark.ownStart}${t.why(mark.slot.programs)}`,
    `${t.unsubscribe}:\n${mark.slot.unsubscribe}`,
    `${t.preferences}:\n${mark.slot.preferences}`,
    `${t.webView}:\n${mark.slot.webView}${mark.ownEnd}`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const bodyOptions: Parameters<typeof htmlToText>[1] = {
  wordwrap: columns,
  selectors: [{ selector: 'a', options: { hideLinkHrefIfSameAsText: true } }],
};

/** Folds a paragraph; a word longer than a line, such as a link, stays whole. */
function wrap(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join('\n');
}
