/** Runs the service as its users do: as a process of its own, from its config file. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

export { freePort } from '../../rig/child.js';

const launcher = join(import.meta.dirname, '../../bin/broadsheet.js');
const exec = promisify(execFile);

export interface RunningService {
  /** Of the web server, from the ready line, without a slash at its end; empty where it runs no web. */
  readonly url: string;
  readonly process: ChildProcess;
  /** What it wrote to its log so far. */
  log(): string;
  kill(): Promise<void>;
  /** Asks it to stop, and resolves to its exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** All of them where not given. */
  readonly roles?: string;
  /** Beside those of the room. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface LaunchedService extends Omit<RunningService, 'url'> {
  readonly ready: Promise<RunningService>;
}

export interface ServiceRoom {
  readonly directory: string;
  /** Starts a service, and resolves when it is ready. */
  start(options?: StartOptions): Promise<RunningService>;
  /** Starts a service, whether or not it becomes ready. */
  launch(options?: StartOptions): LaunchedService;
  /** Runs a command to its end, and parses what it prints with `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own shape
  json(...argv: string[]): Promise<any>;
}

/** A directory with a config in it, and the environment of every process in that room. */
export async function serviceRoom(
  config: string | undefined,
  variables: Readonly<Record<string, string>>,
): Promise<ServiceRoom> {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-service-'));
  await chmod(directory, 0o755);
  const running = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of running) {
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await once(child, 'exit');
      clearTimeout(late);
    }
    await rm(directory, { recursive: true, force: true });
  });
  if (config) await writeFile(join(directory, 'broadsheet.yaml'), config);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATA_DIR: join(directory, 'data'),
    LOG_LEVEL: 'error',
    ...variables,
  };

  function launch(options: StartOptions = {}): LaunchedService {
    const roles = options.roles ? ['--role', options.roles] : [];
    const child = spawn(process.execPath, [launcher, 'serve', ...roles], {
      cwd: directory,
      env: { ...env, ...options.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let log = '';
    child.stderr.on('data', (piece) => {
      log += piece;
    });
    const exited = once(child, 'exit').finally(() => running.delete(child));
    const launched = {
      process: child,
      log: () => log,
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
      async stop() {
        child.kill('SIGTERM');
        const [code] = await exited;
        return code as number | null;
      },
    };
    const closed = once(child, 'close');
    const ready = readyLine(child).then(async (url) => {
      if (url !== undefined) return { ...launched, url };
      const [code] = await exited;
      await Promise.race([closed, sleep(1_000)]); // Its last words may come after its end.
      throw new Error(`The service ended with ${code} before it was ready. ${log}`);
    });
    ready.catch(() => {}); // Whoever awaits it is told.
    return { ...launched, ready };
  }

  return {
    directory,
    launch,
    start: (options) => launch(options).ready,
    async json(...argv) {
      const { stdout } = await exec(process.execPath, [launcher, ...argv, '--json'], {
        cwd: directory,
        env,
      });
      return JSON.parse(stdout);
    },
  };
}

/** What the line that says ready has for a URL; undefined where the process ends without it. */
async function readyLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) throw new Error('The service has no stdout.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!/ready/.test(line)) continue;
    child.stdout.resume();
    return /(https?:\/\/\S+?)\/?$/.exec(line)?.[1] ?? '';
  }
  return undefined;
}
