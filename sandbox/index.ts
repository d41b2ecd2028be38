/** The neighbours of the demo and of a config without neighbours: newsroom, mailbox and Discord on loopback. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { centre } from './centre.js';
import { demoDiscordChannels } from './demo.js';
import { type DiscordSandbox, type SandboxChannel, startDiscord } from './discord/index.js';
import { type SandboxMailbox, startMailbox } from './mailbox/index.js';
import { type Ports, recall, remember, sandboxDirectory } from './memory.js';
import { feedUrlOf, type SandboxNewsroom, startNewsroom } from './newsroom/index.js';
import { firstFreePort, LOOPBACK, loopbackUrl } from './serve.js';

export { followClock, openClock, playDays, until } from './clock.js';
export { demoConfig, demoSubscribers } from './demo.js';
export type { DiscordSandbox } from './discord/index.js';
export type { SandboxMailbox } from './mailbox/index.js';

const PREFERRED: Ports = { newsroom: 4011, smtp: 4012, mailbox: 4013, discord: 4014 };

export interface SandboxOptions {
  /** DATA_DIR: everything is kept in its folder `sandbox`. */
  readonly dataDir: string;
  /** Whether to open the newsroom: only the demo does. */
  readonly newsroom: boolean;
  /** The Discord channels that exist; the demo's where not given. */
  readonly discordChannels?: readonly SandboxChannel[];
  /** The clock of all stand-ins, which is that of the service they stand beside: this machine's where not given. */
  readonly now?: () => Date;
  /** Tried where no earlier port is remembered or free; 0 is any free one. */
  readonly ports?: Ports;
}

export interface Sandbox {
  readonly newsroom?: SandboxNewsroom;
  readonly mailbox: SandboxMailbox;
  readonly discord: DiscordSandbox;
  /** What the Discord stand-in takes as DISCORD_TOKEN. */
  readonly discordToken: string;
  close(): Promise<void>;
}

/**
 * Starts the stand-ins. Their ports and the token are remembered in `DATA_DIR/sandbox/sandbox.json`, since a
 * feed at another address counts as another feed; where a port is taken meanwhile, a free one
 * takes its place. Rejects, with nothing left running, where one cannot start.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const directory = sandboxDirectory(options.dataDir);
  const memory = await recall(options.dataDir);
  const now = options.now ?? (() => new Date());
  const discordToken = memory.discordToken ?? `sandbox-${randomBytes(16).toString('hex')}`;
  const preferred = options.ports ?? PREFERRED;
  const portFor = (part: keyof Ports) =>
    firstFreePort([memory.ports[part] ?? preferred[part], preferred[part]]);

  const running: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(running.map((part) => part.close()));
  };
  try {
    const mailbox = await startMailbox({
      smtpPort: await portFor('smtp'),
      webPort: await portFor('mailbox'),
      dir: join(directory, 'mail'),
      now,
    });
    running.push(mailbox);
    const discord = await startDiscord({
      port: await portFor('discord'),
      stateFile: join(directory, 'discord.json'),
      token: discordToken,
      guild: centre.name,
      channels: options.discordChannels ?? demoDiscordChannels,
      // A post is looked for from the time of its edition on: by another clock it would not be found.
      now: () => now().getTime(),
    });
    running.push(discord);
    const newsroom = options.newsroom
      ? await startNewsroom({
          port: await portFor('newsroom'),
          stateFile: join(directory, 'newsroom.json'),
          now,
        })
      : undefined;
    if (newsroom) running.push(newsroom);
    const ports = {
      ...memory.ports,
      ...(newsroom ? { newsroom: newsroom.port } : {}),
      smtp: mailbox.smtpPort,
      mailbox: mailbox.port,
      discord: discord.port,
    };
    await remember(options.dataDir, { discordToken, ports });
    return { ...(newsroom ? { newsroom } : {}), mailbox, discord, discordToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Where the demo's newsroom is, or will be at its first start, without starting anything: for
 * commands that read the demo's config while the service may or may not run.
 */
export async function demoNewsroom(dataDir: string): Promise<{ url: string; feedUrl: string }> {
  const { ports } = await recall(dataDir);
  const url = loopbackUrl(ports.newsroom ?? PREFERRED.newsroom);
  return { url, feedUrl: feedUrlOf(url) };
}

/** Where the mailbox takes mail, or will at its first start, without starting anything. */
export async function mailboxSmtpUrl(dataDir: string): Promise<string> {
  const { ports } = await recall(dataDir);
  return `smtp://${LOOPBACK}:${ports.smtp ?? PREFERRED.smtp}`;
}
