/** The words for what zod finds wrong: each says what it is, and what to write. */

import type { z } from 'zod';
import { nearest } from './nearest.js';
import { type Problem, quote } from './problem.js';

/** A problem whose path is still in parts, for finding its place in the file. */
export interface Explained extends Omit<Problem, 'path'> {
  readonly path: readonly PropertyKey[];
  /** `parent`: the key is not there, so its parent is the place to show. */
  readonly at: 'key' | 'parent';
}

/** What to add where a key is missing; `*` is any place of a list. */
const examples: Readonly<Record<string, string>> = {
  newsroom: 'newsroom: with name and postalAddress',
  'newsroom.name': 'name: "Regional Policy Centre"',
  'newsroom.postalAddress': 'postalAddress: "12 Example Street, 050000 Almaty, Kazakhstan"',
  email: 'email: with from and replyTo',
  'email.from': 'from: "Regional Policy Centre <news@example.org>"',
  'email.replyTo': 'replyTo: editors@example.org',
  'email.dkim.selector': 'selector: broadsheet',
  'email.dkim.keyFile': 'keyFile: dkim.pem',
  programs: 'programs: with a list of at least one id and name',
  'programs.*.id': 'id: security',
  'programs.*.name': 'name: "Security and Politics"',
  feeds: 'feeds: with a list of at least one id and url',
  'feeds.*.id': 'id: articles',
  'feeds.*.url': 'url: https://example.org/feed.xml',
  'discord.channels.*.id': 'id: "112233445566778899"',
  'discord.channels.*.name': 'name: security',
  'discord.channels.*.programs': 'programs: all',
};

/** What a value is, in plain words. */
function kind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a group of settings';
  return typeof value === 'boolean' ? 'a yes-or-no value' : `a ${typeof value}`;
}

const expectations: Readonly<Record<string, string>> = {
  object: 'Write a group of settings below it, one "key: value" a line, indented by two spaces.',
  array: 'Write a list below it, one "- " a line.',
  boolean: 'Write true or false.',
  int: 'Write a whole number.',
  number: 'Write a whole number.',
};

/**
 * Explains one of zod's issues; several problems where several keys are unknown.
 *
 * @param source how the value is written in the file, where it is a single one: a number may have
 * lost its digits on the way
 */
export function explain(issue: z.core.$ZodIssue, source: string | undefined): Explained[] {
  const { path, input } = issue;
  const one = (message: string, fix: string, at: Explained['at'] = 'key'): Explained[] => [
    { path, message, fix, at },
  ];
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue);
  if (input === undefined) {
    const pattern = path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.');
    return one('This is missing.', `Add ${examples[pattern] ?? String(path.at(-1))}.`, 'parent');
  }
  if (input === null) {
    return one(
      'This is empty.',
      'Write a value, in quotes where it begins with "#" (which else begins a comment), or remove the line.',
    );
  }
  switch (issue.code) {
    case 'custom':
      return one(
        typeof input === 'object'
          ? `This ${issue.message}`
          : `${quote(source ?? input)} ${issue.message}`,
        String(issue.params?.fix ?? ''),
      );
    case 'invalid_type': {
      if (issue.expected === 'string') return notText(input, source, one);
      const fix = expectations[issue.expected] ?? `Write ${issue.expected}.`;
      const what = typeof input === 'object' ? `This is ${kind(input)}` : quote(source ?? input);
      return typeof input === 'object'
        ? one(`${what}.`, fix)
        : one(`${what} cannot stand here.`, fix);
    }
    case 'invalid_value': {
      const meant = nearest(String(input), issue.values.map(String));
      const fix = `Write ${issue.values.join(' or ')}.`;
      return one(
        `${quote(input)} is not known here.`,
        meant ? `Did you mean ${meant}? ${fix}` : fix,
      );
    }
    case 'invalid_union':
      return one(issue.message, 'Write all, or a list such as [security, economy].');
    case 'too_small':
      return issue.origin === 'array'
        ? one('This list is empty.', 'Write at least one entry.')
        : one(`${quote(input)} is too small.`, `Write at least ${issue.minimum}.`);
    case 'too_big':
      return one(`${quote(input)} is too big.`, `Write at most ${issue.maximum}.`);
    default:
      return one(`${issue.message}.`, 'Write another value.');
  }
}

function notText(
  input: unknown,
  source: string | undefined,
  one: (message: string, fix: string) => Explained[],
): Explained[] {
  if (typeof input === 'object') return one(`This is ${kind(input)}.`, 'Write text.');
  const written = source ?? String(input);
  const lost = typeof input === 'number' && !Number.isSafeInteger(input) && /^\d+$/.test(written);
  return one(
    lost
      ? `${written} is a number, and one so long loses its last digits.`
      : `${written} is ${kind(input)}, not text.`,
    `Write it in quotes: "${written}".`,
  );
}

/** The message of such an issue lists the known keys: see schema.ts. */
function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys): Explained[] {
  const known = issue.message.split(' ');
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    return {
      path: [...issue.path, key],
      message: 'There is no such setting.',
      fix: meant ? `Did you mean "${meant}"?` : `Known here: ${known.join(', ')}.`,
      at: 'key',
    };
  });
}
