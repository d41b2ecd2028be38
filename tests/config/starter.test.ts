import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.js';
import { loadConfig } from '../../src/config/load.js';
import { type StarterFacts, starterConfig } from '../../src/config/starter.js';
import { validateTogether } from '../../src/config/together.js';
import { scratchFile } from './scratch.js';

function started(facts: Partial<StarterFacts> & { url?: string }) {
  const { url = 'https://www.example.org/feed.xml', ...rest } = facts;
  const text = starterConfig({ timezone: 'Asia/Almaty', ...rest, feedUrl: new URL(url) });
  const loaded = loadConfig(scratchFile(text));
  if ('errors' in loaded) throw new Error(`${JSON.stringify(loaded.errors)}\n${text}`);
  return { text, config: loaded.config };
}

describe('the config that init writes', () => {
  test('loads, and says of the newsroom what the feed says', () => {
    const { text, config } = started({ title: 'Centre: "News" & #views', language: 'en_us' });
    expect(config.newsroom).toMatchObject({
      name: 'Centre: "News" & #views',
      language: 'en-US',
      timezone: 'Asia/Almaty',
      url: 'https://www.example.org',
    });
    expect(config.feeds).toMatchObject([
      { url: 'https://www.example.org/feed.xml', allowPrivate: false, every: 900 },
    ]);
    expect(config.email).toMatchObject({ domain: 'example.org', replyTo: 'editors@example.org' });
    expect(text.match(/# change me/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ['without a title', {}, 'example.org'],
    ['with an empty title', { title: ' \n ' }, 'example.org'],
    ['with a title on two lines', { title: 'One\n  two\u0007: - {' }, 'One two : - {'],
    ['with an endless title', { title: 'я'.repeat(500) }, 'я'.repeat(100)],
    ['with a language that is none', { title: 'T', language: 'no such thing' }, 'T'],
  ])('loads %s', (_, facts, name) => {
    expect(started(facts).config.newsroom.name).toBe(name);
  });

  test.each([
    'http://127.0.0.1:8000/feed',
    'http://localhost/feed',
    'http://[::1]:80/feed',
    'http://newsroom/feed',
  ])('allows %s, which is in one’s own network, and says so', (url) => {
    const { text, config } = started({ url });
    expect(config.feeds[0]?.allowPrivate).toBe(true);
    expect(text).toContain('# The address is in your own network');
    expect(config.email.domain).toBe('example.org');
  });

  test('loads for a host in another script', () => {
    expect(started({ url: 'https://пример.рф/лента?a=1&b="#x' }).config.email.domain).toBe(
      'xn--e1afmkfd.xn--p1ai',
    );
  });
});

describe('the examples', () => {
  const files = readdirSync('examples').filter((name) => name.endsWith('.yaml'));

  test('are there', () => expect(files).toContain('regional-policy-centre.yaml'));

  test.each(files)('%s runs as it is', (name) => {
    const loaded = loadConfig(join('examples', name));
    if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors, null, 2));
    const read = readEnvironment({}, '/nowhere');
    if ('errors' in read) throw new Error(JSON.stringify(read.errors));
    expect(validateTogether(loaded.config, read.environment)).toEqual([]);
  });
});
