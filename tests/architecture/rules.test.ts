import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';

/** The rooms from top to bottom. A file imports its own room, and rooms on lower floors. */
const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['main'],
  ['app'],
  ['web', 'staff', 'workers', 'inbound'],
  ['channels', 'subscribers', 'queue'],
  ['store'],
  ['templates', 'feeds', 'editions', 'config'],
  ['model'],
];

/** The composition root and the process are a few files each, beside the rooms. */
const files: Readonly<Record<string, string>> = {
  'main.ts': 'main',
  'neighbours.ts': 'main',
  'app.ts': 'app',
  'drain.ts': 'app',
  'hubs.ts': 'app',
  'ledger.ts': 'app',
  'look-after.ts': 'app',
  'log.ts': 'main',
  'metrics.ts': 'app',
  'operations.ts': 'app',
  'steps.ts': 'app',
  'outside.ts': 'app',
  'processors.ts': 'app',
  'public-feeds.ts': 'app',
  'public-web.ts': 'app',
  'public-websub.ts': 'app',
  'model.ts': 'model',
};

const root = join(import.meta.dirname, '../..');

function sources(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(directory, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map(([, path]) =>
    normalize(join(dirname(file), path as string)).replace(/\.js$/, '.ts'),
  );
}

function roomOf(file: string): string {
  const [first = ''] = relative('src', file).split('/');
  return files[first] ?? first;
}

const floorOf = (room: string) => floors.findIndex((floor) => floor.includes(room));

describe('the structure', () => {
  it('knows every room', () => {
    const unknown = sources('src').filter((file) => floorOf(roomOf(file)) === -1);
    expect(unknown).toEqual([]);
  });

  it('has imports that go one way: down, and never to the side', () => {
    const wrong: string[] = [];
    for (const file of sources('src')) {
      for (const target of importsOf(file)) {
        if (!target.startsWith('src/')) continue;
        const [from, to] = [roomOf(file), roomOf(target)];
        if (from === to) continue;
        if (floorOf(to) <= floorOf(from)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps the sandbox apart: it needs only the model, and only the process loads it', () => {
    const needs = sources('sandbox').flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('src/') && target !== 'src/model.ts')
        .map((target) => `${file} imports ${target}`),
    );
    const loads = sources('src').filter(
      (file) =>
        roomOf(file) !== 'main' && importsOf(file).some((target) => target.startsWith('sandbox/')),
    );
    expect({ needs, loads }).toEqual({ needs: [], loads: [] });
  });

  it('reads the environment in one room only', () => {
    const readers = sources('src').filter(
      (file) =>
        roomOf(file) !== 'config' && /process\.env\b/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });
});

describe('the packages', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const packages = Object.entries<{
    engines?: { node?: string };
    resolved?: string;
    optionalDependencies?: Record<string, string>;
  }>(lock.packages);

  it('all run on the oldest Node that is promised', () => {
    const promised = '20.19.0';
    const newer = packages
      .filter(([, { engines }]) => engines?.node && !satisfies(promised, engines.node))
      .map(([name]) => name);
    expect(newer).toEqual([]);
  });

  it('are all in the lock file, also those of other platforms, or "npm ci" refuses it', () => {
    const names = packages.map(([path]) => path);
    const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !names.some((one) => one.endsWith(`node_modules/${name}`)) && path,
      ),
    );
    expect(missing).toEqual([]);
  });

  it('come from whatever registry the user has, so the lock file names none', () => {
    expect(packages.filter(([, { resolved }]) => resolved).map(([name]) => name)).toEqual([]);
  });
});
