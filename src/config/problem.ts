/** What is wrong with a config or with the environment, in words that say what to do. */

import { isAbsolute, relative } from 'node:path';
import { maskUrl } from './mask-url.js';

/** One thing that is wrong. */
export interface Problem {
  /** Where: a path in the config such as `programs.0.colour`, or a variable such as `SMTP_URL`. */
  readonly path: string;
  /** What is wrong, as a full sentence or as one that goes on from the path: `"blue" is not a colour.` */
  readonly message: string;
  /** What to write instead, as a full sentence. */
  readonly fix: string;
}

/** A problem with its place in the config file; lines and columns count from 1. */
export interface ConfigError extends Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * One problem on one line: `broadsheet.yaml:12:5  programs.0.colour: "blue" is not a colour. Write …`.
 * The file is shown as seen from `directory` where it lies inside it.
 */
export function formatProblem(problem: Problem | ConfigError, directory: string): string {
  const what = `${problem.message} ${problem.fix}`;
  const where = problem.path === '' ? what : `${problem.path}: ${what}`;
  if (!('file' in problem)) return where;
  const near = relative(directory, problem.file);
  const file = near === '' || near.startsWith('..') || isAbsolute(near) ? problem.file : near;
  return `${file}:${problem.line}:${problem.column}  ${where}`;
}

/** A value as a message quotes it: in quotes, on one line, not too long, and without a URL's password. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? maskUrl(value) : String(value);
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
