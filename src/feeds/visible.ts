/** What a page or an entry shows of an article around its text: "Author: …", a date, "Image source: …". */

import type { Instant } from '../model.js';
import { type DomElement, type DomNode, isElement, isText, removeWithEmpty } from './dom.js';
import { findDay, isDateLine, readDate } from './page-dates.js';
import { excerpt, oneLine } from './sanitise.js';

export interface Visible {
  readonly author?: string;
  readonly publishedAt?: Instant;
  readonly credit?: string;
}

const LONGEST_NAME = 200;
/** Longer texts are not looked at: they are the article itself, and some patterns are slow on them. */
const LONGEST_LINE = 500;

/** A label that is nothing else, and needs its colon. */
const AUTHOR_LABEL =
  /^(?:authors?|written by|words by|text by|by|автор(?:ы|лар|лары|и)?|автор текста|текст|муаллиф|muallif|autor(?:en|es)?|auteurs?)\s*[:：]\s*/iu;
const AUTHOR_ALONE = /^(?:authors?|written by|by|автор(?:ы)?)$/iu;
/** Without a colon only what looks like a name may follow. */
const BY_NAME = /^(?:written by|by|автор)\s+(?=\p{Lu})/iu;

const CREDIT_WORDS =
  'image source|source of (?:the )?image|image credits?|image|photo source|photo credits?|photograph(?:er|y)?|photos?|picture|picture credit|credits?|courtesy|фото|источник фото|источник изображения|источник иллюстрации|изображение|иллюстрация|сурет|сурет көзі|фото көзі|джерело фото';
const CREDIT_LABEL = new RegExp(
  `^[([]?(?:(?:${CREDIT_WORDS})\\s*[:：]|(?:photo|photograph|image|picture)(?:graphed)? by\\s*[:：]?(?=\\s+\\p{Lu}|\\s*$))\\s*`,
  'iu',
);
/** The same at the end of a caption, where a source can only be the picture's: "The old harbour. Source: A. Name". */
const CREDIT_IN_CAPTION = new RegExp(
  `(?<=^|[.!?()[\\]|/•·—–-]\\s*)(?:${CREDIT_WORDS}|source|источник|автор фото)\\s*(?:[:：]|\\bby\\b)\\s*(?<who>[^\\n]{1,200})$`,
  'iu',
);

const BLOCK =
  /^(address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|time)$/;
const SKIPPED = /^(script|style|noscript|template|title|textarea|select|button)$/;

/** A run of text between two tags, and the line that it stands on. */
interface Run {
  readonly nodes: DomNode[];
  text: string;
  readonly line: number;
}

/**
 * Reads the first author's line, the date line near the title and the first picture's credit under
 * `root`, and removes them there, with what becomes empty. Texts of adjacent elements stay apart:
 * `<b>Author:</b><i>A. Name</i><i>Dec 22, 2021</i>` is an author and a date.
 * @param title the element of the title; where there is none, the date is looked for at the beginning
 */
