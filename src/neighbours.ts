/**
 * The stand-ins that a process brings up where no real neighbour is named: the whole demo without a
 * config, and for a config on the embedded database a mailbox or a Discord on this machine. Only this
 * file loads the sandbox.
 */

import type { Hono } from 'hono';
import type { Config, Environment } from './config/config.js';
import type { Ledger, Log } from './ledger.js';
import { nextWindow } from './store/digests.js';
import type { Arrival, DeliveryState } from './store/overview.js';
import { readPause } from './store/pause.js';

/** Milliseconds after the start until the demo's newsroom publishes an article by itself. */
const firstArticle = 10_000;
const underWay: ReadonlySet<DeliveryState> = new Set(['pending', 'claimed', 'sending']);

export interface Neighbours {
  /** The config in force: the demo's own where none was given. */
  readonly config: Config;
  /** The environment in force, with the stand-ins' addresses. */
  readonly env: Environment;
  /** The clock in force: the demo's can be set forward. */
  now(): Date;
  /** Tells of each time that the demo's clock was set. */
  onAdvance(listener: () => void): void;
  /** Puts the demo's subscribers into the ledger and makes its start page; undefined outside the demo. */
  populate(ledger: Ledger): Promise<Hono | undefined>;
  /** Lets the demo's newsroom begin to publish. */
  begin(): void;
  close(): Promise<void>;
}

export interface NeighboursOptions {
  /** Undefined: the demo. */
  readonly config: Config | undefined;
  readonly env: Environment;
  readonly publicUrl: string;
  readonly log: Log;
}

/** The demo's config, as `serve` runs it without a config file. */
export async function demoConfig({ dataDir }: Environment): Promise<Config> {
  const sandbox = await import('../sandbox/index.js');
  return sandbox.demoConfig(await sandbox.demoNewsroom(dataDir));
}

/** The demo's clock, for commands beside its service. */
export async function demoNow({ dataDir }: Environment): Promise<() => Date> {
  const sandbox = await import('../sandbox/index.js');
  return sandbox.followClock(dataDir);
}

/**
 * For commands beside a service: the environment with the stand-in mailbox that the service would bring
 * up, where no mail server is named.
 */
export async function withStandIns(env: Environment): Promise<Environment> {
  if (env.smtpUrl || (env.configFile && env.databaseUrl)) return env;
  const sandbox = await import('../sandbox/index.js');
  return { ...env, smtpUrl: await sandbox.mailboxSmtpUrl(env.dataDir) };
}

export async function prepareNeighbours(options: NeighboursOptions): Promise<Neighbours> {
  const { env } = options;
  // A config with a database of its own is meant in earnest: nothing of it goes to a stand-in.
  const needsMailbox = !env.smtpUrl && !(options.config && env.databaseUrl);
  const needsDiscord = !env.discordToken && !(options.config && env.databaseUrl);
  if (options.config && !needsMailbox && !needsDiscord) return realOnly(options.config, env);
  return withSandbox(options, needsMailbox, needsDiscord);
}

function realOnly(config: Config, env: Environment): Neighbours {
  return {
    config,
    env,
    now: () => new Date(),
    onAdvance() {},
    populate: async () => undefined,
    begin() {},
    async close() {},
  };
}

/** The Discord channels that a stand-in has to have. */
function standInChannels({ discord, staff }: Config): { id: string; name: string }[] {
  const ofStaff = staff.discordChannel ? [{ id: staff.discordChannel, name: 'staff' }] : [];
  return [...discord.channels, ...ofStaff];
}

