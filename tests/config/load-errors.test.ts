import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { type ConfigError, formatProblem } from '../../src/config/problem.js';
import { least, scratch, scratchFile } from './scratch.js';

function errorsOf(text: string | Uint8Array): readonly ConfigError[] {
  const loaded = loadConfig(scratchFile(text));
  return 'errors' in loaded ? loaded.errors : [];
}

/** Errors as `line:column path message fix`, which is what a reader sees of them. */
function seen(text: string | Uint8Array): string[] {
  return errorsOf(text).map(
    ({ line, column, path, message, fix }) => `${line}:${column} ${path} ${message} ${fix}`,
  );
}

/** The least config with some lines more. */
const more = (lines: string) => `${least}${lines}`;

describe('an error', () => {
  test('of every setting is reported at once, in the order of the lines', () => {
    const errors = errorsOf(`newsroom:
  nmae: Centre
  colour: blue
email:
  from: nobody
programs:
  - id: Security
    name: Security
feeds:
  - id: main
    url: example.org/feed
    program: nothing
`);
    expect(errors.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '1:1 newsroom.name',
      '1:1 newsroom.postalAddress',
      '2:3 newsroom.nmae',
      '3:3 newsroom.colour',
      '4:1 email.replyTo',
      '5:3 email.from',
      '7:5 programs.0.id',
      '11:5 feeds.0.url',
      '12:5 feeds.0.program',
    ]);
    for (const { message, fix } of errors) {
      expect(message).toMatch(/\.$/);
      expect(fix).toMatch(/[.?]$/);
    }
  });

  test('is shown on one line with file, line, column, path and what to write', () => {
    const file = scratchFile(
      least.replace('    name: Security\n', '    name: Security\n    colour: blue\n'),
    );
    const loaded = loadConfig(file);
    const [error] = 'errors' in loaded ? loaded.errors : [];
    if (!error) throw new Error('The config was accepted.');
    const shown = '10:5  programs.0.colour: "blue" is not a colour. Write it as "#1f6feb".';
    expect(formatProblem(error, dirname(file))).toBe(`broadsheet.yaml:${shown}`);
    expect(formatProblem(error, '/somewhere/else')).toBe(`${file}:${shown}`);
  });

  test.each([
    // Unknown settings
    [more('    evry: 15m\n'), '15:5 feeds.0.evry There is no such setting. Did you mean "every"?'],
    [
      more('relese:\n  after: 1m\n'),
      '15:1 relese There is no such setting. Did you mean "release"?',
    ],
    [
      more('outputFeeds:\n  zebra: 1\n'),
      '16:3 outputFeeds.zebra There is no such setting. Known here: items, digests, hubs.',
    ],
    [more('__proto__: 1\n'), '15:1 __proto__ There is no such setting.'],
    // Missing and empty ones
    [
      least.replace('  replyTo: editors@example.org\n', ''),
      '4:1 email.replyTo This is missing. Add replyTo: editors@example.org.',
    ],
    [
      least.replace('- id: economy\n    name', '- name'),
      '10:5 programs.1.id This is missing. Add id: security.',
    ],
    [least.replace(/feeds:[\s\S]*/, ''), '1:1 feeds This is missing. Add feeds: with a list'],
    [least.replace(/feeds:[\s\S]*/, 'feeds: []\n'), '12:1 feeds This list is empty.'],
    [least.replace(/feeds:[\s\S]*/, 'feeds:\n'), '12:1 feeds This is empty.'],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  colour: #1f6feb\n'),
      '3:3 newsroom.colour This is empty. Write a value, in quotes where it begins with "#"',
    ],
    // Wrong kinds of value
    [
      least.replace('name: Centre', 'name: 2024'),
      '2:3 newsroom.name 2024 is a number, not text. Write it in quotes: "2024".',
    ],
    [
      least.replace('name: Centre', 'name: true'),
      '2:3 newsroom.name true is a yes-or-no value, not text.',
    ],
    [least.replace('name: Centre', 'name: [a]'), '2:3 newsroom.name This is a list. Write text.'],
    [least.replace('name: Centre', 'name: " "'), '2:3 newsroom.name " " is not one line of text.'],
    [
      least.replace('name: Centre', 'name: "a\\r\\nBcc: x"'),
      '2:3 newsroom.name "a\\r\\nBcc: x" is not one line of text.',
    ],
    [more('release: soon\n'), '15:1 release "soon" cannot stand here. Write a group of settings'],
    [more('release: [1m]\n'), '15:1 release This is a list. Write a group of settings'],
    [
      more('    programs: security\n'),
      '15:5 feeds.0.programs "security" cannot stand here. Write a list',
    ],
    [
      more('    allowPrivate: yes\n'),
      '15:5 feeds.0.allowPrivate "yes" cannot stand here. Write true or false.',
    ],
    [more('    burst: 1.5\n'), '15:5 feeds.0.burst "1.5" cannot stand here. Write a whole number.'],
    [more('    burst: 0\n'), '15:5 feeds.0.burst "0" is too small. Write at least 1.'],
    [
      more('outputFeeds:\n  items: 5000\n'),
      '16:3 outputFeeds.items "5000" is too big. Write at most 500.',
    ],
    [
      more('    fullText: alwys\n'),
      '15:5 feeds.0.fullText "alwys" is not known here. Did you mean always? Write auto or always or never.',
    ],
    // Values with a form of their own
    [
      more('    page:\n      content: "main[class"\n'),
      '16:7 feeds.0.page.content "main[class" is not a CSS selector that can be used here',
    ],
    [
      more('    page:\n      contents: main\n'),
      '16:7 feeds.0.page.contents There is no such setting. Did you mean "content"?',
    ],
    [
      more('    every: 15\n'),
      '15:5 feeds.0.every "15" is not a duration. Write a number and its unit, such as 15m',
    ],
    [more('    every: soon\n'), '15:5 feeds.0.every "soon" is not a duration.'],
    [
      more('    silence: off\n'),
      '15:5 feeds.0.silence "off" is not a duration. Write a number and its unit, such as 15m (s, m, h or d) or auto or never.',
    ],
    [more('    every: 8d\n'), '15:5 feeds.0.every "8d" is too long. Write at most 7d.'],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  timezone: Asia/Almati\n'),
      '3:3 newsroom.timezone "Asia/Almati" is not a time zone. Write an IANA name, such as "Asia/Almaty".',
    ],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  timezone: "+05:00"\n'),
      '3:3 newsroom.timezone "+05:00" is not a time zone.',
    ],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  language: english language\n'),
      '3:3 newsroom.language "english language" is not a language tag.',
    ],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  logo: /logo.png\n'),
      '3:3 newsroom.logo "/logo.png" is not a web address.',
    ],
    [
      least.replace('  name: Centre\n', '  name: Centre\n  url: "javascript:alert(1)"\n'),
      '3:3 newsroom.url "javascript:alert(1)" is not a web address.',
    ],
    [
      least.replace('news@example.org', 'news@localhost'),
      '5:3 email.from "Centre <news@localhost>" is not an e-mail address.',
    ],
    [
      least.replace('programs:', '  domain: "-x"\nprograms:'),
      '7:3 email.domain "-x" is not a domain.',
    ],
    [
      least.replace('- id: economy', '- id: all'),
      '10:5 programs.1.id "all" stands for all programs together.',
    ],
    // Discord
    [
      more(
        'discord:\n  channels:\n    - id: 112233445566778899\n      name: a\n      programs: all\n',
      ),
      '17:7 discord.channels.0.id 112233445566778899 is a number, and one so long loses its last digits. Write it in quotes: "112233445566778899".',
    ],
    [
      more('discord:\n  channels:\n    - id: "#general"\n      name: a\n      programs: all\n'),
      '17:7 discord.channels.0.id "#general" is not a Discord id.',
    ],
    [
      more(
        'discord:\n  channels:\n    - id: "112233445566778899"\n      name: a\n      programs: everything\n',
      ),
      '19:7 discord.channels.0.programs This is neither "all" nor a list of programs.',
    ],
    [
      more('discord:\n  channels:\n    - id: "112233445566778899"\n      name: a\n'),
      '17:7 discord.channels.0.programs This is missing. Add programs: all.',
    ],
    // Between settings
    [
      least.replace('- id: economy', '- id: security'),
      '10:5 programs.1.id "security" is already the id of the program on line 8.',
    ],
    [
      more('  - id: main\n    url: https://example.org/other.xml\n'),
      '15:5 feeds.1.id "main" is already the id of the feed on line 13.',
    ],
    [
      more('  - id: again\n    url: https://example.org/feed.xml\n'),
      '16:5 feeds.1.url "https://example.org/feed.xml" is already the address of the feed on line 14.',
    ],
    [
      more('    program: secruity\n'),
      '15:5 feeds.0.program There is no program "secruity". Did you mean "security"?',
    ],
    [
      more('    programs: [security, xyz]\n'),
      '15:26 feeds.0.programs.1 There is no program "xyz". Write one of security, economy, or define it under programs.',
    ],
    [more('fallbackProgram: news\n'), '15:1 fallbackProgram There is no program "news".'],
    [
      more(
        'discord:\n  channels:\n    - id: "112233445566778899"\n      name: a\n      programs: [economi]\n',
      ),
      '19:18 discord.channels.0.programs.0 There is no program "economi". Did you mean "economy"?',
    ],
    [
      more('    program: security\n    programs: [economy]\n'),
      '15:5 feeds.0.program This stands beside programs.',
    ],
    [
      more('    every: 1m\n'),
      '15:5 feeds.0.every "1m" is too often for a site that is not your own. Write 15m or more.',
    ],
    [
      more('    everyWhenQuiet: 10m\n'),
      '15:5 feeds.0.everyWhenQuiet "10m" is more often than the feed is polled when it is not quiet. Write 15m or more.',
    ],
    [
      least.replace('example.org/feed.xml', '10.1.2.3/feed.xml'),
      '14:5 feeds.0.url "10.1.2.3" is a private address',
    ],
    [
      least.replace('example.org/feed.xml', 'newsroom:80/feed.xml'),
      '14:5 feeds.0.url "newsroom:80" is a private address',
    ],
    // Subscribers
    [
      more('subscribers:\n  unwantedDomains: ["пример.example", "@example.org"]\n'),
      '16:39 subscribers.unwantedDomains.1 "@example.org" is not a domain. Write it as "example.org".',
    ],
    // Staff
    [
      more('staff:\n  mail: ["Editors <editors@example.org>"]\n'),
      '16:10 staff.mail.0 "Editors <editors@example.org>" is not an e-mail address. Write it as "editors@example.org", without a name.',
    ],
    [
      more('staff:\n  mail: [a@example.org, a@example.org]\n'),
      '16:25 staff.mail.1 "a@example.org" is named twice. Remove one of the two.',
    ],
    [
      more(
        'staff:\n  discordChannel: "112233445566778899"\ndiscord:\n  channels:\n    - id: "112233445566778899"\n      name: a\n      programs: all\n',
      ),
      '16:3 staff.discordChannel Readers have this Discord channel (on line 19), and would see what staff are told.',
    ],
    // YAML itself
    [`${least}feeds: []\n`, '15:1  This setting is given twice. Remove one of the two.'],
    [
      least.replace('  name: Centre', '\tname: Centre'),
      '2:1  A tab begins this line. Indent with spaces.',
    ],
    [
      least.replace('  name: Centre', '    name: Centre'),
      '3:1  All mapping items must start at the same column. Indent it like',
    ],
    [
      least.replace('Centre\n', 'Centre: the first\n'),
      '2:9  Nested mappings are not allowed in compact mappings. Put text with',
    ],
    [`${least}---\na: 1\n`, '15:1  A second document begins here.'],
    [
      least.replace('name: Centre', 'name: !Centre x'),
      '2:9  Unresolved tag: !Centre. Put text that begins with "!" in quotes.',
    ],
    [
      least.replace('name: Centre', 'name: *Centre'),
      '2:9  *Centre refers to an anchor that is not defined before it.',
    ],
    ['', '1:1  The config file is empty.'],
    ['# nothing\n', '1:1  The config file is empty.'],
    ['newsroom\n', '1:1  "newsroom" cannot stand here. Write a group of settings'],
  ])('says where it is and what to write: %#', (text, expected) => {
    const [first, ...rest] = seen(text).filter((error) => error.startsWith(expected));
    expect(first, seen(text).join('\n')).toBeDefined();
    expect(rest).toEqual([]);
  });

  test('of one kind comes alone', () => {
    expect(seen(more('    every: 1m\n'))).toHaveLength(1);
    expect(seen(more('    program: secruity\n'))).toHaveLength(1);
    expect(seen(more('__proto__: 1\n'))).toHaveLength(1);
  });

  test('never shows the password of an address', () => {
    const feed = '  - id: b\n    url: https://user:sesame@example.org/\n';
    expect(seen(`${least}${feed}${feed}`).join('\n')).toContain(
      'https://user:********@example.org/',
    );
    expect(seen(`${least}${feed}${feed}`).join('\n')).not.toContain('sesame');
  });

  test('of the file itself says what to do', () => {
    const folder = scratch();
    const only = (file: string) => {
      const loaded = loadConfig(file);
      return 'errors' in loaded && loaded.errors.map(({ message, fix }) => `${message} ${fix}`);
    };
    expect(only(join(folder, 'none.yaml'))).toEqual([
      'There is no such file. Write one with: broadsheet init --feed URL, or name another in BROADSHEET_CONFIG.',
    ]);
    expect(only(folder)).toEqual(['This is a folder. Name the file in it.']);
    const cyrillic = Uint8Array.from([0x61, 0x3a, 0x20, 0xcf, 0xf0, 0xe8, 0x0a]);
    expect(seen(cyrillic)).toEqual([
      '1:1  The file is not written in UTF-8. Save it again as UTF-8.',
    ]);
  });
});
