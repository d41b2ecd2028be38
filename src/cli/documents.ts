/** The documents that a command line names: files, directories, and addresses. */

import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fetched, Fetcher } from '../feeds/fetch.js';
import { savedHeaders } from '../feeds/saved.js';

/** As it was named, or below the directory that was named. */
export interface NamedDocument {
  readonly name: string;
  /** Missing for an address. */
  readonly path?: string;
}

/** `url` is where it was found, which relative links are relative to. */
export type OpenedDocument = Pick<Fetched, 'body' | 'headers' | 'url'>;

export interface OpenOptions {
  readonly fetcher: Fetcher;
  /** The address that files were saved from which do not say it themselves. */
  readonly url?: string;
  readonly allowPrivate?: boolean;
  /** What an address is asked for; `feed` where not given. */
  readonly accept?: 'feed' | 'page';
}

/** Bytes of a file that are read: as many as the fetcher takes. */
const LARGEST = 15_000_000;

/**
 * Goes through the documents in the order in which they are named. The files of a directory come in the
 * order of their names, those of its directories among them; names that begin with a dot are left out,
 * and what cannot be listed is a document that cannot be opened.
 * @param directory what relative paths are relative to
 */
export async function* documentsOf(
  names: readonly string[],
  directory: string,
): AsyncGenerator<NamedDocument> {
  for (const name of names) {
    const { path } = documentOf(name, directory);
    if (path === undefined) yield { name };
    else yield* filesOf({ name, path });
  }
}

/** The one document that is named, a file or an address. */
export function documentOf(name: string, directory: string): NamedDocument {
  return /^https?:\/\//i.test(name) ? { name } : { name, path: resolve(directory, name) };
}

async function* filesOf(file: NamedDocument & { path: string }): AsyncGenerator<NamedDocument> {
  const entries = await readdir(file.path, { withFileTypes: true }).catch((): Dirent[] => []);
  if (entries.length === 0) yield file;
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const inner = { name: join(file.name, entry.name), path: join(file.path, entry.name) };
    if (entry.isDirectory()) yield* filesOf(inner);
    else if (entry.isFile() || entry.isSymbolicLink()) yield inner;
  }
}

/** Reads or fetches a document. Rejects with a sentence. */
export async function openDocument(
  { name, path }: NamedDocument,
  { fetcher, url: savedFrom, allowPrivate = false, accept = 'feed' }: OpenOptions,
): Promise<OpenedDocument> {
  if (path === undefined) {
    const answer = await fetcher.get({ url: name, allowPrivate, accept });
    if (answer.kind === 'failed') throw new Error(answer.reason);
    if (answer.kind !== 'ok') throw new Error('The document is gone for good (410).');
    return answer;
  }
  const body = await readBounded(path);
  const { 'content-type': contentType, 'content-location': location = '' } = savedHeaders(body);
  const around = savedFrom ?? pathToFileURL(path).href;
  const url = URL.canParse(location, around) ? new URL(location, around).href : around;
  return { body, headers: contentType === undefined ? {} : { contentType }, url };
}

async function readBounded(path: string): Promise<Buffer> {
  let size: number;
  try {
    ({ size } = await stat(path));
    if (size <= LARGEST) return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error('There is no such file; check how it is written.');
    if (code === 'EACCES') throw new Error('The file may not be read; check its permissions.');
    if (code === 'EISDIR') throw new Error('The directory is empty, or may not be listed.');
    throw new Error(`The file cannot be read: ${message}.`);
  }
  throw new Error(`The file has more than ${LARGEST / 1_000_000} MB.`);
}
