import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { least, scratch, scratchFile } from './scratch.js';

function configOf(text: string): Config {
  const loaded = loadConfig(scratchFile(text));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors, null, 2));
  return loaded.config;
}

/** The least config with some lines more. */
const more = (lines: string) => `${least}${lines}`;

describe('a config that is right', () => {
  test('gets the defaults and what one setting takes from another', () => {
    expect(configOf(least)).toEqual({
      newsroom: {
        name: 'Centre',
        language: 'en',
        timezone: 'UTC',
        postalAddress: '12 Example Street, Almaty',
        colour: '#1f3a5f',
      },
      email: {
        from: 'Centre <news@example.org>',
        replyTo: 'editors@example.org',
        domain: 'example.org',
        connections: 5,
      },
      programs: [
        { id: 'security', name: 'Security', aliases: [], colour: '#1f3a5f', urls: [] },
        { id: 'economy', name: 'Economy', aliases: [], colour: '#1f3a5f', urls: [] },
      ],
      fallbackProgram: 'security',
      feeds: [
        {
          id: 'main',
          url: 'https://example.org/feed.xml',
          programs: [],
          every: 900,
          everyWhenQuiet: 3600,
          everyWhenPushed: 3600,
          longestWait: 86_400,
          own: false,
          fullText: 'auto',
          allowPrivate: false,
          burst: 10,
          websub: 'auto',
        },
      ],
      discord: { channels: [] },
      outputFeeds: { items: 50, digests: 'daily', hubs: [] },
      digest: { timezone: 'UTC', hour: 8, weekday: 1 },
      release: { after: 60 },
      delivery: {
        giveUpAfter: 172_800,
        uncertain: 'hold',
        suppressRefused: true,
        stopAfterRefusals: 20,
        drainFor: 30,
      },
      bounces: { softLimit: 5, softDays: 14 },
      catchUp: { alertsWithin: 86_400 },
      subscribers: { unwantedDomains: [] },
      signUp: { confirmWithin: 259_200, perNetwork: 10, altogether: 500, origins: [] },
      web: { trustedProxies: [] },
      staff: { confirmAbove: 50, mail: [] },
    });
  });

  test('lists programs in the order of the config, each once', () => {
    const config = configOf(
      `${least}    programs: [economy, security, economy]
discord:
  channels:
    - { id: "112233445566778899", name: everything, programs: all }
    - { id: "112233445566778898", name: one, programs: [economy], mentionRole: "112233445566778897" }
`,
    );
    expect(config.feeds[0]?.programs).toEqual(['security', 'economy']);
    expect(config.discord.channels).toEqual([
      {
        id: '112233445566778899',
        name: 'everything',
        programs: ['security', 'economy'],
        language: 'en',
        cadence: 'instant',
        schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
      },
      {
        id: '112233445566778898',
        name: 'one',
        programs: ['economy'],
        language: 'en',
        mentionRole: '112233445566778897',
        cadence: 'instant',
        schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
      },
    ]);
  });

  test("takes from the newsroom's schedule what a Discord channel leaves out", () => {
    const config = configOf(
      `${least}digest: { hour: 17, weekday: friday, timezone: Asia/Almaty }
discord:
  channels:
    - { id: "112233445566778899", name: week, programs: all, cadence: weekly, hour: 9 }
`,
    );
    expect(config.digest).toEqual({ timezone: 'Asia/Almaty', hour: 17, weekday: 5 });
    expect(config.discord.channels[0]).toMatchObject({
      cadence: 'weekly',
      schedule: { timezone: 'Asia/Almaty', hour: 9, weekday: 5 },
    });
  });

  test('reads durations in seconds, minutes, hours and days', () => {
    const config = configOf(
      more('    every: 2h\nrelease:\n  after: 30s\ndelivery:\n  giveUpAfter: 1d\n'),
    );
    expect(config.feeds[0]?.every).toBe(7200);
    expect(config.release.after).toBe(30);
    expect(config.delivery.giveUpAfter).toBe(86_400);
  });

  test('says what follows from mail that comes back', () => {
    const tls = { certFile: scratchFile('certificate'), keyFile: scratchFile('key') };
    const bounces = { softLimit: 3, softDays: 0, complaintsTo: 'fbl@example.org', tls };
    const text = (mailbox: string, rest: object) =>
      least.replace('replyTo:', `unsubscribeMailto: ${mailbox}\n  replyTo:`) +
      `bounces: ${JSON.stringify(rest)}\n`;
    const config = configOf(text('leave@example.org', bounces));
    expect(config.bounces).toEqual(bounces);
    expect(config.email.unsubscribeMailto).toBe('leave@example.org');
    const wrong = { complaintsTo: 'News@example.org', tls: { ...tls, keyFile: 'nowhere.pem' } };
    const { errors } = loadConfig(scratchFile(text('editors@example.org', wrong))) as {
      errors: readonly { path: string; message: string }[];
    };
    expect(errors.map(({ path }) => path).sort()).toEqual([
      'bounces.complaintsTo',
      'bounces.tls.keyFile',
      'email.unsubscribeMailto',
    ]);
  });

  test('says what follows from how deliveries end', () => {
    const delivery =
      'uncertain: retry-once, suppressRefused: false, stopAfterRefusals: 3, drainFor: 0s';
    const config = configOf(`${least}delivery: { ${delivery} }\n`);
    expect(config.delivery).toEqual({
      giveUpAfter: 172_800,
      uncertain: 'retry-once',
      suppressRefused: false,
      stopAfterRefusals: 3,
      drainFor: 0,
    });
    const wrong = 'uncertain: resend, stopAfterRefusals: 0, drainFor: 1h';
    expect(loadConfig(scratchFile(`${least}delivery: { ${wrong} }\n`))).toMatchObject({
      errors: [
        { path: 'delivery.uncertain' },
        { path: 'delivery.stopAfterRefusals' },
        { path: 'delivery.drainFor', fix: 'Write at most 15m.' },
      ],
    });
  });

  test('may poll a feed in its own network every five seconds', () => {
    const text = least.replace('https://example.org/feed.xml', 'http://127.0.0.1:8000/feed.xml');
    const config = configOf(`${text}    allowPrivate: true\n    every: 5s\n`);
    expect(config.feeds[0]).toMatchObject({ every: 5, allowPrivate: true, own: true });
    expect(loadConfig(scratchFile(`${text}    allowPrivate: true\n    every: 4s\n`))).toMatchObject(
      {
        errors: [{ line: 16, message: '"4s" is too short.', fix: 'Write at least 5s.' }],
      },
    );
  });

  test('heeds what a feed in its own network asks for where that is polled no more often than is polite', () => {
    const text = least.replace('https://example.org/feed.xml', 'http://127.0.0.1:8000/feed.xml');
    const own = (more: string) => configOf(`${text}    allowPrivate: true\n${more}`).feeds[0]?.own;
    expect([own(''), own('    own: true\n'), own('    every: 5s\n')]).toEqual([false, true, true]);
    expect(own('    every: 5s\n    own: false\n')).toBe(false);
  });

  test('may poll the newsroom’s own site as often, wherever it is', () => {
    const config = configOf(`${least}    own: true\n    every: 1m\n`);
    expect(config.feeds[0]).toMatchObject({ every: 60, own: true, allowPrivate: false });
  });

  test('polls a feed that is polled rarely no more often when it is quiet', () => {
    expect(configOf(`${least}    every: 2h\n`).feeds[0]?.everyWhenQuiet).toBe(7200);
  });

  test('may say when staff are told of a silence', () => {
    expect(configOf(`${least}    silence: 10d\n`).feeds[0]?.silence).toBe(864_000);
    expect(configOf(`${least}    silence: never\n`).feeds[0]?.silence).toBe('never');
  });

  test('may begin with a byte order mark and end its lines as Windows does', () => {
    expect(configOf(`\uFEFF${least.replaceAll('\n', '\r\n')}`).newsroom.name).toBe('Centre');
  });
});