export function takeVisible(root: DomElement, title: DomElement | undefined): Visible {
  // Read anew each time, as what was found is gone from the document.
  const runs = readRuns(root);
  const author = takeAuthor(runs, near(runs, title), endOfTitle(runs, title));
  const publishedAt = takeDate(near(readRuns(root), title)) ?? author?.date;
  const credit = takeCredit(readRuns(root));
  return {
    ...(author?.name !== undefined && { author: author.name }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(credit !== undefined && { credit }),
  };
}

/** The few texts around the title, where a line may be a byline by its place; the nearest after it first. */
function near(runs: readonly Run[], title: DomElement | undefined): readonly Run[] {
  const first = runs.findIndex((run) => isOfTitle(run, title));
  const end = endOfTitle(runs, title);
  const before = runs.slice(Math.max(0, first - 6), Math.max(0, first)).reverse();
  return [...runs.slice(end, end + 12), ...before];
}

/** The index of the first run after the title; 0 where there is none. */
function endOfTitle(runs: readonly Run[], title: DomElement | undefined): number {
  return runs.findLastIndex((run) => isOfTitle(run, title)) + 1;
}

function isOfTitle(run: Run, title: DomElement | undefined): boolean {
  return title !== undefined && run.nodes.some((node) => title.contains(node));
}

/**
 * A label with a colon counts anywhere, "By A. Name" only near the title.
 * @param afterTitle the index of the first run after the title; what stands above comes last
 */
function takeAuthor(
  runs: readonly Run[],
  nearby: readonly Run[],
  afterTitle: number,
): { readonly name: string; readonly date: Instant | undefined } | undefined {
  const entries = [...runs.entries()];
  for (const [index, run] of [...entries.slice(afterTitle), ...entries.slice(0, afterTitle)]) {
    const label = AUTHOR_LABEL.exec(run.text)?.[0];
    const rest = run.text.slice(label?.length ?? 0);
    const next = runs[index + 1];
    const used = [run];
    let text: string | undefined;
    if (label !== undefined && rest !== '') {
      text = nameOf(rest);
    } else if (label !== undefined || (nearby.includes(run) && AUTHOR_ALONE.test(run.text))) {
      text = next && nameOf(next.text, label === undefined);
      if (next) used.push(next);
    } else if (nearby.includes(run) && BY_NAME.test(run.text)) {
      text = nameOf(run.text.replace(BY_NAME, ''), true);
    }
    if (text === undefined) continue;
    const names = [text, ...moreNames(runs, used)];
    const date = readDate(used.map((each) => each.text).join(' '));
    used.forEach(remove);
    return { name: names.join(', '), date };
  }
  return undefined;
}

/** Further names on the line: ", B. Name and C. Name", each in an element of its own. */
function moreNames(runs: readonly Run[], used: Run[]): readonly string[] {
  const names: string[] = [];
  let index = runs.indexOf(used.at(-1) as Run) + 1;
  const line = runs[index - 1]?.line;
  while (/^(,|and|&|и|және|, and)$/iu.test(runs[index]?.text ?? '')) {
    const [separator, run] = [runs[index], runs[index + 1]];
    const name = run?.line === line ? nameOf(run?.text ?? '', true) : undefined;
    if (!separator || !run || name === undefined) break;
    names.push(name);
    used.push(separator, run);
    index += 2;
  }
  return names;
}

/** The text as a name, without a date behind it; undefined where it is more like a sentence. */
function nameOf(text: string, strict = false): string | undefined {
  if (text.length > LONGEST_LINE) return undefined;
  const day = findDay(text);
  const name = cleanAuthor(day ? text.slice(0, day.start) : text);
  if (name === undefined || name.length > 120 || /[\d!?;:]|\.\s*$|https?:/u.test(name)) {
    // "A. Name Jr." ends with a full stop too, yet is short.
    if (name === undefined || !/^[^\d!?;:]{1,40}\.$/u.test(name)) return undefined;
  }
  const words = name.split(/[\s,]+/);
  const isName = words.every((word) =>
    /^["'«(]?\p{Lu}|^(de|da|del|di|van|von|der|den|al|el|bin|ibn|la|le|and|и|&|uulu|kyzy|уулу|кызы|оглы|қызы|ұлы)$/u.test(
      word,
    ),
  );
  return words.length > 12 || (strict && (!isName || words.length > 8)) ? undefined : name;
}

/** A date that stands alone near the title. */
function takeDate(nearby: readonly Run[]): Instant | undefined {
  const run = nearby.find((each) => isDateLine(each.text) || timeOf(each) !== undefined);
  if (!run) return undefined;
  const marked = timeOf(run);
  remove(run);
  return marked ?? readDate(run.text);
}

/** What `<time datetime>` says, even where it shows "yesterday". */
function timeOf(run: Run): Instant | undefined {
  const parent = run.nodes[0]?.parentNode;
  return parent?.localName === 'time' ? readDate(parent.getAttribute('datetime') ?? '') : undefined;
}

function takeCredit(runs: readonly Run[]): string | undefined {
  for (const [index, run] of runs.entries()) {
    const label = CREDIT_LABEL.exec(run.text)?.[0];
    if (label !== undefined) {
      const rest = run.text.slice(label.length);
      const end = runs.findIndex((each, at) => at > index && each.line !== run.line);
      const line = runs.slice(index + 1, end < 0 ? runs.length : end);
      const used = rest === '' && line.length === 0 ? runs.slice(index + 1, index + 2) : line;
      const credit = cleanCredit([rest, ...used.map(({ text }) => text)].join(' '));
      if (credit === undefined) continue;
      [run, ...used].forEach(remove);
      return credit;
    }
    const inCaption = isCaption(run) ? CREDIT_IN_CAPTION.exec(run.text) : null;
    if (!inCaption) continue;
    const credit = cleanCredit(inCaption.groups?.who ?? '');
    const [node, ...others] = run.nodes;
    if (credit === undefined || !node) continue;
    node.nodeValue = run.text.slice(0, inCaption.index).replace(/[\s|/•·—–([-]+$/u, '');
    for (const other of others) other.remove();
    return credit;
  }
  return undefined;
}

function isCaption(run: Run): boolean {
  const parent = run.nodes[0]?.parentNode;
  return parent?.closest('figcaption, [class*=caption]') !== null && parent !== undefined;
}

function remove(run: Run): void {
  for (const node of run.nodes) if (node.parentNode) removeWithEmpty(node);
}

/** What somebody is, behind the name: ", research fellow of the centre". Particles of names are small too. */
const ROLE =
  /,\s+(?!(?:and|und|et|y|e|и|та|және|de|da|di|du|van|von|der|den|al|el|bin|ibn|la|le)\s)\p{Ll}.*$/u;

/**
 * An author's name without "Author:", "By", a role, e-mail addresses, dates and what stands behind a "|";
 * undefined where nothing is left, or only a URL or a login name.
 */
export function cleanAuthor(text: string): string | undefined {
  const line = oneLine(text.slice(0, LONGEST_LINE))
    .replace(AUTHOR_LABEL, '')
    .replace(/^(?:written by|by)\s+/iu, '')
    .replace(/<?(?:mailto:)?[^\s<>()@,;:"]+@[^\s<>()@,;:"]+>?/gu, ' ');
  const day = findDay(line);
  const name = (day ? line.slice(0, day.start) : line)
    .split(/\s[|•·]\s|[|•]/u)[0]
    ?.replace(/^\s*\((.*)\)\s*$/u, '$1')
    .replace(ROLE, '')
    .replace(/\(\s*\)|^[\s,;:|•·—–-]+|[\s,;:|•·—–-]+$/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!name || !/\p{L}/u.test(name)) return undefined;
  if (/^(https?:|www\.|@)|^(admin|administrator|webmaster|root|editor)$/iu.test(name))
    return undefined;
  return excerpt(name, LONGEST_NAME);
}

/** Whom a picture is owed to, without the label; undefined where there is nothing, or a whole sentence of text. */
export function cleanCredit(text: string): string | undefined {
  const credit = oneLine(text.slice(0, LONGEST_LINE))
    .replace(CREDIT_LABEL, '')
    .replace(/^[\s,;:|]+|[\s,;:|]+$/gu, '');
  // Of "(Photo: A. Name)" the closing bracket is left; "A. Name (CC BY)" keeps its own.
  const whole = credit.includes('(') ? credit : credit.replace(/[)\]]+$/, '');
  return whole === '' || whole.length > LONGEST_NAME ? undefined : whole;
}

function readRuns(root: DomElement): readonly Run[] {
  const runs: Run[] = [];
  let line = 0;
  /** The run that the next text node continues: the parser makes several of a text with entities. */
  let current: Run | undefined;
  const walk = (parent: DomElement): void => {
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (isText(node)) {
        if (current) {
          current.nodes.push(node);
          current.text += node.nodeValue ?? '';
        } else {
          current = { nodes: [node], text: node.nodeValue ?? '', line };
          runs.push(current);
        }
      } else if (isElement(node) && !SKIPPED.test(node.localName)) {
        const block = BLOCK.test(node.localName);
        current = undefined;
        if (block) line++;
        walk(node);
        current = undefined;
        if (block) line++;
      }
    }
  };
  walk(root);
  for (const run of runs) run.text = oneLine(run.text);
  return runs.filter(({ text }) => text !== '');
}
