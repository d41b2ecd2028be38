/** One process of the service, from its launcher. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const launcher = join(import.meta.dirname, '../bin/broadsheet.js');

export interface Service {
  readonly pid: number;
  /** Asks it to stop, and resolves when it has. */
  stop(): Promise<void>;
}

/**
 * Starts `broadsheet serve` and resolves when it says that it is ready; rejects where it ends before.
 * @param options.directory where its config lies; what it says of itself goes into `service.log` there
 * @param options.env all of its environment
 * @param options.role its roles; all where not given
 */
export async function startService(options: {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly role?: string;
}): Promise<Service> {
  const { directory, env, role } = options;
  const child = spawn(process.execPath, [launcher, 'serve', ...(role ? ['--role', role] : [])], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const log = join(directory, 'service.log');
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/ is ready/.test(line)) resolve();
    });
  });
  const failed = exited.then(() => {
    throw new Error(`The service ended before it was ready. What it said is in ${log}.`);
  });
  failed.catch(() => {}); // It ends some time, and that is no error.
  await Promise.race([ready, failed]);
  return {
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
