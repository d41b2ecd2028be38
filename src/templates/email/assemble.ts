/** An edition's mail, put together from its pieces. */

import { escapeHtml } from '../plain.js';
import { bytesOf } from './fit.js';
import { type Part, place, together } from './parts.js';
import type { Frame, Piece } from './pieces.js';
import { moreText, openingText } from './text.js';
import type { EditionView } from './view.js';

export interface AssembledSection {
  readonly heading: Piece;
  readonly articles: readonly Piece[];
  /** How many other articles are in the web view alone. */
  readonly more: number;
}

export interface Assembled {
  readonly html: readonly Part[];
  readonly text: readonly Part[];
  /** Octets of the HTML, without the values of its slots. */
  readonly bytes: number;
}

export function assemble(
  frame: Frame,
  edition: EditionView,
  sections: readonly AssembledSection[],
): Assembled {
  const { t } = frame.view;
  const html = assembleHtml(frame, edition, sections);
  return {
    html: together(html),
    // Before they are one string, which would be written out to be counted.
    bytes: bytesOf(html),
    text: together([
      openingText(edition),
      ...sections.flatMap(({ heading, articles, more }): readonly Part[] => [
        ...[heading, ...articles].map(({ text }) => text),
        ...(more > 0 ? [moreText(t.more(more)), { slot: 'webView' } as const, '\n\n'] : []),
      ]),
      ...place(frame.footer, {}),
    ]),
  };
}

function assembleHtml(
  { html, furniture, view }: Frame,
  { subject, preheader, heading, notice }: EditionView,
  sections: readonly AssembledSection[],
): readonly Part[] {
  const styles = new Set(sections.map((section) => section.heading.styles));
  const shown = sections.flatMap(({ heading: program, articles, more }, index) => {
    const rows = [
      ...htmlOf(articles, { row: true }),
      ...(more > 0 ? place(furniture.more, { more: [escapeHtml(view.t.more(more))] }) : []),
    ];
    return [
      ...(index > 0 ? place(furniture.gap, {}) : []),
      program.html,
      ...htmlOf(articles, { row: false }),
      ...(rows.length > 0 ? place(furniture.rows, { sections: rows }) : []),
    ];
  });
  const above = heading && {
    date: [escapeHtml(heading.date)],
    count: [escapeHtml(heading.count)],
  };
  return place(html, {
    title: [escapeHtml(subject)],
    preheader: [escapeHtml(preheader)],
    styles: [...styles],
    sections: [
      ...(above ? place(furniture.heading, above) : []),
      ...(notice ? place(furniture.notice, { notice: [escapeHtml(notice)] }) : []),
      ...shown,
    ],
  });
}

function htmlOf(articles: readonly Piece[], { row }: Pick<Piece, 'row'>): string[] {
  return articles.filter((piece) => piece.row === row).map(({ html }) => html);
}
