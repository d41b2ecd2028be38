/** Finds the programs that an article belongs to. */

import type { Program, ProgramId } from '../model.js';

export interface ProgramHints {
  /** As the feed and the page name them. */
  readonly categories: readonly string[];
  /** The article's page. */
  readonly url: string;
  /** What the config says of the article's feed. */
  readonly feedPrograms: readonly ProgramId[];
}

export interface MatchedPrograms {
  /** In the config's order, each once; never empty. */
  readonly programs: readonly ProgramId[];
  /** False where nothing matched and the fallback was taken, which staff are told. */
  readonly matched: boolean;
}

/**
 * The programs that the categories name, those of the feed, and those whose URL pattern the article's
 * URL contains. Names are the same whatever their case and diacritics, with "&" or "and", with or
 * without the word "Program" and an abbreviation in brackets; the abbreviation alone will do too.
 * A category that names no program as a whole is tried in its parts ("Research / Energy").
 */
export function matchPrograms(
  { categories, url, feedPrograms }: ProgramHints,
  programs: readonly Program[],
  fallback: ProgramId,
): MatchedPrograms {
  const known = new Map<string, Set<ProgramId>>();
  for (const { id, name, aliases } of programs) {
    for (const key of [name, ...aliases].flatMap(keys)) {
      known.set(key, (known.get(key) ?? new Set<ProgramId>()).add(id));
    }
  }
  const named = (category: string): readonly ProgramId[] =>
    keys(category).flatMap((key) => [...(known.get(key) ?? [])]);
  const found = new Set(feedPrograms);
  for (const category of categories) {
    const whole = named(category);
    const ids = whole.length > 0 ? whole : category.split(/[/|>›»;,]/).flatMap(named);
    for (const id of ids) found.add(id);
  }
  const address = readable(url);
  const matching = programs.filter(
    ({ id, urls }) =>
      found.has(id) || urls.some((part) => part !== '' && address.includes(readable(part))),
  );
  return matching.length > 0
    ? { programs: matching.map(({ id }) => id), matched: true }
    : { programs: [fallback], matched: false };
}

/** Shorter words tell nothing of what a name is about. */
const SHORTEST_WORD = 4;

/**
 * The program whose name or aliases share a word with the category, for staff to consider: nothing is
 * matched by that. Undefined where there is none, or more than one.
 */
export function similarProgram(
  category: string,
  programs: readonly Program[],
): ProgramId | undefined {
  const telling = (name: string) =>
    wordsOf(name).filter((word) => word.length >= SHORTEST_WORD && !PROGRAM.test(word));
  const words = telling(category);
  const similar = programs.filter(({ name, aliases }) =>
    [name, ...aliases].flatMap(telling).some((word) => words.includes(word)),
  );
  return similar.length === 1 ? similar[0]?.id : undefined;
}

const PROGRAM = /^(?:programs?|programmes?|programm|программа|бағдарлама|бағдарламасы)$/u;
const AND = /^(?:and|и|және|жана|та|і|und|et|y)$/u;

/** All the forms under which a name is found: whole, without "Program", and its abbreviation. */
function keys(name: string): readonly string[] {
  const abbreviation = /[([]\s*([^\s()[\]]{2,10})\s*[)\]]/u.exec(name)?.[1];
  const words = wordsOf(name.replace(/[([][^()[\]]*[)\]]/gu, ' '));
  const bare = words.filter(
    (word, at) => !(PROGRAM.test(word) && (at === 0 || at === words.length - 1)),
  );
  const forms = [words, bare, wordsOf(abbreviation ?? '')].map((form) => form.join(' '));
  return [...new Set(forms)].filter((form) => form !== '');
}

function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[&+]/g, ' and ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (AND.test(word) ? 'and' : word));
}

/** Letters as they are read rather than percent-encoded, so that a pattern may be written either way. */
function readable(url: string): string {
  try {
    return decodeURI(url).toLowerCase();
  } catch {
    return url.toLowerCase();
  }
}