describe('the DKIM key', () => {
  const withKey = (name: string) =>
    least.replace('programs:', `  dkim:\n    selector: s1\n    keyFile: ${name}\nprograms:`);
  const pem = (key: { privateKey: { export(o: object): string | Buffer } }) =>
    key.privateKey.export({ type: 'pkcs8', format: 'pem' });

  test('is found beside the config file', () => {
    const folder = scratch();
    const file = join(folder, 'broadsheet.yaml');
    writeFileSync(file, withKey('dkim.pem'));
    writeFileSync(
      join(folder, 'dkim.pem'),
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 })),
    );
    const loaded = loadConfig(file);
    expect('config' in loaded && loaded.config.email.dkim).toEqual({
      domain: 'example.org',
      selector: 's1',
      keyFile: join(folder, 'dkim.pem'),
    });
  });

  test('is refused where it is missing, no key, or not RSA', () => {
    const file = scratchFile(withKey('dkim.pem'));
    const key = join(dirname(file), 'dkim.pem');
    const message = () => {
      const loaded = loadConfig(file);
      return 'errors' in loaded && loaded.errors.map((e) => `${e.line}:${e.column} ${e.message}`);
    };
    expect(message()).toEqual([`9:5 ${key} cannot be read (ENOENT).`]);
    writeFileSync(key, 'not a key');
    expect(message()).toEqual([`9:5 ${key} holds no private key.`]);
    writeFileSync(key, pem(generateKeyPairSync('ed25519')));
    expect(message()).toEqual([
      `9:5 ${key} holds a key of the type ed25519, and only RSA is signed with.`,
    ]);
  });
});
