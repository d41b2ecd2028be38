import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/cli/checks.js';
import { runChecks } from '../../src/cli/checks.js';
import { loadConfig } from '../../src/config/load.js';
import type { Finding } from '../../src/model.js';
import { least, scratch } from '../config/scratch.js';
import { broadsheet } from './terminal.js';

/** A folder with a broadsheet.yaml of this text. */
function newsroom(text: string): string {
  const directory = scratch();
  writeFileSync(join(directory, 'broadsheet.yaml'), text);
  return directory;
}

const feed = 'https://example.org/feed.xml';

describe('broadsheet', () => {
  test('explains itself, its exit codes and each command with examples', async () => {
    const directory = scratch();
    const help = await broadsheet(['--help'], { directory });
    expect(help.code).toBe(0);
    expect(help.stderr).toBe('');
    for (const line of ['0  done', '1  failed', '2  wrong usage', '3  check found problems']) {
      expect(help.stdout).toContain(line);
    }
    for (const name of ['init', 'config', 'check']) {
      const { code, stdout } = await broadsheet([name, '--help'], { directory });
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  broadsheet ${name}`);
      expect(stdout).toContain('--json');
    }
  });

  test('gives a wrong command line as JSON too, where JSON is asked for', async () => {
    const ran = await broadsheet(['audit', '--limit', '0', '--json'], { directory: scratch() });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('Write a number from 1 to 999999.');
    const { errors } = JSON.parse(ran.stdout);
    expect(errors).toMatchObject([{ message: expect.stringMatching(/^option .* is invalid/) }]);
    expect((await broadsheet(['audit', '--limit', '0'], { directory: scratch() })).stdout).toBe('');
  });

  test('knows its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const ran = await broadsheet(['--version'], { directory: scratch() });
    expect(ran).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [['chekc'], "error: unknown command 'chekc'\n(Did you mean check?)"],
    [['check', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)"],
    [['check', 'this'], "error: too many arguments for 'check'"],
    [['init'], "error: required option '--feed <url>' not specified"],
    [['status', '--editions', 'all'], 'Write a number from 1 to 999999.'],
    [['articles', '--state', 'lost'], 'Allowed choices are waiting, held, released, seeded.'],
    [[], 'Usage: broadsheet'],
  ])('ends with 2 when it is used wrongly: %j', async (argv, message) => {
    const ran = await broadsheet(argv, { directory: scratch() });
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(message);
  });
});

describe('init', () => {
  const facts = { title: 'Centre for Trade', language: 'en' };

  test('writes a config that check accepts, with the name that the feed gives itself', async () => {
    const directory = scratch();
    const asked: unknown[] = [];
    const probe = async (url: URL, options: object) => {
      asked.push(url.href, options);
      return facts;
    };
    const ran = await broadsheet(['init', '--feed', feed], { directory, neighbours: { probe } });
    expect(ran).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'Wrote broadsheet.yaml. Fill in what says "change me", then run:\n  broadsheet check\n',
    });
    expect(asked).toEqual([feed, { allowPrivate: false }]);
    const loaded = loadConfig(join(directory, 'broadsheet.yaml'));
    expect(loaded).toMatchObject({
      config: { newsroom: { name: 'Centre for Trade' }, feeds: [{ url: feed }] },
    });
    expect((await broadsheet(['check'], { directory })).code).toBe(0);
  });

  test('writes one, and says why, when the feed does not answer', async () => {
    const directory = scratch();
    const probe = () => Promise.reject(new Error('127.0.0.1 refused the connection.'));
    const url = 'http://127.0.0.1:9/feed';
    const ran = await broadsheet(['init', '--feed', url, '--json'], {
      directory,
      neighbours: { probe },
    });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('127.0.0.1 refused the connection.');
    expect(JSON.parse(ran.stdout)).toEqual({
      file: join(directory, 'broadsheet.yaml'),
      feed: { url, title: null, answered: false },
      allowPrivate: true,
    });
    expect((await broadsheet(['check'], { directory })).code).toBe(0);
  });

  test('writes the feed that a site names, and says so', async () => {
    const directory = scratch();
    const url = 'https://centre.example/feed/';
    const ran = await broadsheet(['init', '--feed', 'https://centre.example/'], {
      directory,
      neighbours: { probe: async () => ({ ...facts, url }) },
    });
    expect(ran.stderr).toBe(`The config has the feed of that site: ${url}\n`);
    expect(loadConfig(join(directory, 'broadsheet.yaml'))).toMatchObject({
      config: { feeds: [{ url }] },
    });
  });

  test('names the file in what it says to do next, when that is another', async () => {
    const directory = scratch();
    const ran = await broadsheet(['init', '--feed', feed, '--out', 'n.yaml'], { directory });
    expect(ran.stdout).toContain('broadsheet check --config n.yaml\nSet BROADSHEET_CONFIG=n.yaml');
    expect((await broadsheet(['check', '--config', 'n.yaml'], { directory })).code).toBe(0);
  });

  test('never overwrites a file without --force', async () => {
    const directory = newsroom('precious');
    const file = join(directory, 'broadsheet.yaml');
    const refused = await broadsheet(['init', '--feed', feed], { directory });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      'broadsheet.yaml exists, and was left as it is. Add --force to overwrite it, or --out to write another.\n',
    );
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await broadsheet(['init', '--feed', feed, '--force'], { directory })).code).toBe(0);
    expect(loadConfig(file)).toHaveProperty('config');
  });

  test.each(['example.org/feed', 'file:///etc/passwd', ''])('refuses %j as a feed', async (url) => {
    const directory = scratch();
    const ran = await broadsheet(['init', '--feed', url, '--json'], { directory });
    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.stdout).errors[0].message).toContain('is not the address of a feed.');
    expect(existsSync(join(directory, 'broadsheet.yaml'))).toBe(false);
  });

  test('says where it cannot write', async () => {
    const argv = ['init', '--feed', feed, '--out', 'no/such/folder.yaml'];
    const ran = await broadsheet(argv, { directory: scratch() });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('Choose another place with --out.');
  });
});

describe('config', () => {
  test('prints what is in force, secrets masked, in a form that loads back the same', async () => {
    const directory = newsroom(least);
    const variables = {
      DISCORD_TOKEN: 'sesame',
      SMTP_URL: 'smtp://user:sesame@127.0.0.1:25',
      PUBLIC_URL: 'https://x.org',
    };
    const ran = await broadsheet(['config'], { directory, variables });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).not.toContain('sesame');
    expect(ran.stdout).toContain('# SMTP_URL=smtp://user:********@127.0.0.1:25\n');
    const copy = join(directory, 'copy.yaml');
    writeFileSync(copy, ran.stdout);
    expect(loadConfig(copy)).toEqual(loadConfig(join(directory, 'broadsheet.yaml')));
    expect(loadConfig(copy)).toHaveProperty('config');
  });

  test('prints JSON', async () => {
    const directory = newsroom(least);
    const ran = await broadsheet(['config', '--json'], { directory });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      file: join(directory, 'broadsheet.yaml'),
      config: { release: { after: '1m' } },
      environment: { PORT: null, DATA_DIR: join(directory, 'data') },
    });
  });

  test('says that the demo runs where there is no file', async () => {
    const directory = scratch();
    const ran = await broadsheet(['config'], { directory });
    expect(ran.stdout).toContain('# There is no config file, so the demo runs.');
    const json = await broadsheet(['config', '--json'], { directory });
    expect(JSON.parse(json.stdout)).toMatchObject({ file: null, config: null });
  });
});

describe('check', () => {
  const checksOf = (checks: readonly Check[]) => ({ neighbours: { checks: async () => checks } });
  const finding = (subject: string, level: Finding['level']): Check => ({
    subject,
    run: async () => [{ subject, level, message: 'It was tried.' }],
  });

  test('shows errors of the file and of the environment together, and ends with 2', async () => {
    const directory = newsroom(
      least.replace('    name: Security', '    name: Security\n    colour: blue'),
    );
    const variables = { PORT: 'many' };
    const ran = await broadsheet(['check'], { directory, variables });
    expect(ran).toEqual({
      code: 2,
      stdout: '',
      stderr: `PORT: "many" is not a port. Write a number from 1 to 65535, or 0 for any free one.
broadsheet.yaml:10:5  programs.0.colour: "blue" is not a colour. Write it as "#1f6feb".
`,
    });
    const json = await broadsheet(['check', '--json'], { directory, variables });
    expect(json).toMatchObject({ code: 2, stderr: '' });
    expect(JSON.parse(json.stdout).errors).toMatchObject([
      { path: 'PORT', message: '"many" is not a port.' },
      { path: 'programs.0.colour', line: 10, column: 5, fix: 'Write it as "#1f6feb".' },
    ]);
  });

  test('ends with 2 where config and environment do not fit together', async () => {
    const variables = { DATABASE_URL: 'postgres://db/x' };
    const ran = await broadsheet(['check'], { directory: newsroom(least), variables });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^BROADSHEET_SECRET: .+\nSMTP_URL: .+\n$/);
  });

  test('asks for a config where there is none, or not the one that was named', async () => {
    const directory = scratch();
    const none = await broadsheet(['check'], { directory });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('Write one with: broadsheet init --feed URL');
    const named = await broadsheet(['check', '--config', 'x.yaml'], { directory });
    expect(named.code).toBe(2);
    expect(named.stderr).toContain('x.yaml:1:1  There is no such file.');
  });

  test('ends with 0 where neighbours only give warnings, and shows them in order', async () => {
    const ran = await broadsheet(['check'], {
      directory: newsroom(least),
      ...checksOf([finding('queue', 'ok'), finding('feed main', 'warning')]),
    });
    expect(ran.code).toBe(0);
    expect(
      ran.stdout,
    ).toBe(`ok       config: It is right, and names 1 feed, 2 programs and 0 Discord channels.
ok       queue: It was tried.
warning  feed main: It was tried.
`);
  });

  test('ends with 3 where a neighbour has a problem, and still tries the rest', async () => {
    const thrown: Check = {
      subject: 'mail',
      run: () => Promise.reject(new Error('No one is there.')),
    };
    const ran = await broadsheet(['check', '--json'], {
      directory: newsroom(least),
      ...checksOf([thrown, finding('queue', 'ok')]),
    });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: false,
      findings: [
        { subject: 'config', level: 'ok' },
        { subject: 'mail', level: 'error', message: 'No one is there.' },
        { subject: 'queue', level: 'ok' },
      ],
    });
  });

  test('does not wait for ever for a neighbour that is silent', async () => {
    const silent: Check = { subject: 'mail', run: () => new Promise(() => {}) };
    const found: Finding[] = [];
    for await (const each of runChecks([silent, finding('queue', 'ok')], 20)) found.push(each);
    expect(found).toMatchObject([
      { subject: 'mail', level: 'error' },
      { subject: 'queue', level: 'ok' },
    ]);
  });
});
