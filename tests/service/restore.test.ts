import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { simpleParser } from 'mailparser';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { expect, inject, it, onTestFinished } from 'vitest';
import type { Health } from '../../src/staff/health.js';
import { emptyDatabase } from '../support/database.js';
import { postgresPresent, startPostgres } from '../support/postgres.js';
import { redisPresent, startRedis } from '../support/redis.js';
import { freePort, serviceRoom } from '../support/service.js';
import { newsFeed } from './newsroom.js';

const run = promisify(execFile);

/** A mail server that writes down `<reader>: <subject>`, and where the reader unsubscribes. */
async function mailServer() {
  const mails: string[] = [];
  const links = new Map<string, string>();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    async onData(stream, session, callback) {
      const mail = await simpleParser(stream);
      const name = session.envelope.rcptTo[0]?.address.split('@')[0] ?? '';
      mails.push(`${name}: ${mail.subject}`);
      const list = mail.headers.get('list') as { unsubscribe?: { url?: string } } | undefined;
      links.set(name, list?.unsubscribe?.url ?? '');
      callback();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, mails, links };
}

const config = (feedUrl: string) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street, language: en, timezone: Asia/Almaty }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program (SPP), aliases: [SPP], colour: "#7a1f3d" }]
feeds: [{ id: main, url: "${feedUrl}", every: 5s, allowPrivate: true }]
release: { after: 0s }
`;

interface Backups {
  readonly url: string;
  /** Makes a backup, which `restore` brings back. */
  backup(): Promise<void>;
  /** Returns where the restored ledger lies. */
  restore(): Promise<string>;
}

/** Sends, makes a backup, sends on, restores it, and confirms that. */
async function restoreAndConfirm(
  { url, backup, restore }: Backups,
  variables: Readonly<Record<string, string>>,
  restored: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [news, mail, port] = await Promise.all([newsFeed(['old']), mailServer(), freePort()]);
  const environment = {
    BROADSHEET_SECRET: 'a secret of the test, and long enough',
    SMTP_URL: mail.url,
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: String(port),
    ...variables,
  };
  const before = await serviceRoom(config(news.feedUrl), { ...environment, DATABASE_URL: url });
  for (const name of ['amina', 'bolat', 'dina']) {
    await before.json(
      ...['subscribers', 'add', `${name}@readers.example`, '--programs', 'spp'],
      ...['--consent-source', 'Test'],
    );
  }
  let service = await before.start();
  const seeded = async () => (await before.json('status')).feeds[0].seededAt;
  await expect.poll(seeded, { timeout: 20_000, interval: 500 }).not.toBeNull();
  const leave = async (name: string) => {
    const left = await fetch(mail.links.get(name) ?? '', {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect(left.status).toBe(200);
  };
  const everyone = (guid: string) =>
    ['amina', 'bolat', 'dina'].map((name) => `${name}: Article ${guid}`);
  const arrive = async (mails: string[]) =>
    expect.poll(() => mail.mails.toSorted(), { timeout: 20_000 }).toEqual(mails.toSorted());

  news.publish('one');
  await before.json('poll');
  await arrive(everyone('one'));
  expect(await service.stop()).toBe(0);
  await backup();
  service = await before.start();
  news.publish('two');
  await before.json('poll');
  await arrive([...everyone('one'), ...everyone('two')]);
  await leave('amina');
  expect(await service.stop()).toBe(0);

  const dataDir = restored.DATA_DIR ?? join(before.directory, 'data');
  const after = await serviceRoom(config(news.feedUrl), {
    ...environment,
    DATABASE_URL: await restore(),
    DATA_DIR: dataDir,
  });
  news.publish('three');
  const polls = news.polls();
  const again = await after.start();
  const ready = await fetch(`${again.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(((await ready.json()) as Health).parts.fence).toBe('down');
  await expect(after.json('poll')).rejects.toThrow();
  expect(await (await fetch(`${again.url}/feeds/spp.rss`)).text()).toContain('Article one');
  await leave('bolat');
  const shown = await after.json('confirm-restore', '--dry-run');
  expect(shown).toMatchObject({ confirmed: false, deliveries: {}, feeds: ['main'] });
  expect(shown.fence).not.toBeNull();
  expect(news.polls()).toBe(polls);

  await after.json('confirm-restore', '--reason', 'The test', '--yes');
  const held = async () => {
    const articles: { title: string }[] = await after.json('articles', '--held');
    return articles.map(({ title }) => title).sort();
  };
  await expect
    .poll(held, { timeout: 20_000, interval: 500 })
    .toEqual(['Article three', 'Article two']);
  news.publish('four');
  await after.json('poll');
  const stay = restored.DATA_DIR ? ['amina', 'dina'] : ['dina'];
  const fresh = stay.map((name) => `${name}: Article four`);
  await arrive([...everyone('one'), ...everyone('two'), ...fresh]);
  expect(((await (await fetch(`${again.url}/readyz`)).json()) as Health).ready).toBe(true);
  expect(await again.stop()).toBe(0);
}

/** A copy of the database on the same server, as an older one of the same name. */
async function copiedDatabase(): Promise<Backups> {
  const url = await emptyDatabase();
  const name = new URL(url).pathname.slice(1);
  const admin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    for (const sql of statements) await client.query(sql);
    await client.end();
  };
  onTestFinished(() => admin(`drop database if exists ${name}_backup with (force)`));
  return {
    url,
    async backup() {
      await admin(`create database ${name}_backup strategy file_copy template ${name}`);
    },
    async restore() {
      await admin(
        `drop database ${name} with (force)`,
        `alter database ${name}_backup rename to ${name}`,
      );
      return url;
    },
  };
}

/** A dump by Debian's own tools, brought back on another server. */
async function dumpedDatabase(): Promise<Backups> {
  const [first, second] = [await startPostgres(), await startPostgres()];
  let dump = '';
  return {
    url: first.url,
    async backup() {
      dump = join(first.directory, 'broadsheet.dump');
      const options = ['--format=custom', '--no-owner', '--schema=broadsheet', `--file=${dump}`];
      await run('pg_dump', [...options, first.url]);
    },
    async restore() {
      await run('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${second.url}`, dump]);
      return second.url;
    },
  };
}

it('sends nothing twice from an older copy of the database on the same server', async () => {
  await restoreAndConfirm(await copiedDatabase(), {});
}, 120_000);

it.skipIf(!postgresPresent || !redisPresent)(
  'sends nothing twice from a dump on another server, and without DATA_DIR (apt-get install postgresql redis-server)',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'broadsheet-fresh-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    await restoreAndConfirm(
      await dumpedDatabase(),
      { REDIS_URL: await startRedis() },
      { DATA_DIR: dataDir },
    );
  },
  120_000,
);
