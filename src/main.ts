/** The process: what `broadsheet serve` runs, until it is told to stop. */

import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { type Role, startService } from './app.js';
import type { Config, Environment } from './config/config.js';
import { within } from './drain.js';
import { openLedger, releaseAll } from './ledger.js';
import { createLog, sparing } from './log.js';

export interface ServeOptions {
  /** Undefined: the demo, with a newsroom of its own. */
  readonly config: Config | undefined;
  readonly env: Environment;
  readonly roles: readonly Role[];
  /** Told the one line that says ready. */
  readonly onReady: (line: string) => void;
  /** Resolves when the process is asked to stop. */
  readonly stop: Promise<unknown>;
}

const preferredPort = 8080;
/** Milliseconds that closing everything may take, beyond the time for what is on the wire. */
const grace = 2_000;

/**
 * Runs the service. Resolves when it was stopped, also where something would not be closed; rejects where
 * it cannot start, with a full sentence.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { env } = options;
  // V8 lets garbage grow to several times what lives before it collects that, and an edition to many
  // readers makes a lot. By half is soon enough, and takes no more than a hundredth of the time.
  setFlagsFromString('--heap-growing-percent=50');
  // The demo shows on its page what happens, and its terminal stays calm.
  const calm = options.config === undefined && env.logLevel === 'info';
  const log = sparing(createLog(env, calm ? 'warn' : env.logLevel));
  const releasers: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  let patience = grace;
  void options.stop.then(() => stopping.abort());
  try {
    const port = await choosePort(env, options.config === undefined);
    const publicUrl = env.publicUrl ?? `http://localhost:${port}`;
    const { prepareNeighbours } = await import('./neighbours.js');
    const around = await prepareNeighbours({ config: options.config, env, log, publicUrl });
    releasers.push(() => around.close());
    const { config, now, onAdvance } = around;
    patience += config.delivery.drainFor * 1000;
    const waiting = stopping.signal;
    const ledger = await openLedger({ config, env: around.env, log, now, waiting });
    releasers.push(() => ledger.close());
    const pages = await around.populate(ledger);
    const service = await startService({
      config,
      env: around.env,
      log,
      now,
      ledger,
      roles: options.roles,
      publicUrl,
      port,
      pages,
      onAdvance,
    });
    releasers.push(() => service.close());
    options.onReady(
      pages
        ? `Broadsheet is ready: open ${publicUrl}/`
        : `Broadsheet is ready (${options.roles.join(', ')})${options.roles.includes('web') ? `: ${publicUrl}/` : ''}`,
    );
    around.begin();
    await options.stop;
    log.info({}, 'Broadsheet is stopping: what is on the wire is finished first.');
  } catch (error) {
    // Told to stop while it waited for a neighbour.
    if (!stopping.signal.aborted) throw error;
  } finally {
    if (await within(patience, releaseAll(releasers))) {
      log.info({ roles: options.roles }, 'Broadsheet has stopped.');
    } else {
      log.warn({}, 'Broadsheet stops without closing everything, as that took too long.');
    }
  }
}

/** PORT (any free one for 0), or 8080. The demo takes another where that is taken. */
async function choosePort(env: Environment, demo: boolean): Promise<number> {
  const wanted = env.port ?? preferredPort;
  // Links to a port have to know which one before the first of them is written.
  const toBeFound = env.port === 0 ? env.publicUrl === undefined : env.port === undefined && demo;
  if (!toBeFound) return wanted;
  return new Promise((resolve) => {
    const probe = createServer();
    const take = () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    };
    probe.once('error', () => probe.listen(0, '127.0.0.1', take));
    probe.listen(wanted, '127.0.0.1', take);
  });
}
