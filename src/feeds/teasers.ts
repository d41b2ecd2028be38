/** Takes out of a page what is not the article: navigation, and teasers of other articles with their labels. */

import { type DomElement, removeWithEmpty } from './dom.js';
import { oneLine } from './sanitise.js';

const NEVER_TEXT = 'script, style, noscript, template';
const NEVER_BODY =
  'nav, aside, form, button, select, dialog, [role=navigation], [role=complementary], [role=search], [hidden], [aria-hidden=true]';

/** Words in a class or an id that say what a block is: nothing of the article, whatever it holds. */
const NAMES =
  'related(posts)?|recommended|recommendations?|teasers?|also-?read|read-?also|see-?also|newsletter|comments?|' +
  'breadcrumbs?|cookies?|sidebar|pagination|pager|prev-?next|author-(box|bio)|about-(the-)?author|addtoany|' +
  'sharethis|addthis|sharedaddy|share-?(buttons?|bar|links?)|ya-share\\d?|post-?(views|rating)|donat(e|ions?)|sign-?up';
/** Words that a block of the article may have too, so that one with prose in it stays. */
const DOUBTFUL_NAMES =
  'read-?more|more-(articles|news|posts|stories|from)|similar|latest|popular|trending|subscribe|shar(e|ing)|' +
  'social|promo|print(-only|friendly)?';

const named = (names: string) => new RegExp(`(^|[-_\\s])(${names})([-_\\s]|$)`, 'i');
const BLOCK_NAMES = named(NAMES);
const DOUBTFUL_BLOCK_NAMES = named(DOUBTFUL_NAMES);

const HEADING_TEXT =
  /^(related( (articles|posts|news|content|materials|publications|analysis|reading|stories|topics))?|(see|read) (also|more|next|on)|further reading|more (articles|news|analysis|publications)( .{1,40})?|more (from|on|in|by) .{1,60}|you (may|might) also (like|be interested in)|also (read|on this topic)|recommended( (articles|for you|reading))?|similar (articles|news|posts)|(latest|other|recent|popular|most read) (articles|news|posts|publications|analysis)|don.t miss|читайте (также|ещё|еще|далее)|ч(и|ы)тайце таксама|читайте також|смотрите также|похожие (материалы|статьи|новости|публикации)|материалы по теме|(статьи|публикации|новости|ещё|еще)? ?по теме|другие (материалы|статьи|новости|публикации)|рекомендуем( .{1,30})?|вам (может|будет) (быть )?интересно|последние (материалы|статьи|новости|публикации)|популярное|тағы оқыңыз|оқи отырыңыз|ұқсас (мақалалар|материалдар)|басқа мақалалар)\s*[:：.…→»]*$/iu;

/** A paragraph that only points elsewhere: "Read also: …", "Follow us on …". */
const POINTER =
  /^((follow|join|like|find) us (on|at|in)|subscribe to (our|the) |sign up (for|to) (our|the) |подпи(сывайтесь|шитесь|саться|сывайся) на |читайте нас (в|на) |присоединяйтесь к (нам|наш)|біздің .{1,30} жазылыңыз|(read (also|more)|see also|related|also read|читайте (также|ещё|еще)|читайте також|смотрите также|по теме|тағы оқыңыз)\s*[:：—–-])/iu;
const PRINT_LINK =
  /^(printer.friendly( version)?|print( version| this( page)?)?|версия для печати|распечатать)$/i;
/** A request to mark a mistake in the text and report it by a script of the site (Orphus and the like). */
const TYPO_REPORT = /ctrl ?\+ ?enter/i;
/** Longer paragraphs say more than where else to go. */
const LONGEST_POINTER = 200;

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
    const names = `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`;
    if (names.length > 500 || !body.contains(element) || stays(element)) continue;
    const doubtful = DOUBTFUL_BLOCK_NAMES.test(names) && !hasProse(element);
    if (BLOCK_NAMES.test(names) || doubtful) element.remove();
  }
  for (const link of body.querySelectorAll('a[href]')) {
    if (PRINT_LINK.test(oneLine(link.textContent))) removeWithEmpty(link);
  }
  // Of a table that lays out the whole page, the cells with its menus.
  for (const cell of body.querySelectorAll('td')) {
    const table = cell.closest('table');
    if (table && keeps(table, kept) && !stays(cell) && linkedShare(cell) > 0.7) cell.remove();
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
  if (pointsElsewhere(element, text)) {
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

function pointsElsewhere(element: DomElement, text: string): boolean {
  const short = text.length <= LONGEST_POINTER;
  if (short && TYPO_REPORT.test(text)) return true;
  if (!POINTER.test(text) || !element.querySelector('a[href]')) return false;
  return linkedShare(element) > 0.5 || (short && !text.includes('. '));
}

/** What may stand under a heading of related articles: links, cards, pictures with little text, or a list of such. */
function isTeaser(element: DomElement): boolean {
  if (element.localName === 'hr' || oneLine(element.textContent) === '') return true;
  const pictures = [...element.querySelectorAll('img')].length;
  if (pictures > 0 && textLength(element) < pictures * PROSE) return true;
  if (!element.querySelector('a[href]') && element.localName !== 'a') return false;
  return linkedShare(element) > 0.4 || isCard(element) || [...element.children].some(isCard);
}

/** Whether there are paragraphs such as teasers and buttons have none of. */
function hasProse(element: DomElement): boolean {
  const paragraphs = [...element.querySelectorAll('p')].filter(
    (paragraph) => textLength(paragraph) > PROSE / 2 && linkedShare(paragraph) < 0.3,
  );
  return paragraphs.length > 1;
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
