/** The terminal, or what stands in for it in a test. */

import { processVariables, type Variables } from '../config/environment.js';

export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** The width of the terminal in characters; nothing is cut where it is not a terminal. */
  readonly columns: number;
  /** The working directory, an absolute path. */
  readonly directory: string;
  readonly variables: Variables;
}

/** The terminal of this process, with the variables of `.env` where there is one. */
export function processIo(): Io {
  const directory = process.cwd();
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
    directory,
    variables: processVariables(directory),
  };
}
