/** What commands that look into the ledger begin and end with. */

import { userInfo } from 'node:os';
import type { Config, Environment } from '../config/config.js';
import type { Ledger } from '../ledger.js';
import { exitCodes, Failure } from './exit.js';
import type { Io } from './io.js';

export interface OpenedLedger extends Ledger {
  readonly config: Config;
  readonly environment: Environment;
  /** The demo's clock may be ahead. */
  readonly now: () => Date;
}

async function demo(environment: Environment): Promise<{ config: Config; now: () => Date }> {
  const { demoConfig, demoNow } = await import('../neighbours.js');
  return { config: await demoConfig(environment), now: await demoNow(environment) };
}

/** Opens the ledger of the config (or of the demo) for one command, and closes it whatever happens. */
export async function withLedger<Result>(
  io: Io,
  options: { readonly config?: string },
  work: (ledger: OpenedLedger) => Promise<Result>,
): Promise<Result> {
  const { readSettings } = await import('./settings.js');
  const { config: own, environment } = readSettings(io, options);
  const [{ openLedger }, { config, now }] = await Promise.all([
    import('../ledger.js'),
    own ? { config: own, now: () => new Date() } : demo(environment),
  ]);
  const warn = (_: object, sentence: string) => void io.stderr.write(`${sentence}\n`);
  const log = { debug() {}, info() {}, warn, error: warn };
  // The embedded PostgreSQL may have to start, and to recover first.
  const starting = () => void io.stderr.write('Opening the ledger …\n');
  const slow = environment.databaseUrl ? undefined : setTimeout(starting, 2_000);
  const ledger = await openLedger({ config, env: environment, log, now }).finally(() =>
    clearTimeout(slow),
  );
  try {
    return await work({ ...ledger, config, environment, now });
  } finally {
    await ledger.close();
  }
}

/** Names under which Broadsheet itself and readers act: a member of staff must not be taken for them. */
const taken: readonly string[] = ['schedule', 'reader'];

/** Who does it: `--as NAME`, or the system's user. Throws a Failure where that names nobody. */
export function actorOf(options: { readonly as?: string }): string {
  const name = options.as === undefined ? systemUser() : options.as.replace(/\s+/g, ' ').trim();
  if (name && !taken.includes(name.toLowerCase())) return name;
  throw new Failure(
    name
      ? `Nobody of the staff can be called "${name}". Say who you are with --as NAME.`
      : 'Say who you are with --as NAME.',
    exitCodes.usage,
  );
}

/** Empty for a user without a name, as in a container that runs under a number. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