async function withSandbox(
  { config: given, env, publicUrl, log }: NeighboursOptions,
  needsMailbox: boolean,
  needsDiscord: boolean,
): Promise<Neighbours> {
  const room = await import('../sandbox/index.js');
  const clock = given ? undefined : await room.openClock(env.dataDir);
  const now = clock?.now ?? (() => new Date());
  const stopping = new AbortController();
  const sandbox = await room.startSandbox({
    dataDir: env.dataDir,
    now,
    newsroom: given === undefined,
    ...(given && { discordChannels: standInChannels(given) }),
  });
  const { newsroom, mailbox, discord, discordToken } = sandbox;
  if (given && needsMailbox) {
    log.warn({}, `SMTP_URL is not set: all mail goes to ${mailbox.url} and to nobody else.`);
  }
  if (given && needsDiscord && standInChannels(given).length > 0) {
    log.warn({}, `DISCORD_TOKEN is not set: all posts go to ${discord.url} and to nobody else.`);
  }
  let timer: NodeJS.Timeout | undefined;
  let playing: Promise<void> | undefined;

  async function populate(ledger: Ledger): Promise<Hono | undefined> {
    if (!newsroom || !clock) return undefined;
    for (const subscriber of room.demoSubscribers) await ledger.subscribers.add(subscriber, 'demo');
    const [{ startPage }, { readArrivals }] = await Promise.all([
      import('../sandbox/start-page.js'),
      import('./staff/arrivals.js'),
    ]);
    const { programs } = room.demoConfig(newsroom);
    const feeds = new Map(
      [{ id: 'all', name: 'All programs' }, ...programs].flatMap(({ id, name }) => [
        [id, name],
        [`${id}/digests`, `${name}, digests`],
      ]),
    );
    const label = ({ channel, name, address }: Arrival) => {
      if (channel === 'rss') return feeds.get(address ?? '') ?? address ?? '';
      return channel === 'discord' ? `#${name}` : (name ?? '');
    };
    const page = ({ channel, address, state, detail }: Arrival) => {
      if (state !== 'accepted') return undefined;
      return channel === 'email' ? mailbox.mailboxUrl(address ?? '') : (detail ?? undefined);
    };
    return startPage({
      newsroom,
      mailbox,
      discord,
      outputFeeds: [...feeds].map(([id, name]) => ({ name, url: `${publicUrl}/feeds/${id}.rss` })),
      async arrivals() {
        const read = await readArrivals(ledger.database, 40);
        return {
          articles: read.map(({ article: { content, state }, deliveries }) => ({
            title: content.title,
            url: content.url,
            programs: programs.filter(({ id }) => content.programs.includes(id)),
            state,
            deliveries: deliveries.map((delivery) => {
              const url = page(delivery);
              return {
                channel: delivery.channel,
                destination: label(delivery),
                state: delivery.state,
                at: delivery.at.toISOString(),
                ...(url && { url }),
              };
            }),
          })),
        };
      },
      publish: () => newsroom.publish(),
      clock: { now, nextWindow: () => nextWindow(ledger.database), advance },
    });

    async function advance(step: 'hour' | 'window' | 'month'): Promise<void> {
      if (!newsroom || !clock) return;
      const next = step === 'window' ? await nextWindow(ledger.database) : undefined;
      if (step === 'hour') await clock.advanceTo(new Date(now().getTime() + 3_600_000));
      else if (next && next > now()) await clock.advanceTo(next);
      else if (step === 'month' && !playing) {
        playing = room
          .playDays(30, {
            clock,
            signal: stopping.signal,
            nextWindow: () => nextWindow(ledger.database),
            async publish() {
              const { url } = await newsroom.publish();
              const listed = async () =>
                (await readArrivals(ledger.database, 5)).some(
                  ({ article, deliveries }) => article.content.url === url && deliveries.length > 0,
                );
              await room.until(listed, stopping.signal);
            },
            quiet: async () =>
              (await readPause(ledger.database)) !== undefined ||
              (await readArrivals(ledger.database, 20)).every(({ deliveries }) =>
                deliveries.every(({ state }) => !underWay.has(state)),
              ),
          })
          .catch((error) => log.error({ error: String(error) }, 'The month could not be played.'))
          .finally(() => {
            playing = undefined;
          });
      }
    }
  }

  return {
    config: given ?? room.demoConfig(newsroom ?? (await room.demoNewsroom(env.dataDir))),
    env: {
      ...env,
      ...(needsMailbox && { smtpUrl: mailbox.smtpUrl }),
      ...(needsDiscord && { discordToken, discordApiUrl: discord.apiUrl }),
    },
    now,
    onAdvance: (listener) => clock?.onAdvance(listener),
    populate,
    begin() {
      if (!newsroom) return;
      timer = setTimeout(() => {
        newsroom.publish().catch((error) => {
          log.error({ error: String(error) }, "The demo's newsroom could not publish.");
        });
      }, firstArticle);
    },
    async close() {
      clearTimeout(timer);
      stopping.abort();
      await playing;
      await sandbox.close();
    },
  };
}
