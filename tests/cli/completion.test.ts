import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../config/scratch.js';
import { completeInZsh, zshPresent } from '../support/zsh.js';
import { broadsheet } from './terminal.js';

async function scriptOf(shell: 'bash' | 'zsh'): Promise<string> {
  const ran = await broadsheet(['completion', shell], { directory: scratch() });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.stdout;
}

/** A folder with files to complete. */
function folder(): string {
  const directory = scratch();
  writeFileSync(join(directory, 'mail.eml'), '');
  writeFileSync(join(directory, 'my news.yaml'), '');
  mkdirSync(join(directory, 'mails'));
  return directory;
}

/** What bash proposes at the end of each line, given as the words that readline makes of it. */
function completeInBash(script: string, lines: readonly (readonly string[])[], cwd: string) {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const asked = lines.map(
    (words) => `COMP_WORDS=(${words.map(quote).join(' ')}); COMP_CWORD=${words.length - 1}
_broadsheet; ((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"; echo --end--`,
  );
  const ran = spawnSync('bash', ['--norc', '--noprofile', '-u'], {
    cwd,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    input: `${script}\ncomplete -p broadsheet >/dev/null || exit 9\n${asked.join('\n')}\n`,
  });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  return ran.stdout
    .split('--end--\n')
    .slice(0, -1)
    .map((part) => part.split('\n').filter(Boolean).sort());
}

/** The commands and options that the help lists, in alphabetical order. */
async function helpOf(path: readonly string[]) {
  const { stdout } = await broadsheet([...path, '--help'], { directory: scratch() });
  const part = (title: string) =>
    new RegExp(`^${title}:\n((?:  .*\n)+)`, 'm').exec(stdout)?.[1] ?? '';
  const names = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name = '']) => name).sort();
  return {
    commands: names(part('Commands'), /^ {2}([a-z][a-z-]*)/gm),
    options: names(part('Options'), /^ {2}(?:-\w, )?(--[a-z-]+)/gm),
  };
}

/** Each command line: what was typed so far, and what is to be proposed. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['broadsheet re', ['release', 'resend', 'resume']],
  ['broadsheet subscribers i', ['import']],
  ['broadsheet resend --only ', ['all', 'missing', 'rejected', 'uncertain']],
  ['broadsheet resend 4f9c --channel d', ['discord']],
  ['broadsheet resend --reason status --on', ['--only']],
  ['broadsheet articles --state ', ['held', 'released', 'seeded', 'waiting']],
  ['broadsheet completion ', ['bash', 'zsh']],
  ['broadsheet help wh', ['why']],
  // A reader's address and an article's title are for staff to write.
  ['broadsheet why ', []],
  ['broadsheet resend --reason ', []],
];

describe('tab completion in bash', () => {
  test.each(lines)('proposes after %j', async (line, expected) => {
    const [proposed] = completeInBash(await scriptOf('bash'), [line.split(' ')], scratch());
    expect(proposed).toEqual(expected);
  });

  test('knows every command and every option that the help lists', async () => {
    const { commands } = await helpOf([]);
    expect(commands).toContain('why');
    const paths: (readonly string[])[] = [];
    for (const name of commands) {
      const inner = (await helpOf([name])).commands;
      paths.push(
        [name],
        ...(name === 'help' ? [] : inner.filter((one) => one !== 'help').map((one) => [name, one])),
      );
    }
    const asked = paths.filter(([name]) => name !== 'help');
    const found = completeInBash(
      await scriptOf('bash'),
      [['broadsheet', ''], ...asked.map((path) => ['broadsheet', ...path, '--'])],
      scratch(),
    );
    expect(found[0]).toEqual(commands);
    for (const [index, path] of asked.entries()) {
      expect([path, found[index + 1]]).toEqual([path, (await helpOf(path)).options]);
    }
  });

  test('proposes a choice after "=", whether or not readline parts the words there', async () => {
    const parted = ['broadsheet', 'resend', '--only', '='];
    const found = completeInBash(
      await scriptOf('bash'),
      [parted, [...parted, 'm'], ['broadsheet', 'resend', '--only=m']],
      scratch(),
    );
    expect(found).toEqual([
      ['all', 'missing', 'rejected', 'uncertain'],
      ['missing'],
      ['--only=missing'],
    ]);
  });

  test('proposes files where one is wanted, also with blanks in their names', async () => {
    const found = completeInBash(
      await scriptOf('bash'),
      [
        ['broadsheet', 'preview', '4f9c', '--out', 'mai'],
        ['broadsheet', 'status', '--config', 'my'],
        ['broadsheet', 'subscribers', 'import', 'mail.'],
      ],
      folder(),
    );
    expect(found).toEqual([['mail.eml', 'mails'], ['my news.yaml'], ['mail.eml']]);
  });
});

describe.skipIf(!zshPresent)('tab completion in zsh (apt-get install zsh)', () => {
  test.each(lines)('proposes after %j', async (line, expected) => {
    expect(completeInZsh(await scriptOf('zsh'), line, scratch())).toEqual(expected);
  });

  test('knows every command, and the options of one', async () => {
    const script = await scriptOf('zsh');
    expect(completeInZsh(script, 'broadsheet ', scratch())).toEqual((await helpOf([])).commands);
    expect(completeInZsh(script, 'broadsheet subscribers add --', scratch())).toEqual(
      (await helpOf(['subscribers', 'add'])).options,
    );
    expect(completeInZsh(script, 'broadsheet resend --only=m', scratch())).toEqual(['missing']);
  });

  test('proposes files where one is wanted', async () => {
    const found = completeInZsh(
      await scriptOf('zsh'),
      'broadsheet preview x --out mail.',
      folder(),
    );
    expect(found).toEqual(['mail.eml']);
  });
});

test('completion names the shells that it knows', async () => {
  const ran = await broadsheet(['completion', 'fish'], { directory: scratch() });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('Allowed choices are bash, zsh.');
});
