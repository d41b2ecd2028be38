/** Reads the config file: YAML, then its shape, then what must hold between settings. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { isAlias, LineCounter, parseDocument, visit } from 'yaml';
import type { Schedule } from '../model.js';
import { parseMailbox } from './address.js';
import type { Config } from './config.js';
import { crossCheck, politeInterval } from './cross-checks.js';
import { type Explained, explain } from './explain.js';
import { type Places, placesOf } from './place.js';
import type { ConfigError } from './problem.js';
import { weekdays } from './schedule.js';
import { type ConfigFile, configSchema } from './schema.js';

export type LoadedConfig =
  | { readonly config: Config }
  | { readonly errors: readonly ConfigError[] };

/**
 * Loads a config file. Reports all errors at once, in the order of their lines; after an error of the
 * YAML itself the rest cannot be judged. Paths inside the config are relative to the file.
 */
export function loadConfig(file: string): LoadedConfig {
  const top = { file, line: 1, column: 1, path: '' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return { errors: [{ ...top, ...unreadable(error) }] };
  }

  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const places = placesOf(document, lines);
  const errors: ConfigError[] = [...document.errors, ...document.warnings].map((error) => ({
    file,
    ...places.at(error.pos[0]),
    path: '',
    ...misspelt(error.code, error.message),
  }));
  visit(document, (_, node) => {
    if (!isAlias(node) || node.resolve(document)) return;
    const message = `*${node.source} refers to an anchor that is not defined before it.`;
    const fix = 'Put the text in quotes if it only begins with "*".';
    errors.push({ file, ...places.at(node.range?.[0] ?? 0), path: '', message, fix });
  });
  // A key given twice leaves the rest readable, so it can be reported with the rest.
  const readable = document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  if (!readable || errors.length > document.errors.length) return { errors };

  const raw: unknown = document.toJS();
  if (raw === null || raw === undefined) {
    const fix = 'Write one with: broadsheet init --feed URL --force.';
    return { errors: [{ ...top, message: 'The config file is empty.', fix }] };
  }
  const read = configSchema.safeParse(raw, { reportInput: true });
  const explained = [
    ...(read.error?.issues ?? []).flatMap((issue) => explain(issue, places.source(issue.path))),
    ...crossCheck(raw, (path) => places.of(path).line),
    ...checkKeyFile(raw, file),
    ...checkTlsFiles(raw, file),
  ];
  errors.push(...explained.map((problem) => placed(problem, file, places)));
  if (errors.length > 0 || !read.success) {
    return { errors: errors.sort((a, b) => a.line - b.line || a.column - b.column) };
  }
  return { config: settle(read.data, file) };
}

function placed({ path, message, fix, at }: Explained, file: string, places: Places): ConfigError {
  const place = places.of(at === 'parent' ? path.slice(0, -1) : path);
  return { file, ...place, path: path.join('.'), message, fix };
}

function unreadable(error: unknown): { message: string; fix: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return {
        message: 'There is no such file.',
        fix: 'Write one with: broadsheet init --feed URL, or name another in BROADSHEET_CONFIG.',
      };
    case 'EISDIR':
      return { message: 'This is a folder.', fix: 'Name the file in it.' };
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { message: 'The file is not written in UTF-8.', fix: 'Save it again as UTF-8.' };
    default:
      return {
        message: `The file cannot be read (${error instanceof Error ? error.message : String(error)}).`,
        fix: 'Check its permissions.',
      };
  }
}

/** The fixes for the mistakes people make most in YAML; its own messages are good for the rest. */
function misspelt(code: string, message: string): { message: string; fix: string } {
  const sentence = `${message.replace(/\.$/, '')}.`;
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'This setting is given twice.', fix: 'Remove one of the two.' };
    case 'TAB_AS_INDENT':
      return { message: 'A tab begins this line.', fix: 'Indent with spaces.' };
    case 'MULTIPLE_DOCS':
      return { message: 'A second document begins here.', fix: 'Remove the line "---".' };
    case 'BAD_INDENT':
      return { message: sentence, fix: 'Indent it like the lines that belong to it.' };
    case 'TAG_RESOLVE_FAILED':
      return { message: sentence, fix: 'Put text that begins with "!" in quotes.' };
    default:
      return { message: sentence, fix: 'Put text with : # @ or quotes in it in double quotes.' };
  }
}

