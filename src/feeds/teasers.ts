/** Takes out of a page what is not the article: navigation, and teasers of other articles with their labels. */

import { type DomElement, removeWithEmpty } from './dom.js';
import { oneLine } from './sanitise.js';

const NEVER_TEXT = 'script, style, noscript, template';
const NEVER_BODY =
  'nav, aside, form, button, select, dialog, [role=navigation], [role=complementary], [role=search], [hidden], [aria-hidden=true]';

/** Words in a class or an id that say what a block is. */
const BLOCK_NAMES =
  /(^|[-_\s])(related|recommended|recommendations?|teasers?|(also-?read|read-?also|see-?also|read-?more|more-(articles|news|posts|stories|from))|similar|latest|popular|trending|newsletter|subscribe|shar(e|ing)|social|comments?|breadcrumbs?|cookies?|sidebar|promo|pagination|pager|prev-?next)([-_\s]|$)/i;

const HEADING_TEXT =
  /^(related( (articles|posts|news|content|materials|publications|analysis|reading|stories|topics))?|(see|read) (also|more|next|on)|further reading|more (articles|news|analysis|publications)( .{1,40})?|more (from|on|in|by) .{1,60}|you (may|might) also (like|be interested in)|also (read|on this topic)|recommended( (articles|for you|reading))?|similar (articles|news|posts)|(latest|other|recent|popular|most read) (articles|news|posts|publications|analysis)|don.t miss|читайте (также|ещё|еще|далее)|ч(и|ы)тайце таксама|читайте також|смотрите также|похожие (материалы|статьи|новости|публикации)|материалы по теме|(статьи|публикации|новости|ещё|еще)? ?по теме|другие (материалы|статьи|новости|публикации)|рекомендуем( .{1,30})?|вам (может|будет) (быть )?интересно|последние (материалы|статьи|новости|публикации)|популярное|тағы оқыңыз|оқи отырыңыз|ұқсас (мақалалар|материалдар)|басқа мақалалар)\s*[:：.…→»]*$/iu;

/** A paragraph that only points elsewhere: "Read also: …". */
const POINTER =
  /^(read (also|more)|see also|related|also read|читайте (также|ещё|еще)|читайте також|смотрите также|по теме|тағы оқыңыз)\s*[:：—–-]/iu;

const HEADINGS = 'h1, h2, h3, h4, h5, h6';
/** More text than a teaser has. */
const PROSE = 300;

/**
 * Removes navigation, forms, comments, share bars, and the teasers of other articles: blocks named so,
 * what follows a heading such as "Related articles" or "Читайте также", and rows of two or more cards
 * (a picture or heading in a link, little text). What holds most of the page's text stays.
 * @param kept what stays with all that it stands in: the title, and the text where that is known
 */
export function removeTeasers(body: DomElement, kept: readonly DomElement[]): void {
  for (const element of body.querySelectorAll(NEVER_TEXT)) element.remove();
  const most = textLength(body) / 2;
  const stays = (element: DomElement): boolean =>
    keeps(element, kept) || textLength(element) > most;
  for (const element of body.querySelectorAll(NEVER_BODY)) {
    if (!stays(element)) element.remove();
  }
  for (const element of body.querySelectorAll('[class], [id]')) {
    const named = `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`;
    if (named.length > 500 || !BLOCK_NAMES.test(named) || !body.contains(element)) continue;
    if (!stays(element)) element.remove();
  }
  for (const element of body.querySelectorAll(
    `${HEADINGS}, p, div, strong, b, span, summary, li`,
  )) {
    if (body.contains(element)) removePointer(element, body, kept);
  }
  for (const element of [body, ...body.querySelectorAll('*')]) {
    if (body.contains(element)) removeCards(element, kept);
  }
}

function removePointer(element: DomElement, body: DomElement, kept: readonly DomElement[]): void {
  const raw = element.textContent;
  if (raw.length > 2 * PROSE || keeps(element, kept)) return;
  const text = oneLine(raw);
  if (POINTER.test(text) && linkedShare(element) > 0.5) {
    removeWithEmpty(element);
    return;
  }
  if (!HEADING_TEXT.test(text)) return;
  // Climb to what stands beside the teasers: the heading may be wrapped.
  let heading = element;
  while (
    heading.parentElement &&
    heading.parentElement !== body &&
    oneLine(heading.parentElement.textContent) === text
  )
    heading = heading.parentElement;
  let next = heading.nextElementSibling;
  while (next && isTeaser(next) && !keeps(next, kept)) {
    const after: DomElement | null = next.nextElementSibling;
    next.remove();
    next = after;
  }
  removeWithEmpty(heading);
}

/** What may stand under a heading of related articles: links, cards, pictures with little text, or a list of such. */
function isTeaser(element: DomElement): boolean {
  if (element.localName === 'hr' || oneLine(element.textContent) === '') return true;
  const pictures = [...element.querySelectorAll('img')].length;
  if (pictures > 0 && textLength(element) < pictures * PROSE) return true;
  if (!element.querySelector('a[href]') && element.localName !== 'a') return false;
  return linkedShare(element) > 0.4 || isCard(element) || [...element.children].some(isCard);
}

function removeCards(parent: DomElement, kept: readonly DomElement[]): void {
  let run: DomElement[] = [];
  const flush = (): void => {
    if (run.length > 1) for (const card of run) removeWithEmpty(card);
    run = [];
  };
  for (const child of [...parent.children]) {
    if (isCard(child) && !keeps(child, kept)) run.push(child);
    else if (oneLine(child.textContent) !== '' || child.querySelector('img')) flush();
  }
  flush();
}

/** A picture, a heading or a whole box that leads to another page, with little text besides. */
function isCard(element: DomElement): boolean {
  const text = element.textContent;
  if (text.length > 5 * PROSE || oneLine(text) === '') return false;
  const links = element.localName === 'a' ? [element] : [...element.querySelectorAll('a[href]')];
  const leading = links.filter((link) => leadsElsewhere(link.getAttribute('href') ?? ''));
  const entries = leading.filter(
    (link) => link.querySelector(`img, p, div, ${HEADINGS}`) || link.closest('h2, h3, h4, h5, h6'),
  );
  // A heading with a link in it, above real text, is no teaser.
  const prose = oneLine(text).length - entries.reduce((sum, link) => sum + textLength(link), 0);
  if (entries.length > 0) return prose < PROSE;
  // A picture beside its linked title; in a figure the link is the photographer's.
  return (
    leading.length > 0 &&
    element.querySelector('img') !== null &&
    element.querySelector('figcaption') === null &&
    linkedShare(element) > 0.4
  );
}

/** Not to a larger picture, and not within the page. */
function leadsElsewhere(href: string): boolean {
  return (
    href !== '' && !href.startsWith('#') && !/\.(jpe?g|png|gif|webp|avif|svg)([?#]|$)/i.test(href)
  );
}

function linkedShare(element: DomElement): number {
  if (element.localName === 'a') return 1;
  const linked = [...element.querySelectorAll('a[href]')].reduce(
    (sum, a) => sum + textLength(a),
    0,
  );
  return linked / Math.max(1, textLength(element));
}

function keeps(element: DomElement, kept: readonly DomElement[]): boolean {
  return kept.some((one) => element.contains(one));
}

function textLength(element: DomElement): number {
  return oneLine(element.textContent).length;
}
