import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markKey } from '../../src/queue/mark-key.js';
import { createMarks, markFile } from '../../src/store/marks.js';
import { redisPresent, startRedisServer } from '../support/redis.js';

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-marks-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const instance = randomUUID();

describe('marks in DATA_DIR', () => {
  it('are not moved back by any of several processes, and leave nothing behind', async () => {
    const directory = await scratch();
    const processes = [markFile(directory), markFile(directory), markFile(directory)];
    let mark = 0;
    for (let round = 0; round < 50; round++) {
      const noted = processes.map((place) => place.note({ instance, mark: ++mark }));
      if (round % 10 === 0) await markFile(directory).read();
      await Promise.all(noted);
      expect(await markFile(directory).read()).toEqual([{ instance, mark }]);
    }
    expect(await readdir(join(directory, 'ledger'))).toEqual([`${instance}.${mark}`]);
    expect((await stat(join(directory, 'ledger', `${instance}.${mark}`))).mode & 0o777).toBe(0o600);
  });

  it('keep those of each ledger apart, and ignore what is none', async () => {
    const directory = await scratch();
    const place = markFile(directory);
    const other = randomUUID();
    expect(await place.read()).toEqual([]);
    await place.note({ instance, mark: 7 });
    await place.note({ instance: other, mark: 2 });
    await writeFile(join(directory, 'ledger', 'notes.txt'), 'Hello');
    const found = await markFile(directory).read();
    expect(new Map(found.map((one) => [one.instance, one.mark]))).toEqual(
      new Map([
        [instance, 7],
        [other, 2],
      ]),
    );
  });

  it('do not stop sending where they cannot be written, and complain once', async () => {
    const directory = join(await scratch(), 'data');
    await mkdir(directory);
    await writeFile(join(directory, 'ledger'), 'A file where the folder should be');
    const warnings: string[] = [];
    const marks = createMarks([markFile(directory)], (_, sentence) => void warnings.push(sentence));
    await marks.note({ instance, mark: 1 });
    await marks.note({ instance, mark: 2 });
    expect(warnings).toEqual([expect.stringContaining('could not be kept outside the database')]);
    expect(await marks.read()).toEqual([{ instance, mark: 2 }]);
    await rm(join(directory, 'ledger'));
    await marks.note({ instance, mark: 3 });
    expect(await markFile(directory).read()).toEqual([{ instance, mark: 3 }]);
  });
});

describe.skipIf(!redisPresent)('marks in Redis (apt-get install redis-server)', () => {
  it('only go up, also where a slower process comes last', async () => {
    const { url } = await startRedisServer();
    const [one, two] = [markKey(url), markKey(url)];
    await one.note({ instance, mark: 12 });
    await one.close();
    await two.note({ instance, mark: 11 });
    await two.close();
    const reader = markKey(url);
    expect(await reader.read()).toEqual([{ instance, mark: 12 }]);
    await reader.close();
  });

  it('survive that Redis is away', async () => {
    const server = await startRedisServer();
    const warnings: string[] = [];
    const place = markKey(server.url);
    const marks = createMarks([place], (_, sentence) => void warnings.push(sentence));
    await marks.note({ instance, mark: 1 });
    await server.stop();
    expect(await marks.read()).toEqual([{ instance, mark: 1 }]);
    expect(warnings).toHaveLength(1);
    await server.start();
    await marks.note({ instance, mark: 2 });
    await expect
      .poll(() => place.read().catch(() => []), { timeout: 10_000 })
      .toEqual([{ instance, mark: 2 }]);
    await marks.close();
  });
});
