/** The connection to Redis, and what Redis has to be like to keep the queue's jobs. */

import { Redis } from 'ioredis';
import type { Finding } from '../model.js';

/** The oldest Redis that BullMQ's scripts are made for. */
const oldest = [6, 2] as const;

/**
 * Connects to the Redis of a URL: `redis:`, or `rediss:` for TLS; user and password as it has them.
 * Rejects with a full sentence, which never holds the password.
 */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<Redis> {
  // BullMQ's workers block on their connection and must never give a command up.
  const connection = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  // `connect` itself only says that the connection was closed.
  let why: Error | undefined;
  const note = (error: Error) => {
    why ??= error;
  };
  connection.on('error', note);
  try {
    await connection.connect();
  } catch (error) {
    connection.disconnect();
    const cause = why ?? (error as Error);
    throw new Error(
      `Redis does not answer at REDIS_URL (${cause.message}). Start it or mend REDIS_URL, or unset it to keep the queue in PostgreSQL.`,
      { cause },
    );
  }
  connection.off('error', note);
  connection.on('error', onError);
  return connection;
}

/**
 * What Redis says of itself; undefined where it may not be asked. `INFO` is enough: managed servers
 * permit it more often than `CONFIG`.
 */
export async function redisInfo(redis: Pick<Redis, 'info'>): Promise<string | undefined> {
  try {
    return await redis.info();
  } catch (error) {
    if (/^NOPERM|unknown command/i.test((error as Error).message)) return undefined;
    throw error;
  }
}

/**
 * Judges the server's version, and what it does when its memory is full, by what `INFO` says: lines
 * `name:value`; undefined where it may not be asked.
 */
export function judgeRedis(info = ''): Finding[] {
  const facts = new Map(
    info.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
  const version = facts.get('redis_version');
  const policy = facts.get('maxmemory_policy');
  const found: Finding[] = [];
  const tell = (level: Finding['level'], message: string) =>
    found.push({ subject: 'queue', level, message });

  if (version === undefined) {
    tell(
      'warning',
      `Redis does not tell its version (INFO is not permitted). It has to be ${oldest.join('.')} or newer: look it up where you rent it.`,
    );
  } else if (isOlder(version)) {
    tell(
      'error',
      `Redis is ${version}, and Broadsheet needs ${oldest.join('.')} or newer. Upgrade it, or unset REDIS_URL to keep the queue in PostgreSQL.`,
    );
  }
  if (policy === undefined) {
    tell(
      'warning',
      'Redis does not tell its maxmemory-policy. It has to be noeviction, or jobs are lost when its memory is full: look it up where you rent it.',
    );
  } else if (policy !== 'noeviction') {
    tell(
      'error',
      `Redis has maxmemory-policy ${policy}: when its memory is full, it would throw jobs away. Set it to noeviction, in redis.conf or with: redis-cli config set maxmemory-policy noeviction`,
    );
  }
  if (found.length === 0) tell('ok', `It answers, on Redis ${version} that evicts nothing.`);
  return found;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