/** Without them the server could not start, and bounces would be lost on the day somebody looks. */
function checkTlsFiles(raw: unknown, file: string): Explained[] {
  const { bounces } = raw as { bounces?: { tls?: Readonly<Record<string, unknown>> } };
  const files = ['certFile', 'keyFile'].map((key) => [key, bounces?.tls?.[key]] as const);
  return files.flatMap(([key, name]) => {
    if (typeof name !== 'string' || name.trim() === '') return [];
    const named = resolve(dirname(file), name);
    try {
      readFileSync(named);
      return [];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const message = `${named} cannot be read (${code}).`;
      const fix = 'Write the path of a PEM file, relative to this file.';
      return [{ path: ['bounces', 'tls', key], message, fix, at: 'key' as const }];
    }
  });
}

/** A key that cannot sign would leave every mail unsigned without a word, so it is tried here. */
function checkKeyFile(raw: unknown, file: string): Explained[] {
  const { email } = raw as { email?: { dkim?: { keyFile?: unknown } } };
  const name = email?.dkim?.keyFile;
  if (typeof name !== 'string' || name.trim() === '') return [];
  const path = ['email', 'dkim', 'keyFile'];
  const keyFile = resolve(dirname(file), name);
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(keyFile));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [message, fix] = /^E[A-Z]+$/.test(code)
      ? [
          `${keyFile} cannot be read (${code}).`,
          'Write the path of the key, relative to this file.',
        ]
      : [`${keyFile} holds no private key.`, makeKey];
    return [{ path, message, fix, at: 'key' }];
  }
  if (key.asymmetricKeyType === 'rsa') return [];
  const message = `${keyFile} holds a key of the type ${key.asymmetricKeyType}, and only RSA is signed with.`;
  return [{ path, message, fix: makeKey, at: 'key' }];
}

const makeKey = 'Make a key with: openssl genrsa -out dkim.pem 2048.';

/** Seconds between two polls of a feed that publishes rarely: an hour late is no harm where days lie between. */
const quietInterval = 60 * 60;

/** Fills in what one setting takes from another. */
function settle(read: ConfigFile, file: string): Config {
  const ids = read.programs.map((program) => program.id);
  /** In the config's order, each once. */
  const ordered = (chosen: readonly string[]) => ids.filter((id) => chosen.includes(id));
  const { dkim, ...email } = read.email;
  const { tls, ...bounces } = read.bounces;
  const senderDomain = parseMailbox(read.email.from)?.domain ?? '';
  const digest = scheduleOf(read.digest, {
    timezone: read.newsroom.timezone,
    hour: 8,
    weekday: 1,
  });
  return {
    ...read,
    programs: read.programs.map((program) => ({
      ...program,
      colour: program.colour ?? read.newsroom.colour,
    })),
    fallbackProgram: read.fallbackProgram ?? ids[0] ?? '',
    feeds: read.feeds.map(({ program, programs, ...feed }) => ({
      ...feed,
      everyWhenQuiet: feed.everyWhenQuiet ?? Math.max(feed.every, quietInterval),
      // Who polls a site more often than is polite says that it is their own.
      own: feed.own ?? feed.every < politeInterval,
      programs: ordered(programs ?? (program === undefined ? [] : [program])),
    })),
    email: {
      ...email,
      domain: email.domain ?? senderDomain,
      ...(dkim && {
        dkim: {
          domain: dkim.domain ?? senderDomain,
          selector: dkim.selector,
          keyFile: resolve(dirname(file), dkim.keyFile),
        },
      }),
    },
    digest,
    bounces: {
      ...bounces,
      ...(tls && {
        tls: {
          certFile: resolve(dirname(file), tls.certFile),
          keyFile: resolve(dirname(file), tls.keyFile),
        },
      }),
    },
    subscribers: {
      unwantedDomains: read.subscribers.unwantedDomains.map(domainToASCII),
    },
    discord: {
      ...read.discord,
      channels: read.discord.channels.map(({ timezone, hour, weekday, ...channel }) => ({
        ...channel,
        language: channel.language ?? read.newsroom.language,
        programs: channel.programs === 'all' ? ids : ordered(channel.programs),
        schedule: scheduleOf({ timezone, hour, weekday }, digest),
      })),
    },
  };
}

/** The file's settings, and for what it leaves out the others. */
function scheduleOf(
  read: { [Key in keyof ConfigFile['digest']]: ConfigFile['digest'][Key] | undefined },
  others: Schedule,
): Schedule {
  return {
    timezone: read.timezone ?? others.timezone,
    hour: read.hour ?? others.hour,
    weekday: read.weekday ? weekdays.indexOf(read.weekday) + 1 : others.weekday,
  };
}
