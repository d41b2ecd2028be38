/** The terminal, or what stands in for it in a test. */

import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { processVariables, type Variables } from '../config/environment.js';

export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** The width of the terminal in characters; nothing is cut where it is not a terminal. */
  readonly columns: number;
  /** The working directory, an absolute path. */
  readonly directory: string;
  readonly variables: Variables;
  /**
   * Shows a question and resolves to the line that was typed, or to an empty one at the end of the
   * input and at Ctrl-C. Missing where nobody can be asked: stdin or stdout is not a terminal.
   */
  readonly ask?: (question: string) => Promise<string>;
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
    ...(process.stdin.isTTY && process.stdout.isTTY && { ask: askAtTerminal }),
  };
}

/** Prints text that may be long, and waits where whoever reads it is slow. */
export async function print(io: Io, text: string): Promise<void> {
  const goesOn = io.stdout.write(text);
  if (goesOn === false && io.stdout === process.stdout) await once(process.stdout, 'drain');
}

/** The question goes to stderr, as what is printed may be piped on. */
async function askAtTerminal(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}
