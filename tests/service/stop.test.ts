/** The real process is told to stop while mail is on the wire, by a mail server that takes its time. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import { type Faults, startMailServer, startScripted } from '../channels/email/mail-server.js';
import { channel, edition as frozen } from '../channels/email/parts.js';
import { emptyDatabase } from '../support/database.js';
import { manyReaders, readyAlert } from '../support/ledger.js';

const launcher = join(import.meta.dirname, '../../bin/broadsheet.js');

const config = (drainFor: string) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example, connections: 2 }
programs: [{ id: spp, name: Security and Politics Program (SPP) }]
feeds: [{ id: main, url: "https://newsroom.example/feed.xml" }]
delivery: { drainFor: ${drainFor} }
`;

let rendered: unknown;
beforeAll(async () => {
  const email = channel(undefined);
  rendered = await email.render(frozen);
});

/** An edition to thirty readers that is ready, and a service that delivers it to the mail server. */
async function delivering(drainFor: string, smtpUrl: string) {
  const url = await emptyDatabase();
  const database = openDatabase({ url });
  onTestFinished(() => database.close());
  await migrate(database);
  await manyReaders(database, 30);
  await readyAlert(database, { renderings: [{ channel: 'email', result: { rendered } }] });
  await database.query('update editions set waits_since = now()');
  await database.query('update deliveries set created_at = now()');
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-stop-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'broadsheet.yaml'), config(drainFor));

  function start() {
    const child: ChildProcess = spawn(process.execPath, [launcher, 'serve', '--role', 'deliver'], {
      cwd: directory,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DATA_DIR: join(directory, 'data'),
        LOG_LEVEL: 'warn',
        BROADSHEET_SECRET: 'a secret of the test that is long enough for it',
        DATABASE_URL: url,
        SMTP_URL: smtpUrl,
        DISCORD_TOKEN: 'token',
        PUBLIC_URL: 'http://localhost:8080',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += chunk;
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    return {
      log: () => log,
      signal: () => void child.kill('SIGTERM'),
      /** Tells it to stop; resolves to its exit code and the seconds until then. */
      async stop() {
        const begun = performance.now();
        child.kill('SIGTERM');
        return { code: await exited, seconds: (performance.now() - begun) / 1000 };
      },
    };
  }
  async function states() {
    const { rows } = await database.query(
      'select state, count(*)::int as n from deliveries group by state',
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }
  return { start, states };
}

async function mailServer(faults: Faults) {
  const server = await startMailServer(faults, { closeTimeout: 100 });
  onTestFinished(server.close);
  return server;
}

/** Deliveries that the mail server has whole, and has not answered. */
const waiting = { timeout: 30_000, interval: 20 };

it('finishes what is on the wire, begins nothing, and exits with 0', async () => {
  let onWire = 0;
  let answer = () => {};
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = await mailServer({
    beforeAnswer: async () => {
      onWire++;
      await told;
    },
  });
  const { start, states } = await delivering('30s', server.url);
  const service = start();
  await expect.poll(() => onWire, waiting).toBe(2);
  const stopped = service.stop();
  await expect.poll(service.log).toContain('Stopping');
  setTimeout(answer, 1_000);
  const { code, seconds } = await stopped;
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(20);
  expect(onWire).toBe(2);
  expect(await states()).toEqual({ accepted: 2, pending: 28 });
}, 60_000);

it('waits no longer than it is let for a server that never answers, and tells what it leaves', async () => {
  let onWire = 0;
  const server = await mailServer({
    beforeAnswer: () => {
      onWire++;
      return new Promise(() => {});
    },
  });
  const { start, states } = await delivering('1s', server.url);
  const service = start();
  await expect.poll(() => onWire, waiting).toBe(2);
  const { code, seconds } = await service.stop();
  expect(code).toBe(0);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThan(6);
  expect(await states()).toEqual({ uncertain: 2, pending: 28 });
  expect(service.log()).toContain('2 deliveries were still on the wire after 1s: ');
}, 60_000);

it('knows that what it was still writing has not arrived', async () => {
  let greeted = 0;
  const server = await startScripted((line, socket) => {
    if (line === 'DATA') greeted++;
    // No answer to DATA: the message is never begun.
    else socket.write('250 ok\r\n');
  });
  onTestFinished(server.close);
  const { start, states } = await delivering('0s', server.url);
  const service = start();
  await expect.poll(() => greeted, waiting).toBe(2);
  const { code, seconds } = await service.stop();
  expect(code).toBe(0);
  expect(seconds).toBeLessThan(5);
  expect(await states()).toEqual({ pending: 30 });
}, 60_000);

it('ends at once at the second signal, and the next process finds what was on the wire', async () => {
  let onWire = 0;
  let silent = true;
  const server = await mailServer({
    beforeAnswer: () => {
      onWire++;
      return silent ? new Promise(() => {}) : Promise.resolve();
    },
  });
  const { start, states } = await delivering('5m', server.url);
  const service = start();
  await expect.poll(() => onWire, waiting).toBe(2);
  service.signal();
  await expect.poll(service.log).toContain('again to stop at once');
  const { code, seconds } = await service.stop();
  expect(code).toBe(1);
  expect(seconds).toBeLessThan(5);
  expect(await states()).toEqual({ sending: 2, claimed: 28 });

  silent = false;
  const next = start();
  await expect.poll(states, waiting).toEqual({ uncertain: 2, accepted: 28 });
  expect((await next.stop()).code).toBe(0);
}, 90_000);
