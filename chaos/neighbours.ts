/** Everything that the service has around it in a run, on loopback and in one directory. */

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../rig/child.js';
import { type Postgres, startPostgres } from '../rig/postgres.js';
import { type RedisServer, startRedis } from '../rig/redis.js';
import { type DiscordSandbox, startDiscord } from '../sandbox/discord/index.js';
import type { ChaosOptions } from './options.js';
import { type MailServer, startMail } from './parts/mail.js';
import { type Newsroom, startNewsroom } from './parts/newsroom.js';
import type { Plan } from './plan.js';
import { config, discordChannels, token } from './service-config.js';

export interface Neighbours {
  readonly postgres: Postgres;
  /** Undefined where the queue is in the database. */
  readonly redis: RedisServer | undefined;
  readonly mail: MailServer;
  readonly newsroom: Newsroom;
  readonly discord: DiscordSandbox;
  /** Where the service's web is to be. */
  readonly webUrl: string;
  readonly secret: string;
  /** The environment of the service's processes. Its config lies in the directory. */
  readonly env: Readonly<Record<string, string>>;
}

/** What was started is added to `releasers` at once, so that it can be stopped where the rest fails. */
export async function startNeighbours(
  options: Pick<ChaosOptions, 'engine' | 'uncertain'>,
  directory: string,
  plan: Plan,
  releasers: (() => Promise<unknown>)[],
): Promise<Neighbours> {
  async function opened<T>(thing: Promise<T>, close: (thing: T) => Promise<unknown>): Promise<T> {
    const found = await thing;
    releasers.push(() => close(found));
    return found;
  }
  const postgres = await opened(startPostgres(directory), (one) => one.stop('immediate'));
  const redis =
    options.engine === 'redis'
      ? await opened(startRedis(directory), (one) => one.stop())
      : undefined;
  const mail = await opened(startMail(directory, plan.drops), (one) => one.stop());
  const newsroom = await opened(startNewsroom(), (one) => one.close());
  // Its own limit on posts is not what this is about.
  const rateLimit = { posts: 30, seconds: 5 };
  const discord = await opened(
    startDiscord({ port: 0, token, guild: 'Test', channels: discordChannels, rateLimit }),
    (one) => one.close(),
  );
  const webUrl = `http://127.0.0.1:${await freePort()}`;
  const secret = randomBytes(32).toString('hex');
  await writeFile(join(directory, 'broadsheet.yaml'), config(newsroom.feedUrl, options.uncertain));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATA_DIR: join(directory, 'data'),
    LOG_LEVEL: 'warn',
    BROADSHEET_SECRET: secret,
    DATABASE_URL: postgres.url,
    ...(redis && { REDIS_URL: redis.url }),
    SMTP_URL: mail.url,
    DISCORD_TOKEN: token,
    DISCORD_API_URL: discord.apiUrl,
    PUBLIC_URL: webUrl,
  };
  return { postgres, redis, mail, newsroom, discord, webUrl, secret, env };
}
