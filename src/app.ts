/** The composition root: makes the channels, the workers and the web of an opened ledger. */

import { once } from 'node:events';
import type { Hono } from 'hono';
import type { Channel, Links } from './channels/channel.js';
import type { Config, Environment } from './config/config.js';
import { drain } from './drain.js';
import { type Ledger, type LedgerOptions, releaseAll } from './ledger.js';
import type { ChannelName } from './model.js';
import { isPublic } from './store/digest-feeds.js';
import { fenceSentence, lookAtFence, requireNoFence } from './store/fence.js';
import { noteFeedChanged } from './store/hub-pings.js';
import { joinProcesses } from './store/processes.js';
import type { Keys } from './subscribers/keys.js';
import { idToken, returnPath, unsubscribeToken } from './subscribers/tokens.js';
import type { ClosedWindows } from './workers/close-windows.js';
import { keepReconciling } from './workers/reconcile.js';

export type Role = 'watch' | 'assemble' | 'deliver' | 'web' | 'inbound';
export const roles: readonly Role[] = ['watch', 'assemble', 'deliver', 'web', 'inbound'];

/** Where readers find things, under PUBLIC_URL. */
export function createLinks(publicUrl: string, keys: Keys): Links {
  return {
    edition: (edition) => `${publicUrl}/editions/${edition}`,
    unsubscribe: ({ destination, programs }) =>
      `${publicUrl}/unsubscribe/${unsubscribeToken(keys, { destination: destination.id, programs })}`,
    preferences: ({ destination }) =>
      `${publicUrl}/preferences/${idToken(keys, 'preferences', destination.id)}`,
    outputFeed: (id, format) => `${publicUrl}/feeds/${id}.${format}`,
  };
}

export interface ChannelsOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly ledger: Pick<Ledger, 'database' | 'keys'>;
  readonly links: Links;
  readonly now: () => Date;
}

export interface OpenedChannels {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  close(): Promise<void>;
}

/** Makes every channel. They connect when they first send. */
export async function openChannels(options: ChannelsOptions): Promise<OpenedChannels> {
  const { config, env, ledger, links, now } = options;
  const { createChannels } = await import('./channels/registry.js');
  const channels = createChannels({
    config,
    env,
    links,
    keys: {
      addressHash: ledger.keys.addressHash,
      returnPath: (delivery) => returnPath(ledger.keys, delivery),
    },
    isPublic: (outputFeed, issue) => isPublic(ledger.database, outputFeed, issue),
    onServed: (outputFeed) => noteFeedChanged(ledger.database, outputFeed),
    now,
  });
  return {
    channels,
    async close() {
      for (const channel of channels.values()) await channel.close();
    },
  };
}

/** Closes the windows that are due at `asOf`, as a service does by itself when that moment comes. */
export async function closeWindows(
  options: Pick<ServiceOptions, 'config' | 'ledger' | 'now'> & Pick<OpenedChannels, 'channels'>,
  asOf: Date,
): Promise<ClosedWindows> {
  const { config, ledger, channels, now } = options;
  const { database } = ledger;
  await requireNoFence(database);
  const [{ createCloseWindows }, { createRender }] = await Promise.all([
    import('./workers/close-windows.js'),
    import('./workers/render.js'),
  ]);
  const close = createCloseWindows({
    database,
    programs: config.programs,
    render: createRender({ database, channels, now }),
    now,
    signal: new AbortController().signal,
    async onReady(editionId, names) {
      const queue = await ledger.queue();
      for (const channel of names) await queue.deliver({ editionId, channel });
    },
  });
  return close(asOf);
}

export interface Service {
  /** Where it answers; undefined where this process neither serves the web nor was given a PORT. */
  readonly port: number | undefined;
  /** Stops claiming, lets what is on the wire finish for as long as the config says, and closes everything. */
  close(): Promise<void>;
}

export interface ServiceOptions extends LedgerOptions {
  readonly ledger: Ledger;
  readonly roles: readonly Role[];
  readonly publicUrl: string;
  readonly port: number;
  /** Pages of the demo, beside the public ones. */
  readonly pages?: Hono | undefined;
  /** Tells of each time that the clock was set forward. */
  readonly onAdvance?: (listener: () => void) => void;
}

