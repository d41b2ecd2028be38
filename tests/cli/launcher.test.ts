import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { least, scratch } from '../config/scratch.js';

const launcher = resolve('bin/broadsheet.js');

function launch(
  argv: readonly string[],
  options: { cwd: string; node?: readonly string[]; launcher?: string },
): SpawnSyncReturns<string> {
  const words = [...(options.node ?? []), options.launcher ?? launcher, ...argv];
  // Only what is needed to start: a variable of whoever runs the tests must not change them.
  const env = { PATH: process.env.PATH };
  return spawnSync(process.execPath, words, { cwd: options.cwd, env, encoding: 'utf8' });
}

describe('bin/broadsheet.js', () => {
  test('runs the compiled commands with the .env of the working directory', () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'my.yaml'), least);
    writeFileSync(join(cwd, '.env'), 'BROADSHEET_CONFIG=my.yaml\nPORT=8099\n');
    const ran = launch(['config', '--json'], { cwd });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      file: join(cwd, 'my.yaml'),
      environment: { PORT: 8099 },
    });
    writeFileSync(join(cwd, 'my.yaml'), 'a: 1\n');
    const wrong = launch(['config'], { cwd });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('my.yaml:1:1  a: There is no such setting.');
  });

  test('says how to compile what is not compiled', () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'bin'));
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    cpSync(launcher, join(cwd, 'bin/broadsheet.js'));
    const ran = launch(['--help'], { cwd, launcher: join(cwd, 'bin/broadsheet.js') });
    expect(ran).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'Broadsheet is not compiled yet. Run: npm run build\n',
    });
  });

  test('says which Node it needs where this one is too old', () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.18.3'})`;
    const ran = launch(['--help'], { cwd: scratch(), node: ['--import', old] });
    expect(ran).toMatchObject({
      status: 1,
      stderr: 'Broadsheet needs Node 20.19 or newer, and this is 20.18.3.\n',
    });
  });

  /** The packages that a command line loads, seen by a hook of Node's own loader. */
  function packagesOf(argv: readonly string[], cwd: string): string[] {
    const hook = `import { writeSync } from 'node:fs';
      export async function resolve(specifier, context, next) {
        const found = await next(specifier, context);
        writeSync(2, 'LOADED ' + found.url + '\\n');
        return found;
      }`;
    const data = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(data(hook))});`;
    const ran = launch(argv, { cwd, node: ['--import', data(register)] });
    expect(ran.status, ran.stderr).toBe(0);
    const loaded = ran.stderr.matchAll(/LOADED file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/g);
    return [...new Set([...loaded].map(([, name = '']) => name))].sort();
  }

  test('loads little for help and for config, so that they answer at once', () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'broadsheet.yaml'), least);
    expect(packagesOf(['--help'], cwd)).toEqual(['commander']);
    expect(packagesOf(['config'], cwd)).toEqual(['commander', 'ipaddr.js', 'yaml', 'zod']);
  });
});
