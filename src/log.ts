/** The log of the process: one JSON document a line, on stderr, without an address or a secret. */

import { pino } from 'pino';
import type { Environment } from './config/config.js';
import { hidden } from './config/mask-url.js';
import type { Log } from './ledger.js';

/** An e-mail address, also in the brackets and quotes of a server's reply. */
const address = /[^\s@<>"'`(){}[\],;:=]+@[^\s@<>"'`(){}[\],;:=]+/gu;

/** Shorter values are not looked for: they would be found in ordinary words. */
const shortest = 4;

/**
 * The secrets of an environment: whole values, and the passwords within URLs, as they are written there
 * and as they are meant.
 */
function secretsOf(env: Environment): string[] {
  const urls = [env.databaseUrl, env.redisUrl, env.smtpUrl].flatMap((url) => {
    const { password } = new URL(url ?? 'none:');
    return [password, decode(password)];
  });
  return [env.secret ?? '', ...(env.oldSecrets ?? []), env.discordToken ?? '', ...urls].filter(
    (secret) => secret.length >= shortest,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Takes addresses and secrets out of a text. Nothing is logged that should hold any; this is for what
 * others say: errors of the database and of servers quote what they were given.
 */
export function createScrubber(env: Environment): (text: string) => string {
  const secrets = secretsOf(env);
  return (text) => {
    let scrubbed = text;
    for (const secret of secrets) scrubbed = scrubbed.replaceAll(secret, hidden);
    return scrubbed.replace(address, '<address>');
  };
}

/** Milliseconds within which the same warning is not written again. */
const quiet = 10_000;

/**
 * A log that writes the same warning once in ten seconds, and then how often it came in between: a
 * neighbour that is away is tried many times a second. `now` counts milliseconds.
 */
export function sparing(log: Log, now: () => number = Date.now): Log {
  const written = new Map<string, { readonly at: number; repeats: number }>();
  return {
    debug: (facts, sentence) => log.debug(facts, sentence),
    info: (facts, sentence) => log.info(facts, sentence),
    warn(facts, sentence) {
      const warning = JSON.stringify([facts, sentence]);
      const before = written.get(warning);
      if (before && now() - before.at < quiet) {
        before.repeats++;
        return;
      }
      if (written.size > 100) written.clear();
      written.set(warning, { at: now(), repeats: 0 });
      log.warn(before?.repeats ? { ...facts, repeats: before.repeats } : facts, sentence);
    },
    error: (facts, sentence) => log.error(facts, sentence),
  };
}

/**
 * @param write takes one whole line; stderr where it is not given
 */
export function createLog(
  env: Environment,
  level: Environment['logLevel'],
  write?: (line: string) => void,
): Log {
  const scrub = createScrubber(env);
  const scrubAll = (value: unknown): unknown => {
    if (typeof value === 'string') return scrub(value);
    if (Array.isArray(value)) return value.map(scrubAll);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubAll(one)]));
  };
  const options = {
    level,
    base: null,
    formatters: { log: (facts: object) => scrubAll(facts) as Record<string, unknown> },
    hooks: {
      logMethod(args: unknown[], method: (...args: unknown[]) => void) {
        method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg)),
        );
      },
    },
  };
  return pino(options as never, write ? { write } : pino.destination(2));
}
