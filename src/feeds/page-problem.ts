/** Whether a page is the article's, and its text for everybody: what readers must never get as an article. */

import type { Entry, PageProblem } from './entry.js';
import { canonicalUrl } from './identify.js';
import { plainText } from './sanitise.js';

/** Characters of visible text below which a page may be no more than a notice. */
const LONGEST_NOTICE = 2_000;
/** Characters of a text in which a notice is looked for; further down it is at most beside an article. */
const LONGEST_NOTICE_ALONE = 600;
/** Characters of an article below which "Subscribe to continue" means that the rest is kept back. */
const LONGEST_TASTE = 3_000;
/** Characters of a page in which the words of an entry are looked for. */
const LOOKED_AT = 30_000;

/** What a page shows, as far as it tells whether it is the right one. */
export interface ShownPage {
  /** Where it was found after all redirects. */
  readonly url: string;
  /** Its title in every form it has: headline, `og:title`, `<title>`, the first heading. */
  readonly titles: readonly string[];
  /** All its visible text on one line. */
  readonly text: string;
  /** What it shows where scripts do not run, which is only seen when there is nothing else. */
  readonly withoutScripts: string;
  readonly asksForPassword: boolean;
}

const FEED = /^\s*(<\?[^>]{0,500}>\s*)*<(rss|feed|rdf:RDF)[\s>]/i;

/** Why a document is no page: it is a PDF, a picture, a feed or the like. */
export function notHtml(text: string): PageProblem | undefined {
  if (text.trimStart().startsWith('%PDF-')) return { message: 'It is a PDF and no page.' };
  if (text.trim() === '') return { message: 'It is empty.', passing: true };
  if (FEED.test(text)) return { message: 'It is a feed and no page.' };
  return /<[a-z!]/i.test(text.slice(0, LOOKED_AT)) ? undefined : { message: 'It is no HTML page.' };
}

interface Notice {
  readonly problem: string;
  /** In a title of a page that has little text, where the entry does not say it too. */
  readonly title?: RegExp;
  /** In the text of a page that has little more, and nothing of the entry. */
  readonly text?: RegExp;
  readonly passing?: true;
}

const NOTICES: readonly Notice[] = [
  {
    problem: 'It is a check against robots.',
    title:
      /just a moment|attention required|checking your browser|are you (a )?(robot|human)|security (check|verification)|captcha|access (to this page )?(has been )?denied|ddos-guard|request blocked|pardon our interruption|проверка (браузера|безопасности)|не робот|доступ (ограничен|запрещ[её]н)/iu,
    text: /verify(ing)? (that )?you are (a )?human|checking (if the site connection is secure|your browser)|подтвердите, что вы не робот/iu,
  },
  {
    problem: 'It says that there is no such page.',
    title:
      /^(error |ошибка )?404\b|\b404\W*(error|not found|page|ошибка|страница)|\b(page|article|content) (was |is |can ?not be |could ?n.t be )?not (be )?found|page you (requested|are looking for)|^not found|страниц[аы] не (найден|существует)|(материал|статья|запись|публикация) не найден|сторінк[ау] не знайден|бет табылмады|seite nicht gefunden/iu,
    passing: true,
  },
  {
    problem: 'It says that the site is being worked on.',
    title:
      /under maintenance|maintenance mode|scheduled maintenance|be right back|(технические|профилактические) работы|сайт на реконструкции/iu,
    passing: true,
  },
  {
    problem: 'It asks readers to sign in.',
    title:
      /^(please )?(log|sign) ?in(to)?\b|^login\b|^(вход|войти|войдите|авторизация)(\s|$)|^увійти(\s|$)/iu,
  },
  {
    problem: 'It asks for consent to cookies, and shows nothing else.',
    title:
      /cookies? (consent|settings|preferences)|before you continue|(your|value your) privacy|согласие на .{0,40}(cookie|куки|обработку)/iu,
    text: /(we|site|website) uses? cookies|accept (all )?cookies|использует (файлы )?(cookie|куки)/iu,
  },
  {
    problem: 'It shows nothing without JavaScript.',
    text: /(enable|turn on|activate|requires?|needs?|allow) java ?script|java ?script (is |must be )?(required|disabled|enabled|turned off)|without java ?script|(включит[еь]|отключ[её]н|требуется|поддержк[аиу]|без) java ?script|увімкніть java ?script/iu,
  },
];

/**
 * Why a page is not the entry's article: a check against robots, a missing page that answers 200, a
 * notice on cookies, scripts or a password and nothing else, the site's front page, or another article.
 * Undefined where nothing speaks against it; where the feed does not say enough to tell, it is believed.
 */
export function notTheArticle(page: ShownPage, entry: Entry | undefined): PageProblem | undefined {
  const short = page.text.length < LONGEST_NOTICE;
  const own = entry ? ownText(entry) : '';
  const notice = NOTICES.find(({ title }) => page.titles.some((each) => title?.test(each)));
  if (short && notice && !notice.title?.test(own)) return problemOf(notice);
  if (!entry) return undefined;
  if (leadsToFrontPage(page, entry)) {
    return { message: 'Its address leads to the front page of the site.', passing: true };
  }
  const other = isOfSomethingElse(page, entry);
  if (!other || !short) return other;
  if (page.asksForPassword) return { message: 'It asks readers to sign in.' };
  return findNotice(`${page.text} ${page.withoutScripts}`) ?? other;
}

