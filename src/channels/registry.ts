/** Every channel, one line each: how it is made, and which destinations the config gives it. */

import type { Config, Environment } from '../config/config.js';
import { configuredDestinationId } from '../editions/ids.js';
import type {
  ArticleId,
  Cadence,
  ChannelName,
  Delivery,
  EditionId,
  Language,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Database } from '../store/database.js';
import { deactivateOthers, putDestination } from '../store/destinations.js';
import { changeSchedule, fillSchedules, replaceProfile } from '../store/profiles.js';
import type { Channel, Links } from './channel.js';
import { createDiscordChannel } from './discord/index.js';
import { createEmailChannel } from './email/index.js';
import { createRssChannel } from './rss/index.js';

/** Keys, as far as channels need them. */
export interface ChannelKeys {
  addressHash(channel: ChannelName, address: string): Buffer;
  /** The local part of a delivery's return path. */
  returnPath(delivery: Delivery): string;
}

export interface ChannelOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly links: Links;
  readonly keys: ChannelKeys;
  /** Whether the next GET of an output feed serves this edition: as a digest, or as its articles. */
  readonly isPublic: (
    outputFeed: string,
    issue: { readonly edition: EditionId; readonly articles: readonly ArticleId[] },
  ) => Promise<boolean>;
  /** Told that an output feed serves something new. */
  readonly onServed: (outputFeed: string) => Promise<void>;
  readonly now: () => Date;
}

/** A destination that the config names, rather than a subscriber. */
interface ConfiguredDestination {
  readonly address: string;
  readonly name: string;
  readonly language: Language;
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
  readonly schedule: Schedule;
}

interface ChannelEntry {
  create(options: ChannelOptions): Channel;
  /** Undefined where its destinations are subscribers. */
  readonly destinations?: (config: Config) => readonly ConfiguredDestination[];
}

const registry: Readonly<Record<ChannelName, ChannelEntry>> = {
  email: { create: email },
  discord: { create: discord, destinations: discordChannels },
  rss: { create: rss, destinations: outputFeeds },
};

function email({ config, env, links, keys }: ChannelOptions): Channel {
  return createEmailChannel({
    config: config.email,
    newsroom: config.newsroom,
    smtpUrl: env.smtpUrl,
    links,
    returnPath: (delivery) => `${keys.returnPath(delivery)}@${config.email.domain}`,
  });
}

function discord({ config, env, links, now }: ChannelOptions): Channel {
  return createDiscordChannel({
    channels: config.discord.channels,
    staffChannel: config.staff.discordChannel,
    newsroom: config.newsroom,
    token: env.discordToken,
    apiUrl: env.discordApiUrl,
    links,
    now: () => now().getTime(),
  });
}

function discordChannels({ discord }: Config): ConfiguredDestination[] {
  return discord.channels.map(({ id, ...channel }) => ({ address: id, ...channel }));
}

function rss({ links, isPublic, onServed }: ChannelOptions): Channel {
  return createRssChannel({ links, serves: isPublic, onServed });
}

/** For each program and for all: a feed of articles, and one of digests. */
function outputFeeds({ newsroom, programs, outputFeeds, digest }: Config): ConfiguredDestination[] {
  const all = { id: 'all', programs: programs.map(({ id }) => id) };
  const each = programs.map(({ id }) => ({ id, programs: [id] }));
  return [all, ...each].flatMap((feed) => {
    const of = (address: string, cadence: Cadence): ConfiguredDestination => ({
      address,
      name: address,
      language: newsroom.language,
      programs: feed.programs,
      cadence,
      schedule: digest,
    });
    return [of(feed.id, 'instant'), of(`${feed.id}/digests`, outputFeeds.digests)];
  });
}

export const channelNames = Object.keys(registry) as ChannelName[];

/** Throws a full sentence where the channel cannot be made, such as for a DKIM key that cannot sign. */
export function createChannel(name: ChannelName, options: ChannelOptions): Channel {
  return registry[name].create(options);
}

export function createChannels(options: ChannelOptions): ReadonlyMap<ChannelName, Channel> {
  return new Map(channelNames.map((name) => [name, createChannel(name, options)]));
}

/** Brings the destinations that the config names into the ledger; those it no longer names get nothing more. */
export async function syncDestinations(
  database: Database,
  config: Config,
  keys: Pick<ChannelKeys, 'addressHash'>,
  at: Date,
): Promise<void> {
  await fillSchedules(database, config.digest, at);
  for (const [name, { destinations }] of Object.entries(registry)) {
    if (!destinations) continue;
    const channel = name as ChannelName;
    await database.transaction(async (tx) => {
      const kept: string[] = [];
      for (const { programs, cadence, ...destination } of destinations(config)) {
        const addressHash = keys.addressHash(channel, destination.address);
        const id = configuredDestinationId(channel, destination.address);
        await putDestination(tx, { ...destination, id, channel, addressHash }, at);
        await changeSchedule(tx, id, destination.schedule, at);
        await replaceProfile(tx, id, [{ programs, cadence }], at);
        kept.push(id);
      }
      await deactivateOthers(tx, channel, kept);
    });
  }
}
