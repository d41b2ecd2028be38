import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { emptyDatabase } from '../support/database.js';
import { freePort, serviceRoom } from '../support/service.js';

const secret = 'the root of all keys of this very test';
const mailPassword = 'open-sesame-mail';
const readers = ['ada@readers.example', 'refused@readers.example'];

async function newsroom() {
  const guids = ['seeded'];
  const server = createServer((_request, response) => {
    const items = guids.map(
      (guid) => `<item><title>Article ${guid}</title><link>${url}/${guid}</link>
        <guid isPermaLink="false">${guid}</guid><category>SPP</category>
        <description>Write to author@newsroom.example about ${guid}.</description></item>`,
    );
    response.setHeader('content-type', 'application/rss+xml');
    response.end(
      `<rss version="2.0"><channel><title>Newsroom</title><link>${url}</link><description>News</description>${items.reverse().join('')}</channel></rss>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return { feedUrl: `${url}/feed.xml`, publish: (guid: string) => void guids.push(guid) };
}

/** A mail server that wants a password, and quotes the address that it refuses. */
async function mailServer(): Promise<string> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === mailPassword
        ? done(null, { user: username })
        : done(new Error('Wrong password.')),
    onRcptTo({ address }, _session, done) {
      const refused = address.startsWith('refused');
      done(refused ? Object.assign(new Error(`<${address}>: no`), { responseCode: 550 }) : null);
    },
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => done());
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  return `smtp://broadsheet:${mailPassword}@127.0.0.1:${port}`;
}

it('logs each step of an edition with its ids, and no address and no secret', async () => {
  const [news, smtpUrl, port, databaseUrl] = await Promise.all([
    newsroom(),
    mailServer(),
    freePort(),
    emptyDatabase(),
  ]);
  const room = await serviceRoom(
    `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program, aliases: [SPP] }]
feeds: [{ id: main, url: "${news.feedUrl}", every: 5s, allowPrivate: true, fullText: never }]
release: { after: 0s }
`,
    {
      DATABASE_URL: databaseUrl,
      BROADSHEET_SECRET: secret,
      SMTP_URL: smtpUrl,
      PUBLIC_URL: 'http://localhost',
      PORT: String(port),
      LOG_LEVEL: 'debug',
    },
  );
  for (const reader of readers) {
    await room.json('subscribers', 'add', reader, '--programs', 'spp', '--consent-source', 'Test');
  }
  const worker = await room.start({ roles: 'watch,assemble,deliver' });
  const figures = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await expect
    .poll(figures, { timeout: 20_000 })
    .toContain('broadsheet_polls_total{feed="main",outcome="seeded"} 1');
  news.publish('fresh');
  const receipts = (outcome: string) =>
    `broadsheet_receipts_total{channel="email",outcome="${outcome}"} 1`;
  await expect.poll(figures, { timeout: 30_000 }).toContain(receipts('accepted'));
  await expect.poll(figures).toContain(receipts('rejected'));
  expect(await figures()).toMatch(/broadsheet_send_seconds_count\{channel="email"\} 2/);

  // What a container runs to ask for its health, and what it gets when the service has stopped.
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true });
  const [kind, program, ...argv] = compose.services.worker.healthcheck.test;
  expect(kind).toBe('CMD');
  const healthy = () =>
    promisify(execFile)(program, argv, { env: { ...process.env, PORT: String(port) } }).then(
      () => true,
      () => false,
    );
  expect(await healthy()).toBe(true);
  expect((await fetch(`http://127.0.0.1:${port}/feeds/all.rss`)).status).toBe(404);
  expect(await worker.stop()).toBe(0);
  expect(await healthy()).toBe(false);

  const lines = worker
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const steps = lines.map((line) => JSON.parse(line));
  const step = (msg: string) => steps.filter((one) => one.msg === msg);
  expect(step('A feed was polled.')[0]).toMatchObject({
    feed: 'main',
    outcome: 'seeded',
    fresh: 1,
  });
  const [ready] = step('An edition is ready.');
  expect(ready).toMatchObject({ deliveries: { email: 2 } });
  expect(step('A batch was delivered.')).toContainEqual(
    expect.objectContaining({
      channel: 'email',
      edition: ready.edition,
      counts: { accepted: 1, rejected: 1 },
    }),
  );
  expect(step('Broadsheet is running.')).toHaveLength(1);
  expect(step('Broadsheet has stopped.')).toHaveLength(1);

  const said = worker.log();
  for (const hidden of [secret, mailPassword, ...readers, 'author@newsroom', 'editors@centre']) {
    expect(said).not.toContain(hidden);
  }
  const { password } = new URL(databaseUrl);
  if (password) expect(said).not.toContain(password);
  expect(said).not.toContain('@');
}, 90_000);
