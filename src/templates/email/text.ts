/** The text part of a mail: written from the same articles as the HTML part, for plain readers. */

import { htmlToText } from 'html-to-text';
import type { ArticleView, MailView } from './view.js';

const columns = 72;

/** Lines end in LF; the message gives them CRLF. Slots are still marks. */
export function mailText(view: MailView): string {
  const sections = view.sections.map(({ program, articles }) => [
    wrap(program.name),
    ...articles.map((article) => articleText(article, view)),
  ]);
  const footer = [
    '-- ',
    [view.newsroom.name, ...view.newsroom.address].map(wrap).join('\n'),
    `${view.own.start}${view.t.why}`,
    `${view.t.unsubscribe}:\n${view.slot.unsubscribe}`,
    `${view.t.webView}:\n${view.slot.webView}${view.own.end}`,
  ];
  return `${[...sections.flat(), ...footer].join('\n\n')}\n`;
}

function articleText(article: ArticleView, view: MailView): string {
  const title = wrap(article.title);
  const rule = '-'.repeat(Math.max(...title.split('\n').map((line) => line.length)));
  const { image, byline, summary, body } = article;
  return [
    `${title}\n${rule}`,
    byline && wrap(byline),
    summary && wrap(summary),
    body && htmlToText(body, bodyOptions),
    image?.credit && wrap(image.credit),
    `${view.t.readAt}\n${article.url}`,
  ]
    .filter(Boolean)
    .join('\n\n');
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
