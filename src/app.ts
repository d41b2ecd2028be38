/** The composition root: opens the ledger and the queue, and makes the workers, the channels and the web of them. */

import { once } from 'node:events';
import type { Hono } from 'hono';
import type { Channel, Links } from './channels/channel.js';
import type { Config, Environment } from './config/config.js';
import { drain } from './drain.js';
import type { ChannelName } from './model.js';
import { journalOf, marksOf, mergeJournalOf } from './outside.js';
import type { JobQueue } from './queue/queue.js';
import { type Database, openDatabase } from './store/database.js';
import { isPublic } from './store/digest-feeds.js';
import { openEmbedded } from './store/embedded.js';
import { keepAlive } from './store/embedded-alive.js';
import { fenceSentence, lookAtFence, requireNoFence } from './store/fence.js';
import type { Marks } from './store/marks.js';
import { migrate } from './store/migrate.js';
import { whenThere } from './store/patience.js';
import { joinProcesses } from './store/processes.js';
import type { Journal } from './subscribers/journal.js';
import { embeddedSecret, type Keys, openKeys } from './subscribers/keys.js';
import { createSubscribers, type Subscribers } from './subscribers/subscribers.js';
import { idToken, returnPath, unsubscribeToken } from './subscribers/tokens.js';
import type { ClosedWindows } from './workers/close-windows.js';
import type { NeighbourNotes } from './workers/neighbours.js';
import { deliverJobId, keepReconciling } from './workers/reconcile.js';

