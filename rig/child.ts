/** Child processes that the run starts, and ends by their pid. */

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { UsageError } from './usage.js';

export const execute = promisify(execFile);

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Throws UsageError where the program is not on this machine. */
export function requireProgram(name: string, debianPackage: string): void {
  const { error } = spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 5_000 });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    const how = `apt-get install -y --no-install-recommends ${debianPackage}`;
    throw new UsageError(`${name} is not on this machine. Install it with: ${how}`);
  }
}

export interface Background {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a server that says nothing of interest. */
export function startBackground(program: string, args: readonly string[], cwd: string): Background {
  const child = spawn(program, args, { cwd, stdio: 'ignore' });
  const exited = once(child, 'exit').catch(() => {});
  return {
    child,
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Asks until the answer is not undefined. Throws the sentence when the time is over. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  options: { readonly every: number; readonly within: number; readonly otherwise: string },
): Promise<T> {
  const deadline = Date.now() + options.within;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(options.otherwise);
    await sleep(options.every);
  }
}
