/** Marks kept in Redis (see ../store/marks.ts): a sorted set, whose scores only go up. */

import { Redis } from 'ioredis';
import type { Mark, MarkPlace } from '../store/marks.js';

const key = 'broadsheet:marks';

/** Milliseconds between two writes. */
const pace = 1_000;

/** Writes at most once a second, and nobody waits for it: the file in DATA_DIR has each mark before it is used. */
export function markKey(url: string): MarkPlace {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: 5_000,
  });
  redis.on('error', () => {}); // What is asked of it fails, and tells.
  let wanted: Mark | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;

  async function write(): Promise<void> {
    timer = undefined;
    const mark = wanted;
    if (!mark) return;
    wanted = undefined;
    failure = await redis.zadd(key, 'GT', mark.mark, mark.instance).then(
      () => undefined,
      (error) => error,
    );
  }

  return {
    async read() {
      const found = await redis.zrange(key, '0', '-1', 'WITHSCORES');
      const marks: Mark[] = [];
      for (let at = 0; at < found.length; at += 2) {
        marks.push({ instance: found[at] ?? '', mark: Number(found[at + 1]) });
      }
      return marks;
    },
    async note(mark) {
      if (wanted?.instance !== mark.instance || wanted.mark < mark.mark) wanted = mark;
      timer ??= setTimeout(() => void write(), pace);
      if (failure) throw failure;
    },
    async close() {
      clearTimeout(timer);
      await write();
      redis.disconnect();
    },
  };
}
