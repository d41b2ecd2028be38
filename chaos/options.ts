/** What the chaos run is asked for on its command line. */

import { parseArgs } from 'node:util';
import { UsageError } from '../rig/usage.js';

export interface ChaosOptions {
  /** The same seed gives the same plan of kills, restarts, faults and drops. */
  readonly seed: string;
  /** Subscribers that each article's edition goes to by mail. */
  readonly readers: number;
  /** For how long things are killed; what is under way then is waited for. */
  readonly seconds: number;
  /** After so many kills nothing more is killed; no limit where undefined. */
  readonly kills: number | undefined;
  /** Where the queue is. The ledger is on PostgreSQL in both. */
  readonly engine: 'redis' | 'postgres';
  /** What the service does with mail that may have arrived (`delivery.uncertain`). */
  readonly uncertain: 'hold' | 'retry-once';
  /** The directory with dumps and logs stays. */
  readonly keep: boolean;
  readonly json: boolean;
}

export const help = `Usage: npm run chaos -- [options]

Sends editions while it kills the processes that send them, and counts in the mail server's own dumps,
in the Discord stand-in and in the output feeds what was lost and what came twice.

  --seed <text>         repeat the plan of an earlier run; a new one where not given
  --readers <n>         readers of each edition (5000)
  --seconds <n>         for how long things are killed (90)
  --kills <n>           stop killing after so many (no limit)
  --engine <name>       where the queue is: redis or postgres (redis)
  --uncertain <policy>  what becomes of mail that may have arrived: hold or retry-once (hold)
  --keep                keep the dumps, the logs and the database, and say where
  --json                print the report as JSON
  --help                print this

It needs smtp-sink (apt-get install postfix) and, for --engine redis, redis-server. Exit codes: 0 nothing
was lost and nothing came twice, 1 something was or did, 2 wrong usage or a missing part.
`;

/** Undefined where only the help is wanted. Throws UsageError. */
export function readOptions(argv: readonly string[], freshSeed: string): ChaosOptions | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  return {
    seed: values.seed ?? freshSeed,
    readers: whole('readers', values.readers ?? '5000', 1_000_000),
    seconds: whole('seconds', values.seconds ?? '90', 3_600),
    kills: values.kills === undefined ? undefined : whole('kills', values.kills, 10_000),
    engine: oneOf('engine', values.engine ?? 'redis', ['redis', 'postgres']),
    uncertain: oneOf('uncertain', values.uncertain ?? 'hold', ['hold', 'retry-once']),
    keep: values.keep ?? false,
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        seed: text,
        readers: text,
        seconds: text,
        kills: text,
        engine: text,
        uncertain: text,
        keep: flag,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message} "npm run chaos -- --help" lists the options.`,
    );
  }
}

function whole(name: string, value: string, most: number): number {
  if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw new UsageError(`--${name} has to be a whole number from 1 to ${most}, and not "${value}".`);
}

function oneOf<Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found) return found;
  throw new UsageError(`--${name} has to be ${words.join(' or ')}, and not "${value}".`);
}
