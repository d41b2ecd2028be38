/** DKIM verifiers that share no code, each given the TXT record that DNS would hold. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticate } from 'mailauth';

/** Where the record stands. */
export const recordName = 's1._domainkey.news.example';

export interface Verifier {
  readonly name: string;
  /** The command that brings it, where it is not on this machine. */
  readonly missing?: string;
  /** Whether the message is as the holder of the record's key signed it. Throws where the verifier fails. */
  verify(raw: Buffer, record: string): Promise<boolean>;
}

export const mailauth: Verifier = {
  name: 'mailauth',
  async verify(raw, record) {
    const { dkim } = await authenticate(raw, {
      ip: '127.0.0.1',
      helo: 'news.example',
      sender: 'bounce@news.example',
      resolver: async (name: string, type: string) => {
        if (name === recordName && type === 'TXT') return [[record]];
        throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      },
    });
    return dkim.results.length === 1 && dkim.results[0]?.status.result === 'pass';
  },
};

/** What a program says to a message. Throws where it ends in another way than by itself. */
function ask(command: string, args: readonly string[], input: Buffer): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, timeout: 60_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout.toString().trim();
}

/** The Python that has the module dkim, where one has. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import dkim'], { stdio: 'ignore' }).status === 0,
);

const dkimpy: Verifier = {
  name: 'dkimpy',
  ...(!python && { missing: 'apt-get install python3-dkim' }),
  async verify(raw, record) {
    const script =
      'import sys, dkim\nrecord = sys.argv[1].encode()\n' +
      'print(dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda *a, **k: record))';
    const said = ask(python ?? 'python3', ['-c', script, record], raw);
    if (said !== 'True' && said !== 'False') throw new Error(`dkimpy said: ${said}`);
    return said === 'True';
  },
};

/** The mail filter itself: -t has it read a message and end. */
const filter = ['opendkim', '/usr/sbin/opendkim'].find(
  (command) => spawnSync(command, ['-V'], { stdio: 'ignore' }).status === 0,
);

const opendkim: Verifier = {
  name: 'opendkim',
  ...(!filter && { missing: 'apt-get install opendkim' }),
  async verify(raw, record) {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-opendkim-'));
    try {
      const [settings, keys] = [join(folder, 'opendkim.conf'), join(folder, 'keys')];
      writeFileSync(keys, `${recordName} ${record}\n`);
      writeFileSync(settings, `TestPublicKeys ${keys}\n`);
      // Its exit code is 0 whatever it found.
      const said = ask(filter ?? 'opendkim', ['-x', settings, '-t', '-'], raw);
      const [, verdict] = /: verification \(.*\) (succeeded|failed: .*)$/.exec(said) ?? [];
      if (!verdict) throw new Error(`opendkim said: ${said}`);
      return verdict === 'succeeded';
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

export const verifiers: readonly Verifier[] = [mailauth, dkimpy, opendkim];
