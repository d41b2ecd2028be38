/** Disks that are full in the middle of an edition: nothing is lost, and nothing comes twice. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useEngines } from '../support/engines.js';
import { sql, startPostgres } from '../support/postgres-server.js';
import { mayMount, smallDisk } from '../support/small-disk.js';
import { addReaders, newsroomRoom, notOnce } from './newsroom.js';

const [embedded, postgresql] = useEngines();
const skipped = mayMount ? '' : ' (run it as root, where a tmpfs may be mounted)';
const readers = 60;
/** Enough for a new ledger and its journal of writes, in megabytes. */
const roomFor = 160;

/** Publishes, and waits until some of the edition's mails are out, and more on their way. */
async function middleOfAnEdition({
  news,
  mail,
  firstPoll,
}: Awaited<ReturnType<typeof newsroomRoom>>) {
  await firstPoll();
  mail.faults.takes = 100;
  news.publish('fresh');
  await expect
    .poll(() => mail.accepted.length, { timeout: 60_000, interval: 5 })
    .toBeGreaterThan(5);
}

describe.skipIf(!mayMount)(`a full disk${skipped}`, () => {
  it.each([
    {
      of: 'the embedded database',
      async start() {
        if (!embedded) throw new Error('There is no such engine.');
        const around = await newsroomRoom(await embedded.start());
        const disk = await smallDisk(join(around.room.directory, 'data'), roomFor);
        return { around, disk, startAgain: async () => {} };
      },
    },
    {
      of: 'a PostgreSQL',
      async start() {
        const path = await mkdtemp(join(tmpdir(), 'broadsheet-full-'));
        onTestFinished(() => rm(path, { recursive: true, force: true }));
        const disk = await smallDisk(path, roomFor);
        const postgres = await startPostgres(join(path, 'postgres'));
        onTestFinished(() => postgres.close());
        const url = postgres.url('postgres');
        const around = await newsroomRoom({
          variables: { DATABASE_URL: url, BROADSHEET_SECRET: 'a secret of the test, long enough' },
          sql: (_room, statement) => sql(url, statement),
          killDatabase: () => postgres.stop(),
          flushQueue: async () => {},
        });
        // Whatever manages a server starts it again, if it has ended.
        const startAgain = () => postgres.start().catch(() => {});
        return { around, disk, startAgain };
      },
    },
  ])(
    'of $of is outlived by a service, which goes on when there is room again',
    async ({ start }) => {
      const { around, disk, startAgain } = await start();
      const { room, news, mail, settled } = around;
      const addresses = await addReaders(room, readers);
      const service = await room.start({ variables: { LOG_LEVEL: 'warn' } });
      await middleOfAnEdition(around);
      disk.fill();
      const meanwhile = Array.from({ length: 10 }, (_, n) => `meanwhile${n}`);
      for (const guid of meanwhile) news.publish(guid);
      await expect.poll(service.log, { timeout: 90_000 }).toMatch(/No space left on device/);
      expect(service.process.exitCode).toBe(null);
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);

      mail.faults.takes = 5;
      await disk.free();
      await startAgain();
      const { email } = await settled(1 + meanwhile.length);
      const subjects = ['fresh', ...meanwhile].map((guid) => `Article ${guid}`);
      expect(notOnce(mail.accepted, addresses, subjects)).toEqual({ never: [], twice: [] });
      expect(email).toEqual({ accepted: subjects.length * readers });
      await expect
        .poll(async () => (await fetch(`${service.url}/readyz`)).status, { timeout: 30_000 })
        .toBe(200);
      expect(await service.stop()).toBe(0);
    },
    240_000,
  );

  it('under DATA_DIR alone keeps nobody from being mailed, and nobody from leaving', async () => {
    if (!postgresql) throw new Error('There is no such engine.');
    const around = await newsroomRoom(await postgresql.start());
    const { room, news, mail, sql: ask, settled } = around;
    const addresses = await addReaders(room, readers);
    const disk = await smallDisk(join(room.directory, 'data'), 1);
    disk.fill();
    const service = await room.start();
    await middleOfAnEdition(around);
    await settled();
    expect(notOnce(mail.accepted, addresses, ['Article fresh'])).toEqual({ never: [], twice: [] });

    const leave = async (to: string | undefined) => {
      const { text = '' } = mail.accepted.find((one) => one.to === to) ?? {};
      const link = /https?:\S+\/unsubscribe\/[\w.~-]+/.exec(text)?.[0] ?? 'no link';
      const left = await fetch(link.replace(/^https?:\/\/[^/]+/, service.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      });
      expect(left.status).toBe(200);
    };
    const told = () => ask(`select from events where kind = 'journal.failed'`);
    await leave(addresses[0]);
    await leave(addresses[1]);
    expect(await told()).toHaveLength(1);
    await disk.free();
    await leave(addresses[2]);
    news.publish('second');
    await settled(2);
    const second = mail.accepted.filter(({ subject }) => subject === 'Article second');
    expect(second.map(({ to }) => to).sort()).toEqual(addresses.slice(3).sort());
    expect(await service.stop()).toBe(0);
  }, 180_000);
});
