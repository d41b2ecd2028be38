/** What the bench is asked for on its command line. */

import { parseArgs } from 'node:util';
import { UsageError } from '../rig/usage.js';

export const parts = ['mail', 'latency', 'render', 'start', 'watch', 'scale'] as const;
export type Part = (typeof parts)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Readers of the edition that `mail` sends. */
  readonly readers: number;
  /** Readers that `latency` and `scale` go up to. */
  readonly largest: number;
  /** Sizes that show only that the bench works. */
  readonly smoke: boolean;
  readonly json: boolean;
}

export interface BenchIo {
  /** One line of what happens. */
  readonly say: (line: string) => void;
}

export const help = `Usage: npm run bench -- [parts] [options]

Measures Broadsheet against what is possible on this machine, as ratios in one run: a figure of one
machine, or of one hour, says nothing of another. Parts: ${parts.join(', ')}; all where none is named.

  --readers <n>  readers of the edition that is sent by mail (20000)
  --largest <n>  readers that latency and scale go up to (1000000)
  --smoke        small sizes, to see that the bench works
  --json         print the figures as JSON
  --help         print this

It needs smtp-sink and smtp-source (apt-get install postfix), openssl and redis-server. Exit codes: 0 every
figure is as wanted, 1 one is not, 2 wrong usage or a missing part.
`;

/** Undefined where only the help is wanted. Throws UsageError. */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  const smoke = values.smoke ?? false;
  const named = positionals.map((name) => {
    const part = parts.find((one) => one === name);
    if (!part) throw new UsageError(`There is no part "${name}". There are ${parts.join(', ')}.`);
    return part;
  });
  return {
    parts: named.length > 0 ? named : parts,
    readers: whole('readers', values.readers ?? (smoke ? '300' : '20000')),
    largest: whole('largest', values.largest ?? '1000000'),
    smoke,
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { readers: text, largest: text, smoke: flag, json: flag, help: flag },
    });
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message} "npm run bench -- --help" lists the options.`,
    );
  }
}

function whole(name: string, value: string): number {
  if (/^\d{2,7}$/.test(value)) return Number(value);
  throw new UsageError(
    `--${name} has to be a whole number from 10 to 9999999, and not "${value}".`,
  );
}