/** Starts the workers and the web of these roles. What it started is closed again where it throws. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, env, log, now, ledger } = options;
  const { database, keys } = ledger;
  const stopping = new AbortController();
  const { signal } = stopping;
  const releasers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    stopping.abort();
    await releaseAll(releasers);
  };
  const has = (role: Role) => options.roles.includes(role);
  let port: number | undefined;
  const links = createLinks(options.publicUrl, keys);
  const opened = await openChannels({ ...options, links });
  releasers.push(opened.close);
  const works = has('watch') || has('assemble') || has('deliver');
  // The metrics take their time to load, and commands do without them.
  const [{ createOperations }, { measured }] = await Promise.all([
    import('./operations.js'),
    import('./channels/measured.js'),
  ]);
  const { scrape, steps } = createOperations({
    ...options,
    database,
    queue: works ? await ledger.queue() : undefined,
    channels: [...opened.channels.keys()],
  });
  const channels = new Map(
    [...opened.channels].map(([name, channel]) => [name, measured(channel, steps)]),
  );
  const { syncDestinations } = await import('./channels/registry.js');
  await syncDestinations(database, config, keys, now());
  const marks = await ledger.marks();

  try {
    await ledger.mergeJournal();
    if (await isFenced()) log.error({}, fenceSentence);
    // First, as what it complains of (a port that is taken) must stop the start before anything is sent.
    if (has('web') || env.port !== undefined) await startWeb();
    if (has('inbound') && env.inboundPort !== undefined) await takeMail(env.inboundPort);
    if (works) await startWork();
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ roles: options.roles, port }, 'Broadsheet is running.');
  return { port, close };

  async function isFenced(): Promise<boolean> {
    return (await lookAtFence(database, marks, now())) !== undefined;
  }

  /** The pages, or what machines ask of a process that serves none. */
  async function startWeb() {
    const [{ createPublicWeb }, { operationsRoutes }, { serveWeb }, { openHealth }] =
      await Promise.all([
        import('./public-web.js'),
        import('./web/operations.js'),
        import('./web/server.js'),
        import('./look-after.js'),
      ]);
    const health = await openHealth(options);
    const pages = has('web') ? createPublicWeb({ ...options, links, health, scrape }) : undefined;
    const app = pages?.app ?? operationsRoutes({ health, scrape });
    if (has('web') && options.pages) app.route('/', options.pages);
    const server = await serveWeb(app, { port: options.port, host: listenHost(env) });
    // While the wire is drained, what is asked of the web ends too.
    const closed = once(signal, 'abort')
      .then(() => server.close())
      .then(() => pages?.settled());
    releasers.push(() => closed);
    port = server.port;
  }

  /** Bounces, complaints and unsubscribe mails. */
  async function takeMail(inboundPort: number) {
    const { startInbound } = await import('./inbound/index.js');
    const inbound = await startInbound({
      config,
      database,
      keys,
      journal: ledger.journal,
      leave: (token) => ledger.subscribers.leave(token, 'programs', { origin: 'unsubscribe mail' }),
      port: inboundPort,
      host: listenHost(env),
      onReceived: (facts, effect) => log[effect ? 'info' : 'debug'](facts, 'A mail came in.'),
      onError: (error) =>
        log.warn({ error: error.message }, 'A mail that came in could not be recorded.'),
      now,
    });
    releasers.push(() => inbound.close());
  }

  async function startWork() {
    const queue = await ledger.queue();
    for (const { level, message } of await queue.examine())
      if (level !== 'ok') log.warn({}, message);
    const me = await joinProcesses(database, options.roles);
    releasers.push(() => me.close());
    const { createProcessors } = await import('./processors.js');
    const processors = createProcessors({
      ...{ config, ledger, channels, marks, now, signal, steps, queue, owner: me.number, log },
      ...{ publicUrl: options.publicUrl, links },
    });
    if (has('watch')) releasers.push(await processors.watch());
    if (has('assemble')) await processors.assemble();
    const { startLookingAfter } = await import('./look-after.js');
    const looking = await startLookingAfter({ ...options, channels });
    releasers.push(() => looking.stop());
    if (has('deliver')) await processors.deliver(looking.notes);
    const { close: closeChannels } = opened;
    const { drainFor } = config.delivery;
    releasers.push(() =>
      drain({ queue, database, owner: me.number, drainFor, closeChannels, log }),
    );
    const reconciling = await keepReconciling({
      database,
      queue,
      feeds: config.feeds,
      owner: me.number,
      now,
      isFenced,
      onDone: steps.reconciled,
      onError: (error) =>
        log.warn({ error: String(error) }, 'What is to be done was not looked up.'),
    });
    releasers.push(() => reconciling.stop());
    options.onAdvance?.(reconciling.now);
  }
}

/** The embedded installation is for one machine; one with a database of its own serves others. */
function listenHost(env: Environment): string {
  return env.databaseUrl || env.publicUrl ? '0.0.0.0' : '127.0.0.1';
}
