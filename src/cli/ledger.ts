/** What commands that look into the ledger begin and end with. */

import { userInfo } from 'node:os';
import type { Ledger } from '../app.js';
import type { Config, Environment } from '../config/config.js';
import type { Io } from './io.js';
import { readSettings } from './settings.js';

export interface OpenedLedger extends Ledger {
  readonly config: Config;
  readonly environment: Environment;
}

/** Opens the ledger of the config (or of the demo) for one command, and closes it whatever happens. */
export async function withLedger<Result>(
  io: Io,
  options: { readonly config?: string },
  work: (ledger: OpenedLedger) => Promise<Result>,
): Promise<Result> {
  const { config: own, environment } = readSettings(io, options);
  const [{ openLedger }, config] = await Promise.all([
    import('../app.js'),
    own ?? import('../neighbours.js').then(({ demoConfig }) => demoConfig(environment)),
  ]);
  const warn = (_: object, sentence: string) => void io.stderr.write(`${sentence}\n`);
  const log = { debug() {}, info() {}, warn, error: warn };
  const ledger = await openLedger({ config, env: environment, log, now: () => new Date() });
  try {
    return await work({ ...ledger, config, environment });
  } finally {
    await ledger.close();
  }
}

/** Who does it: `--as NAME`, or the system's user. */
export function actorOf(options: { readonly as?: string }): string {
  return options.as?.trim() || userInfo().username;
}
