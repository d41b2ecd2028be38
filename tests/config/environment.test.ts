import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Config, Environment } from '../../src/config/config.js';
import {
  environmentTable,
  processVariables,
  readEnvironment,
  type Variables,
} from '../../src/config/environment.js';
import { loadConfig } from '../../src/config/load.js';
import { mask } from '../../src/config/mask.js';
import { validateTogether } from '../../src/config/together.js';
import { least, scratch, scratchFile } from './scratch.js';

const secret = 's'.repeat(32);
const databaseUrl = 'postgres://user:sesame@db/broadsheet';

function environmentOf(variables: Variables, directory = '/nowhere'): Environment {
  const read = readEnvironment(variables, directory);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read.environment;
}

function configOf(text: string): Config {
  const loaded = loadConfig(scratchFile(text));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.config;
}

describe('the environment', () => {
  test('has defaults, and paths seen from the working directory', () => {
    expect(environmentOf({ SMTP_URL: '', PORT: ' ' }, '/srv')).toEqual({
      discordApiUrl: 'https://discord.com/api',
      dataDir: '/srv/data',
      logLevel: 'info',
    });
  });

  test('keeps its data in a folder', () => {
    expect(readEnvironment({ DATA_DIR: scratchFile('') }, '/srv')).toMatchObject({
      errors: [{ path: 'DATA_DIR', message: expect.stringContaining('is a file.') }],
    });
  });

  test('is read whole', () => {
    const variables = {
      BROADSHEET_CONFIG: 'my.yaml',
      BROADSHEET_SECRET: secret,
      BROADSHEET_OLD_SECRETS: `${'o'.repeat(32)}, ${'p'.repeat(32)}`,
      DATABASE_URL: databaseUrl,
      REDIS_URL: 'rediss://r:6380/1',
      SMTP_URL: 'smtp://127.0.0.1:2525',
      DISCORD_TOKEN: 'a.b.c',
      DISCORD_API_URL: 'http://127.0.0.1:9/api/',
      PUBLIC_URL: 'https://news.example.org/broadsheet/',
      PORT: '0',
      DATA_DIR: '/var/lib/broadsheet',
      LOG_LEVEL: 'DEBUG',
    };
    expect(environmentOf(variables, '/srv')).toEqual({
      configFile: '/srv/my.yaml',
      secret,
      oldSecrets: ['o'.repeat(32), 'p'.repeat(32)],
      databaseUrl,
      redisUrl: 'rediss://r:6380/1',
      smtpUrl: 'smtp://127.0.0.1:2525',
      discordToken: 'a.b.c',
      discordApiUrl: 'http://127.0.0.1:9/api',
      publicUrl: 'https://news.example.org/broadsheet',
      port: 0,
      dataDir: '/var/lib/broadsheet',
      logLevel: 'debug',
    });
  });

  test('reports all errors at once, and shows no secret', () => {
    const read = readEnvironment(
      {
        BROADSHEET_SECRET: 'sesame',
        BROADSHEET_OLD_SECRETS: `${secret},sesame`,
        DATABASE_URL: 'mysql://user:sesame@db/x',
        REDIS_URL: 'sesame',
        SMTP_URL: 'http://user:sesame@mail',
        DISCORD_TOKEN: 'Bot sesame',
        DISCORD_API_URL: 'discord.com',
        PUBLIC_URL: 'https://x.org/?token=sesame',
        PORT: '65536',
        LOG_LEVEL: 'warm',
      },
      '/srv',
    );
    const errors = 'errors' in read ? read.errors : [];
    expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'BROADSHEET_SECRET: This has 6 characters, and needs at least 32.',
      'BROADSHEET_OLD_SECRETS: One of these has 6 characters, and a secret has at least 32.',
      'DATABASE_URL: This is not a URL that begins with postgres:// or postgresql://.',
      'REDIS_URL: This is not a URL that begins with redis:// or rediss://.',
      'SMTP_URL: This is not a URL that begins with smtp:// or smtps://.',
      'DISCORD_TOKEN: This holds white space.',
      'DISCORD_API_URL: This is not a URL that begins with http:// or https://.',
      'PUBLIC_URL: Only a host and a path may be in this URL.',
      'PORT: "65536" is not a port.',
      'LOG_LEVEL: "warm" is not known here.',
    ]);
    expect(errors.at(-1)?.fix).toBe('Did you mean warn? Write one of error, warn, info, debug.');
    expect(JSON.stringify(errors)).not.toContain('sesame');
  });

  test('finds broadsheet.yaml in the working directory where no file is named', () => {
    const directory = scratch();
    expect(environmentOf({}, directory).configFile).toBeUndefined();
    writeFileSync(join(directory, 'broadsheet.yaml'), least);
    expect(environmentOf({}, directory).configFile).toBe(join(directory, 'broadsheet.yaml'));
  });

  test('takes a .env file, over which the process wins even with an empty variable', () => {
    const directory = scratch();
    vi.stubEnv('SMTP_URL', '');
    vi.stubEnv('PORT', '8123');
    try {
      writeFileSync(
        join(directory, '.env'),
        'SMTP_URL=smtp://x\nPORT=1\nPUBLIC_URL="https://x.org" # here\n',
      );
      const variables = processVariables(directory);
      expect(variables).toMatchObject({ SMTP_URL: '', PORT: '8123', PUBLIC_URL: 'https://x.org' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('.env.example names every variable and sets none', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n');
    const named = lines.flatMap((line) => /^#([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(named.sort()).toEqual(
      Object.values(environmentTable)
        .map(({ name }) => name)
        .sort(),
    );
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('config and environment together', () => {
  const config = configOf.bind(undefined, least);
  const withDiscord = `${least}discord:
  channels:
    - { id: "112233445566778899", name: a, programs: all }
`;
  const pathsOf = (text: string, variables: Variables) =>
    validateTogether(configOf(text), environmentOf(variables)).map(({ path }) => path);

  test('need nothing more on the embedded default, where stand-ins serve', () => {
    expect(pathsOf(withDiscord, {})).toEqual([]);
  });

  test('with a database need a secret, a mail server, and the token for Discord channels', () => {
    expect(pathsOf(withDiscord, { DATABASE_URL: databaseUrl })).toEqual([
      'BROADSHEET_SECRET',
      'SMTP_URL',
      'DISCORD_TOKEN',
    ]);
    expect(
      pathsOf(withDiscord, {
        DATABASE_URL: databaseUrl,
        BROADSHEET_SECRET: secret,
        SMTP_URL: 'smtp://mail',
        PUBLIC_URL: 'https://news.example.org',
        DISCORD_TOKEN: 'a.b.c',
      }),
    ).toEqual([]);
  });

  test('with a mail server need a public address that readers can trust', () => {
    const SMTP_URL = 'smtp://mail';
    expect(pathsOf(least, { SMTP_URL })).toEqual(['PUBLIC_URL']);
    expect(pathsOf(least, { SMTP_URL, PUBLIC_URL: 'http://news.example.org' })).toEqual([
      'PUBLIC_URL',
    ]);
    expect(pathsOf(least, { SMTP_URL, PUBLIC_URL: 'http://127.0.0.1:8080' })).toEqual([]);
    expect(pathsOf(least, { SMTP_URL, PUBLIC_URL: 'http://localhost:8080' })).toEqual([]);
  });

  test('send no mail that still shows the placeholder of the postal address', () => {
    const text = least.replace('12 Example Street, Almaty', '"Change me: street"');
    const PUBLIC_URL = 'https://news.example.org';
    expect(pathsOf(text, { SMTP_URL: 'smtp://mail', PUBLIC_URL })).toEqual([
      'newsroom.postalAddress',
    ]);
    expect(pathsOf(text, {})).toEqual([]);
  });

  test('are shown with every secret masked, under the names people write', () => {
    const text = `${least}    every: 1h\n  - id: b\n    url: https://user:sesame@example.org/b\n`;
    const masked = mask(
      configOf(text),
      environmentOf({
        BROADSHEET_SECRET: `${secret}sesame`,
        DISCORD_TOKEN: 'sesame.b.c',
        DATABASE_URL: databaseUrl,
        REDIS_URL: 'redis://:sesame@r:6379',
        SMTP_URL: 'smtps://user:sesame@mail:465',
      }),
    );
    expect(JSON.stringify(masked)).not.toContain('sesame');
    expect(masked.environment).toMatchObject({
      BROADSHEET_SECRET: '********',
      DISCORD_TOKEN: '********',
      DATABASE_URL: 'postgres://user:********@db/broadsheet',
      SMTP_URL: 'smtps://user:********@mail:465',
      PUBLIC_URL: null,
      LOG_LEVEL: 'info',
    });
    expect(masked.config).toMatchObject({
      feeds: [{ every: '1h' }, { url: 'https://user:********@example.org/b' }],
      release: { after: '1m' },
    });
    expect(mask(undefined, environmentOf({})).config).toBeNull();
    expect(config()).toEqual(configOf(least));
  });
});
