/**
 * The environment: secrets and addresses. The only place that reads process.env, and one table of
 * everything it reads.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as util from 'node:util';
import type { Environment } from './config.js';
import { nearest } from './nearest.js';
import { type Problem, quote } from './problem.js';

/** Variables by their names, as process.env holds them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What is wrong with a variable's value, and what to write instead. Never quotes a secret. */
class Invalid extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

interface Variable<Value> {
  readonly name: string;
  /** What it is, in one sentence. */
  readonly what: string;
  /** Stands in where the variable is empty or not set. */
  readonly default?: string;
  /** Whether the whole value is hidden when shown; passwords within URLs are hidden anyway. */
  readonly secret: boolean;
  /** Throws Invalid. `directory` is the working directory. */
  parse(value: string, directory: string): Value;
}

type Table = { readonly [Key in keyof Environment]-?: Variable<NonNullable<Environment[Key]>> };

/** Takes a URL with one of the schemes, such as `redis:`. */
function url(schemes: readonly string[], example: string) {
  return (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    // The value is not quoted: it may hold a password.
    const begin = schemes.map((scheme) => `${scheme}//`).join(' or ');
    if (!parsed || !schemes.includes(parsed.protocol)) {
      throw new Invalid(`This is not a URL that begins with ${begin}.`, `Write it as ${example}.`);
    }
    if (!parsed.hostname) throw new Invalid('This URL names no host.', `Write it as ${example}.`);
    return value;
  };
}

/** Takes a web URL to which a path can be added, and takes the slash from its end. */
function baseUrl(example: string) {
  const web = url(['http:', 'https:'], example);
  return (value: string): string => {
    const { search, hash, username } = new URL(web(value));
    if (search || hash || username) {
      throw new Invalid('Only a host and a path may be in this URL.', `Write it as ${example}.`);
    }
    return value.replace(/\/+$/, '');
  };
}

function port(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Invalid(
    `${quote(value)} is not a port.`,
    'Write a number from 1 to 65535, or 0 for any free one.',
  );
}

function oneOf<Word extends string>(words: readonly Word[]) {
  return (value: string): Word => {
    const found = words.find((word) => word === value.toLowerCase());
    if (found) return found;
    const meant = nearest(value, words);
    throw new Invalid(
      `${quote(value)} is not known here.`,
      `${meant ? `Did you mean ${meant}? ` : ''}Write one of ${words.join(', ')}.`,
    );
  };
}

export const makeSecret =
  'Make one with: node -p "crypto.randomBytes(32).toString(\'hex\')", and keep it safe. To change it, name the old one in BROADSHEET_OLD_SECRETS.';

