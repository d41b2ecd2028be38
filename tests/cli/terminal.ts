import { run } from '../../src/cli/main.js';
import type { Neighbours } from '../../src/cli/neighbours.js';
import type { Variables } from '../../src/config/environment.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  readonly directory: string;
  readonly variables?: Variables;
  readonly neighbours?: Partial<Neighbours>;
  /** A terminal of this width; no terminal where not given. */
  readonly columns?: number;
  /** Answers a question; nobody can be asked where not given. */
  readonly ask?: (question: string) => string;
}

/** Runs one command line in this process, as a terminal in a directory would. */
export async function broadsheet(argv: readonly string[], options: TerminalOptions): Promise<Ran> {
  const { directory, variables = {}, neighbours = {}, columns, ask } = options;
  let stdout = '';
  let stderr = '';
  const code = await run(
    argv,
    {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      isTTY: columns !== undefined,
      columns: columns ?? 80,
      directory,
      variables,
      ...(ask && { ask: async (question: string) => ask(question) }),
    },
    { checks: async () => [], open: async () => {}, ...neighbours },
  );
  return { code, stdout, stderr };
}