/** What the log is told: a sentence, and ids. Never an address or a secret. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}

export type Role = 'watch' | 'assemble' | 'deliver' | 'web' | 'inbound';
export const roles: readonly Role[] = ['watch', 'assemble', 'deliver', 'web', 'inbound'];

/** Closes what was opened, the last first. One that fails does not keep the others open. */
export async function releaseAll(releasers: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const release of releasers.splice(0).reverse()) {
    await release().catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** The ledger, opened: all that the command line needs for looking and for most acts. */
export interface Ledger {
  readonly database: Database;
  readonly keys: Keys;
  readonly subscribers: Subscribers;
  /** Where leavings and suppressions are kept outside the database. */
  readonly journal: Journal;
  /** Brings into the ledger what the journal has and it lacks, and tells staff of that. */
  mergeJournal(): Promise<void>;
  /** How far the ledger has come, as it is kept outside the database. */
  marks(): Promise<Marks>;
  /** Opens the queue when it is first asked for. */
  queue(): Promise<JobQueue>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Log;
  readonly now: () => Date;
  /** A database or a queue that is away is waited for until this aborts; not at all where not given. */
  readonly waiting?: AbortSignal;
}

/** Opens the database (the embedded one where DATABASE_URL is not set), migrates it, and checks the secret. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { config, env, log, now, waiting } = options;
  const releasers: (() => Promise<unknown>)[] = [];
  const close = () => releaseAll(releasers);
  try {
    let url = env.databaseUrl;
    let revive = () => {};
    if (!url) {
      const say = (sentence: string) => log.info({}, sentence);
      const server = await openEmbedded({ dataDir: env.dataDir, say });
      releasers.push(() => server.close());
      url = server.url;
      revive = keepAlive(server, log);
    }
    const onError = (error: Error) => {
      log.warn({ error: error.message }, 'The database went away.');
      revive();
    };
    const database = openDatabase({ url, onError });
    releasers.push(() => database.close());
    await whenThere(() => migrate(database), {
      waiting,
      onAway: ({ message }) =>
        log.warn({ error: message }, 'The database does not answer. It is waited for.'),
    });
    const secret = env.secret ?? (await embeddedSecret(env.dataDir));
    const keys = await openKeys(database, secret, env.oldSecrets);
    const outside = { database, env, log, now };
    const journal = journalOf(outside);
    let marks: Promise<Marks> | undefined;
    const openMarks = async () => {
      const opened = await marksOf(outside);
      releasers.push(() => opened.close());
      return opened;
    };
    let queue: Promise<JobQueue> | undefined;
    const openJobs = async () => {
      // BullMQ takes its time to load, and most commands do without it.
      const { openQueue } = await import('./queue/queue.js');
      const open = () =>
        openQueue({
          databaseUrl: database.url,
          ...(env.redisUrl && { redisUrl: env.redisUrl }),
          onError: (error) => log.warn({ error: error.message }, 'A job or the queue failed.'),
        });
      const onAway = ({ message }: Error) => log.warn({}, `${message} It is waited for.`);
      const opened = await whenThere(open, { waiting, onAway });
      releasers.push(() => opened.close());
      return opened;
    };
    return {
      database,
      keys,
      subscribers: createSubscribers({
        database,
        keys,
        programs: config.programs,
        schedule: config.digest,
        now,
        unwantedDomains: config.subscribers.unwantedDomains,
        journal,
      }),
      journal,
      mergeJournal: () => mergeJournalOf(outside),
      marks() {
        marks ??= openMarks();
        return marks;
      },
      queue() {
        queue ??= openJobs();
        return queue;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

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
      for (const channel of names) await queue.add('deliver', { editionId, channel });
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
    if (has('watch')) await startWatch(queue);
    if (has('assemble')) await startAssemble(queue, me.number);
    const { startLookingAfter } = await import('./look-after.js');
    const looking = await startLookingAfter({ ...options, channels });
    releasers.push(() => looking.stop());
    if (has('deliver')) await startDeliver(queue, me.number, looking.notes);
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

  async function startWatch(queue: JobQueue) {
    const [{ createFetcher }, { createReader }, { createWatch }] = await Promise.all([
      import('./feeds/fetch.js'),
      import('./feeds/reader.js'),
      import('./workers/watch.js'),
    ]);
    const fetcher = createFetcher({
      userAgent: `Broadsheet (${config.newsroom.name}; ${config.email.replyTo})`,
      now: () => now().getTime(),
    });
    const reader = createReader({});
    releasers.push(
      () => fetcher.close(),
      () => reader.close(),
    );
    const watch = createWatch({
      database,
      fetcher,
      reader,
      feeds: config.feeds,
      programs: config.programs,
      fallback: config.fallbackProgram,
      releaseAfter: config.release.after,
      now,
      signal,
      onFresh: () => queue.add('assemble', {}),
      onPolled: steps.polled,
    });
    await queue.work(
      'watch',
      async (job) => {
        const { again } = await watch(job);
        if (!again) return;
        const delay = Math.max(0, again.getTime() - now().getTime());
        await queue.add('watch', job, { delay, id: `due-${job.feedId}-${again.getTime()}` });
      },
      8,
    );
  }

  async function startAssemble(queue: JobQueue, owner: number) {
    const { createAssemble } = await import('./workers/assemble.js');
    const assemble = createAssemble({
      database,
      channels,
      programs: config.programs,
      now,
      signal,
      async onReady(editionId, names) {
        await steps.ready(editionId, names);
        for (const channel of names) {
          const job = { editionId, channel };
          await queue.add('deliver', job, { id: deliverJobId(job, owner, now()) });
        }
      },
    });
    await queue.work(
      'assemble',
      async () => {
        const { next } = await assemble();
        if (!next) return;
        const delay = Math.max(0, next.getTime() - now().getTime());
        await queue.add('assemble', {}, { delay, id: `next-${next.getTime()}` });
      },
      1,
    );
  }

  async function startDeliver(queue: JobQueue, owner: number, notes: NeighbourNotes) {
    const { createDeliver } = await import('./workers/deliver.js');
    const policy = config.delivery;
    const { alertsWithin } = config.catchUp;
    const deliver = createDeliver({
      ...{ database, channels, owner, policy, alertsWithin, notes, now, signal, marks },
      journal: ledger.journal,
    });
    await queue.work(
      'deliver',
      async (job) => {
        const { retryAt } = await deliver(job);
        if (!retryAt) return;
        const delay = Math.max(0, retryAt.getTime() - now().getTime());
        await queue.add('deliver', job, { delay });
      },
      4,
    );
  }
}

/** The embedded installation is for one machine; one with a database of its own serves others. */
function listenHost(env: Environment): string {
  return env.databaseUrl || env.publicUrl ? '0.0.0.0' : '127.0.0.1';
}