export const environmentTable: Table = {
  configFile: {
    name: 'BROADSHEET_CONFIG',
    what: 'The config file. Where not set, broadsheet.yaml in the working directory; without one, the demo runs.',
    secret: false,
    parse: (value, directory) => resolve(directory, value),
  },
  secret: {
    name: 'BROADSHEET_SECRET',
    what: 'The root of all keys (links, return paths, suppressions); at least 32 characters. Needed with DATABASE_URL; else made in DATA_DIR.',
    secret: true,
    parse: (value) => {
      if (value.length >= 32) return value;
      throw new Invalid(`This has ${value.length} characters, and needs at least 32.`, makeSecret);
    },
  },
  oldSecrets: {
    name: 'BROADSHEET_OLD_SECRETS',
    what: 'What BROADSHEET_SECRET was before, divided by commas: links in mails that were sent stay good. Never take one away.',
    secret: true,
    parse: (value) => {
      const secrets = value.split(',').map((one) => one.trim());
      const short = secrets.find((one) => one.length < 32);
      if (short === undefined) return secrets;
      throw new Invalid(
        `One of these has ${short.length} characters, and a secret has at least 32.`,
        'Write the old secrets as they were, with a comma between two.',
      );
    },
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    what: 'A PostgreSQL database. Where not set, Broadsheet runs one of its own in DATA_DIR.',
    secret: false,
    parse: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/broadsheet'),
  },
  redisUrl: {
    name: 'REDIS_URL',
    what: 'A Redis for the queue. Where not set, the queue is in the database.',
    secret: false,
    parse: url(['redis:', 'rediss:'], 'redis://host:6379/0'),
  },
  smtpUrl: {
    name: 'SMTP_URL',
    what: 'The mail server. Where not set, mail goes to a mailbox on loopback with a web page.',
    secret: false,
    parse: url(['smtp:', 'smtps:'], 'smtps://user:password@host:465'),
  },
  discordToken: {
    name: 'DISCORD_TOKEN',
    what: 'The token of the Discord bot. Where not set, posts go to a stand-in on loopback.',
    secret: true,
    parse: (value) => {
      if (!/\s/.test(value)) return value;
      throw new Invalid(
        'This holds white space.',
        'Write the token alone, without "Bot" before it.',
      );
    },
  },
  discordApiUrl: {
    name: 'DISCORD_API_URL',
    what: "Discord's API, without the version; to be changed only for tests and proxies.",
    default: 'https://discord.com/api',
    secret: false,
    parse: baseUrl('https://discord.com/api'),
  },
  publicUrl: {
    name: 'PUBLIC_URL',
    what: 'Where readers reach the pages and the output feeds. Needed with SMTP_URL.',
    secret: false,
    parse: baseUrl('https://news.example.org'),
  },
  port: {
    name: 'PORT',
    what: 'The port of the web server: 8080 where not set, or another where the demo finds that taken. Without the web role, health and metrics are there, where set.',
    secret: false,
    parse: port,
  },
  inboundPort: {
    name: 'INBOUND_PORT',
    what: 'The port that bounces, complaints and unsubscribe mails come to, by SMTP. Where not set, none are taken.',
    secret: false,
    parse: port,
  },
  dataDir: {
    name: 'DATA_DIR',
    what: 'Where the embedded database, the secret, the marks and the journal for a restore, and the state of the demo are kept.',
    default: 'data',
    secret: false,
    parse: (value, directory) => {
      const folder = resolve(directory, value);
      if (!existsSync(folder) || statSync(folder).isDirectory()) return folder;
      throw new Invalid(
        `${quote(value)} is a file.`,
        'Name a folder; it is made where it is not there.',
      );
    },
  },
  logLevel: {
    name: 'LOG_LEVEL',
    what: 'How much is logged: error, warn, info or debug.',
    default: 'info',
    secret: false,
    parse: oneOf(['error', 'warn', 'info', 'debug']),
  },
};

/** The config file that is used where BROADSHEET_CONFIG names none. */
export const usualConfigFile = 'broadsheet.yaml';

/** The config file, as an absolute path: the named one, else the usual one where it exists. */
export function configFileOf(variables: Variables, directory: string): string | undefined {
  const named = variables.BROADSHEET_CONFIG?.trim();
  if (named) return resolve(directory, named);
  const usual = join(directory, usualConfigFile);
  return existsSync(usual) ? usual : undefined;
}

export type ReadEnvironment =
  | { readonly environment: Environment }
  | { readonly errors: readonly Problem[] };

/**
 * Reads the variables of the table. An empty one counts as not set. Reports all errors at once.
 *
 * @param directory the working directory, an absolute path
 */
export function readEnvironment(variables: Variables, directory: string): ReadEnvironment {
  const errors: Problem[] = [];
  const found: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(environmentTable)) {
    const value = variables[variable.name]?.trim() || variable.default;
    if (value === undefined) continue;
    try {
      found[key] = variable.parse(value, directory);
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      errors.push({ path: variable.name, message: error.message, fix: error.fix });
    }
  }
  const configFile = configFileOf(variables, directory);
  if (configFile) found.configFile = configFile;
  // Every key of the table was parsed by its own entry, and those with a default are there.
  return errors.length > 0 ? { errors } : { environment: found as unknown as Environment };
}

/** parseEnv is in every Node that runs Broadsheet (20.12), but not in the types of Node 20.9. */
const { parseEnv } = util as typeof util & {
  parseEnv(text: string): Record<string, string>;
};

/**
 * The variables of this process, together with those of a `.env` file in the directory where there is
 * one. What the process has wins, even when empty.
 */
export function processVariables(directory: string): Variables {
  const file = join(directory, '.env');
  const there = statSync(file, { throwIfNoEntry: false })?.isFile();
  const written = there ? parseEnv(readFileSync(file, 'utf8')) : {};
  return { ...written, ...process.env };
}
