import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openQueue } from '../../src/queue/queue.js';
import { judgeRedis } from '../../src/queue/redis.js';
import { emptyDatabase } from '../support/database.js';
import { redisPresent, startRedis } from '../support/redis.js';
import { freePort, serviceRoom } from '../support/service.js';

describe('what INFO says', () => {
  it.each([
    ['7.0.15', 'noeviction', ['ok']],
    ['6.2.0', 'noeviction', ['ok']],
    ['6.0.16', 'noeviction', ['error']],
    ['5.0.14', 'volatile-lru', ['error', 'error']],
  ])('is judged: %s with %s', (version, policy, levels) => {
    const found = judgeRedis(`# Server\r\nredis_version:${version}\r\nmaxmemory_policy:${policy}`);
    expect(found.map(({ level }) => level)).toEqual(levels);
  });

  it('is asked back for where it may not be asked', () => {
    expect(judgeRedis(undefined).map(({ level }) => level)).toEqual(['warning', 'warning']);
  });
});

async function open(redisUrl: string) {
  const errors: string[] = [];
  const queue = await openQueue({
    databaseUrl: '',
    redisUrl,
    onError: ({ message }) => errors.push(message),
  });
  onTestFinished(() => queue.close());
  return { queue, errors };
}

describe.skipIf(!redisPresent)('a Redis (apt-get install redis-server)', () => {
  it('is right where it evicts nothing', async () => {
    const { queue } = await open(await startRedis());
    expect(await queue.examine()).toEqual([
      {
        subject: 'queue',
        level: 'ok',
        message: expect.stringMatching(/^It answers, on Redis [0-9.]+ that evicts nothing\.$/),
      },
    ]);
  });

  it('is named with what to set where it throws jobs away', async () => {
    const { queue } = await open(await startRedis(['--maxmemory-policy', 'allkeys-lru']));
    const [finding] = await queue.examine();
    expect(finding).toMatchObject({ subject: 'queue', level: 'error' });
    expect(finding?.message).toMatch(/allkeys-lru.*config set maxmemory-policy noeviction$/);
  });

  it('takes the password of REDIS_URL, and says why it refuses another, without quoting it', async () => {
    const url = await startRedis(['--requirepass', 'open-sesame'], ':open-sesame@');
    const { queue } = await open(url);
    await queue.check();
    const wrong = open(url.replace('open-sesame', 'let-me-in'));
    await expect(wrong).rejects.toThrow(/^Redis does not answer at REDIS_URL \(WRONGPASS/);
    await expect(wrong).rejects.not.toThrow('let-me-in');
  });

  it('works for a user who may not ask INFO, as some servers are rented', async () => {
    const user = ['reader', 'on', '>open-sesame', '~broadsheet:*', '&*', '+@all', '-info'];
    const rights = [...user, '-config', '-@admin'];
    const url = await startRedis(['--user', ...rights]);
    const { queue, errors } = await open(url.replace('//', '//reader:open-sesame@'));
    expect((await queue.examine()).map(({ level }) => level)).toEqual(['warning', 'warning']);
    const done: unknown[] = [];
    await queue.work('watch', async (data) => void done.push(data), 1);
    await queue.add('watch', { feedId: 'main' });
    await expect.poll(() => done).toEqual([{ feedId: 'main' }]);
    expect(errors).toEqual([]);
  });

  it('is tried by "broadsheet check" over TLS, which refuses its policy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    execFileSync(
      'openssl',
      `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${certificate} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    const port = String(await freePort());
    const tls = ['--tls-port', port, '--tls-cert-file', certificate, '--tls-key-file', key];
    const open = ['--tls-auth-clients', 'no', '--maxmemory-policy', 'allkeys-lru'];
    await startRedis([...tls, ...open]);
    const room = await serviceRoom(
      `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program }]
feeds: [{ id: main, url: "http://127.0.0.1:9/feed.xml", allowPrivate: true }]
`,
      {
        DATABASE_URL: await emptyDatabase(),
        BROADSHEET_SECRET: 'a secret for the tests of the queue',
        REDIS_URL: `rediss://127.0.0.1:${port}`,
        SMTP_URL: 'smtp://127.0.0.1:9',
        PUBLIC_URL: 'http://localhost',
        NODE_EXTRA_CA_CERTS: certificate,
      },
    );
    const failed = await room.json('check').catch((error) => error);
    expect(failed.code).toBe(3);
    const { findings } = JSON.parse(failed.stdout);
    expect(findings).toContainEqual({
      subject: 'queue',
      level: 'error',
      message: expect.stringContaining('maxmemory-policy allkeys-lru'),
    });
  }, 30_000);
});
