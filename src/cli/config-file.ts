/** Writes what a command adds to the config file: all of it, or nothing. */

import { randomUUID } from 'node:crypto';
import { copyFile, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { addFeed, type NewFeed } from '../config/add-feed.js';
import { loadConfig } from '../config/load.js';
import { formatProblem } from '../config/problem.js';

/**
 * Adds a feed to the file, with its comments and its permissions as they were. The new text is written
 * beside it and takes its place only once it has been found right.
 *
 * @throws a sentence where it cannot be written, or would not be right
 */
export async function addToConfigFile(named: string, feed: NewFeed): Promise<void> {
  const file = await realpath(named);
  // Beside the file, as paths in it are relative to it.
  const trial = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    const text = addFeed(await readFile(file, 'utf8'), feed);
    // Copied first, which takes the permissions along.
    await copyFile(file, trial);
    await writeFile(trial, text);
    const loaded = loadConfig(trial);
    if ('errors' in loaded) {
      const wrong = loaded.errors
        .map((error) => formatProblem({ ...error, file }, dirname(file)))
        .join('\n');
      throw new Error(
        `With the feed the config would not be right, so it was left as it is.\n${wrong}`,
      );
    }
    await rename(trial, file);
  } finally {
    await rm(trial, { force: true });
  }
}
