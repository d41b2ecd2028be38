/** Opens a page in the browser of this machine. */

import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  // `start` belongs to the shell, and takes its first quoted word as a title.
  win32: ['cmd', '/c', 'start', ''],
};

/** Milliseconds after which an opener that still runs has found a browser. */
const patience = 3_000;

/** Rejects with a full sentence where there is no browser to open it. */
export async function openInBrowser(file: string): Promise<void> {
  const [command = 'xdg-open', ...words] = openers[process.platform] ?? [];
  const failure = await new Promise<string | undefined>((resolve) => {
    const child = spawn(command, [...words, file], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(undefined), patience);
    child.once('error', () => resolve(`${command} was not found`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `${command} ended with ${code}`);
    });
    child.unref();
  });
  if (failure) {
    throw new Error(
      `There is no browser here to open it with (${failure}). Write the page with --out page.html, and open that where there is one.`,
    );
  }
}
