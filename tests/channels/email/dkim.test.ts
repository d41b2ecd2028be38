import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticate } from 'mailauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDkimSigner } from '../../../src/channels/email/dkim.js';
import { startMailServer } from './mail-server.js';
import { all, channel, config, delivery, edition, openWire } from './parts.js';

/** The Python that has the module dkim, where one has. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import dkim']).status === 0,
);

let folder: string;
let keyFile: string;
let record: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-dkim-'));
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  keyFile = write('good.pem', pair.privateKey);
  record = `v=DKIM1; k=rsa; p=${pair.publicKey.toString('base64')}`;
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const dkim = (file: string) => ({ domain: 'news.example', selector: 's1', keyFile: file });

async function sentMessage(): Promise<Buffer> {
  const server = await startMailServer();
  const email = channel(server.url, { config: { ...config, dkim: dkim(keyFile) } });
  try {
    const to = delivery('reader@one.example', { name: 'Читатель' });
    await all(email.send(await email.render(edition), [to], openWire()));
    return server.received[0]?.raw ?? Buffer.of();
  } finally {
    await email.close();
    await server.close();
  }
}

describe('a signed message', () => {
  it('verifies for mailauth, aligned with From, and covers both List-Unsubscribe headers', async () => {
    const raw = await sentMessage();
    const { dkim: found } = await authenticate(raw, {
      ip: '127.0.0.1',
      helo: 'news.example',
      sender: 'bounce@news.example',
      resolver: async (name: string, type: string) => {
        if (name === 's1._domainkey.news.example' && type === 'TXT') return [[record]];
        throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      },
    });
    const [signature] = found.results;
    expect(signature?.status).toMatchObject({ result: 'pass', aligned: 'news.example' });
    const covered = /\bh=([^;]+);/.exec(raw.toString())?.[1]?.replace(/\s+/g, '').split(':');
    for (const name of [
      'from to reply-to subject date message-id mime-version content-type list-id',
      'list-unsubscribe list-unsubscribe-post feedback-id',
    ].flatMap((line) => line.split(' '))) {
      expect(covered).toContain(name);
    }
  });

  it.skipIf(!python)('verifies for dkimpy (apt install python3-dkim)', async () => {
    const script =
      'import sys, dkim\nrecord = sys.argv[1].encode()\n' +
      'sys.exit(0 if dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda *a, **k: record) else 1)';
    const raw = await sentMessage();
    const verify = (input: Buffer) =>
      spawnSync(python as string, ['-c', script, record], { input }).status;
    expect(verify(raw)).toBe(0);
    const forged = raw.toString('latin1').replace('One-Click', 'Two-Click');
    expect(verify(Buffer.from(forged, 'latin1'))).toBe(1);
  });
});

describe('a DKIM key that cannot sign', () => {
  const pem = (type: 'rsa' | 'ec') => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 768 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  };

  it.each([
    ['missing', () => join(folder, 'none.pem'), 'cannot be read (ENOENT)'],
    ['no key', () => write('text.pem', 'hello'), 'is no private key in PEM form'],
    ['not RSA', () => write('ec.pem', pem('ec')), 'has to be RSA'],
    ['too short', () => write('short.pem', pem('rsa')), 'has 768 bits'],
  ])('refuses to start when it is %s, and says how to make one', (_name, file, message) => {
    const create = () => channel(undefined, { config: { ...config, dkim: dkim(file()) } });
    expect(create).toThrow(message);
    expect(create).toThrow('openssl genrsa');
  });
});

describe('check', () => {
  const find = (answer: () => string[][]) =>
    createDkimSigner(dkim(keyFile), async (name) => {
      expect(name).toBe('s1._domainkey.news.example');
      return answer();
    }).check();

  it('compares the key with its record in DNS', async () => {
    // Long records come in several strings.
    expect(await find(() => [[record.slice(0, 200), record.slice(200)]])).toMatchObject({
      level: 'ok',
    });
    const other = await find(() => [['v=DKIM1; p=AAAA']]);
    expect(other).toMatchObject({ level: 'error', message: expect.stringContaining(record) });
    const none = await find(() => {
      throw new Error('ENOTFOUND');
    });
    expect(none).toMatchObject({ level: 'warning', message: expect.stringContaining(record) });
  });
});
