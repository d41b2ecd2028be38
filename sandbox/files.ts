/** Files that are either the old or the new one after a crash, never half of one. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes `data` beside `path`, flushes it to disk and renames it. Makes the directory when missing. */
export async function writeDurably(path: string, data: string | Buffer): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/** Reads a JSON file; undefined where there is none. A damaged one is an error that names it. */
export async function readJson(path: string): Promise<unknown> {
  return parsed(path, await readFile(path, 'utf8').catch(missing));
}

/** The same, at once. */
export function readJsonSync(path: string): unknown {
  try {
    return parsed(path, readFileSync(path, 'utf8'));
  } catch (error) {
    return missing(error);
  }
}

function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function parsed(path: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON any more. Delete it to let the sandbox start afresh.`);
  }
}

/** A rename is durable only once its directory is; Windows cannot open one, and needs not. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
