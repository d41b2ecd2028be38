import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDkimSigner } from '../../../src/channels/email/dkim.js';
import { channel, config, dkimKey } from './parts.js';

let folder: string;
let good: ReturnType<typeof dkimKey>['dkim'];
let record: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-dkim-'));
  ({ dkim: good, record } = dkimKey(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

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
    const create = () =>
      channel(undefined, { config: { ...config, dkim: { ...good, keyFile: file() } } });
    expect(create).toThrow(message);
    expect(create).toThrow('openssl genrsa');
  });
});

describe('check', () => {
  const find = (answer: () => string[][]) =>
    createDkimSigner(good, async (name) => {
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
