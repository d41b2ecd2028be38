/** The section that a page shows its article under: breadcrumbs, and labels beside the title. */

import { type DomElement, removeWithEmpty } from './dom.js';
import { oneLine } from './sanitise.js';

const LONGEST_LABEL = 100;
const MOST_LABELS = 10;
/** What is longer, after the title, is the article's text. */
const SHORTEST_PARAGRAPH = 150;

const LABEL_CLASS =
  /(^|[-_\s])(categor(y|ies)|label|tags?|section|rubric|program(me)?s?|eyebrow|kicker|topics?|overline)([-_\s]|$)/i;
const LABEL_LINK = /\/(programm?e?s?|categor(y|ies)|sections?|topics?|rubrics?|tags?)\//i;
const LABEL_TEXT = /(^|\s)(program(me)?|программа|бағдарламасы)(\s|$)/iu;

/** The links of the page's breadcrumbs, without the first, which leads home. */
export function readCrumbs(body: DomElement): readonly string[] {
  const crumbs = body.querySelector('[class*=breadcrumb i], [aria-label*=breadcrumb i]');
  // The article itself is no link, or the last one, and matches nothing.
  return [...(crumbs?.querySelectorAll('a') ?? [])].slice(1).map((link) => link.textContent);
}

/** What stands before a label: "Category: Energy". */
const LEAD =
  /^(filed under|posted in|categor(y|ies)|sections?|programm?e?s?|topics?|рубрик[аи]|раздел|категори[яи]|программа|тем[аы])\s*:\s*/iu;

/**
 * Takes labels of the article's section beside its title, before its text: named so, leading to a
 * section, or saying "Program". Those of other articles must be gone from the page.
 */
export function takeLabels(heading: DomElement | undefined): readonly string[] {
  const found: DomElement[] = [];
  let around = heading?.parentElement;
  for (let level = 0; around && level < 3; level++) {
    let pastTitle = false;
    for (const element of around.querySelectorAll('*')) {
      pastTitle ||= element === heading;
      if (heading && (element.contains(heading) || heading.contains(element))) continue;
      // A box that holds several is no label.
      if (element.querySelector('p, div') || [...element.children].length > 1) continue;
      if (level > 0 && isInMenu(element)) continue;
      const text = oneLine(element.textContent);
      if (pastTitle && text.length > SHORTEST_PARAGRAPH) break;
      if (text !== '' && text.length <= LONGEST_LABEL && isLabel(element, text))
        found.push(element);
    }
    if (found.length > 0) break;
    around = around.parentElement;
  }
  const labels = found.slice(0, MOST_LABELS);
  const texts = labels.map((element) => oneLine(element.textContent).replace(LEAD, ''));
  for (const label of labels) removeWithEmpty(label);
  return texts;
}

/** Whether it is one of several links in a row and nothing else: a menu of all sections. */
function isInMenu(element: DomElement): boolean {
  const row = element.closest('ul, ol') ?? element.parentElement;
  const items = [...(row?.children ?? [])];
  return items.length > 1 && items.every(isLink);
}

function isLink(element: DomElement): boolean {
  const link = element.localName === 'a' ? element : element.querySelector('a[href]');
  return link !== null && oneLine(link.textContent) === oneLine(element.textContent);
}

function isLabel(element: DomElement, text: string): boolean {
  const named = `${element.getAttribute('class') ?? ''} ${element.getAttribute('rel') ?? ''}`;
  return (
    LABEL_CLASS.test(named) ||
    LABEL_LINK.test(element.getAttribute('href') ?? '') ||
    (LABEL_TEXT.test(text) && !/[.!?:]$/.test(text))
  );
}