/**
 * Why what looks like the article's text is none: there is nothing, or a notice in its place.
 * @param text the text that was found, on one line
 */
export function notTheText(
  text: string,
  page: ShownPage,
  entry: Entry | undefined,
): PageProblem | undefined {
  if (text === '') {
    return (
      findNotice(page.withoutScripts) ?? {
        message: 'No text of an article was found on it.',
        passing: true,
      }
    );
  }
  if (text.length > LONGEST_NOTICE) return undefined;
  // A short article may have a notice at its end; it speaks of what the entry speaks of.
  const related = entry && share(words(ownText(entry)), words(text)) >= 0.3;
  return related ? undefined : findNotice(text.slice(0, LONGEST_NOTICE_ALONE));
}

function findNotice(text: string): PageProblem | undefined {
  const notice = NOTICES.find((each) => each.text?.test(text));
  return notice && problemOf(notice);
}

function problemOf({ problem, passing }: Notice): PageProblem {
  return { message: problem, ...(passing && { passing }) };
}

function leadsToFrontPage(page: ShownPage, entry: Entry): boolean {
  const isFront = (url: string) => /^\/?([a-z]{2}(-[a-z]{2})?\/?)?$/i.test(pathOf(url));
  return entry.url !== undefined && !isFront(entry.url) && isFront(page.url);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Why neither the titles nor the text have anything in common with the entry. */
function isOfSomethingElse(page: ShownPage, entry: Entry): PageProblem | undefined {
  const title = words(entry.title);
  const own = words(ownText(entry).slice(entry.title.length, LOOKED_AT));
  if (title.size < 2 && own.size < 5) return undefined;
  if (title.size >= 2 && share(title, words(page.titles.join(' '))) >= 0.4) return undefined;
  const moved = entry.url !== undefined && canonicalUrl(entry.url) !== canonicalUrl(page.url);
  // A list of articles, which lies above them, has the entry's words too.
  const isAbove = moved && canonicalUrl(entry.url).startsWith(`${canonicalUrl(page.url)}/`);
  const text = words(page.text.slice(0, LOOKED_AT));
  if (!moved && share(title, text) >= 0.5) return undefined;
  if (!isAbove && own.size >= 5 && share(own, text) >= (moved ? 0.9 : 0.5)) return undefined;
  if (moved) return { message: `Its address leads to another page, ${page.url}.` };
  return isCyrillic(entry.title) === isCyrillic(page.text)
    ? { message: `Its title, “${page.titles[0] ?? ''}”, has nothing in common with the entry’s.` }
    : { message: 'It is in another language than the entry.' };
}

/** The words of four letters and more by their beginning, as languages of the field decline them. */
function words(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase())) {
    const short = segment.length < 4 && !/[\p{Script=Han}\p{Script=Hangul}\p{N}]/u.test(segment);
    if (isWordLike && !short) found.add(segment.slice(0, 5));
  }
  return found;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

function share(some: ReadonlySet<string>, all: ReadonlySet<string>): number {
  return [...some].filter((word) => all.has(word)).length / Math.max(1, some.size);
}

function isCyrillic(text: string): boolean {
  const count = (letters: RegExp) => text.slice(0, LOOKED_AT).match(letters)?.length ?? 0;
  return count(/\p{Script=Cyrillic}/gu) > count(/\p{L}/gu) / 2;
}

function ownText({ title, contentHtml, summaryHtml }: Entry): string {
  return `${title} ${plainText(contentHtml ?? summaryHtml ?? '')}`;
}

const WALL =
  /(subscribe|sign up|log ?in|sign ?in|register|join)( now| today| here| for free)?,? (to|and) (continue|keep|go on|finish) reading|(to|and) (continue reading|read (the )?(full|whole|entire|rest))[^.]{0,60}(subscri|sign (in|up)|log ?in|regist|member)|(subscribe|sign up|sign in|log ?in|register) to (read|unlock|view|access|see) (the |this )?(full |whole |rest |entire )?(of )?(the |this )?(article|story|post|text|report|analysis|content)|this (article|content|post|story|report|analysis) is (only )?(available |reserved |exclusive )?(only )?(for|to) (our )?(paid |paying )?(subscribers|members)|(for|to) (paid |paying )?(subscribers|members) only|already a (subscriber|member)\?|оформите подписку|только (для|по) подпис|доступ\p{L}* (только )?(по подписке|подписчикам)|чтобы (прочитать|дочитать|читать|продолжить)[^.]{0,60}(подпи|войд|зарегистр|оформ)|(подпишитесь|войдите|зарегистрируйтесь),? чтобы (прочитать|дочитать|читать|продолжить)|(статья|материал|текст) (доступ|закрыт)\p{L}* (для|только|по)/iu;

/**
 * Why an article's text is not for everybody: its data for machines says so, or the page has a taste of
 * it and asks for the rest to be paid or signed up for.
 * @param free what the data for machines says; undefined where it says nothing
 * @param text the article's text, as far as the page shows it, on one line
 */
export function keptBack(
  free: boolean | undefined,
  page: ShownPage,
  text: string,
): PageProblem | undefined {
  if (free === false) return { message: 'It says that its text is for subscribers only.' };
  return text.length < LONGEST_TASTE && WALL.test(page.text)
    ? { message: 'It shows the beginning, and keeps the rest for subscribers.' }
    : undefined;
}
