/** Keys derived from BROADSHEET_SECRET, one per purpose, and the secret's own care. */

import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelName } from '../model.js';
import type { Queryable } from '../store/database.js';
import { settle } from '../store/settings.js';

export type Purpose = 'unsubscribe' | 'return-path' | 'address-hash';

export interface Keys {
  /** HMAC-SHA256 under the purpose's own key (RFC 5869, RFC 2104). */
  mac(purpose: Purpose, message: string): Buffer;
  /** What a destination is found by, and a suppression is kept as. */
  addressHash(channel: ChannelName, address: string): Buffer;
  /** Tells two secrets apart without telling them. */
  readonly fingerprint: string;
}

export function deriveKeys(secret: string): Keys {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, '', info, 32));
  const keys = new Map<Purpose, Buffer>();
  const mac = (purpose: Purpose, message: string) => {
    let key = keys.get(purpose);
    if (!key) {
      key = derive(`broadsheet ${purpose}`);
      keys.set(purpose, key);
    }
    return createHmac('sha256', key).update(message).digest();
  };
  return {
    mac,
    addressHash: (channel, address) => mac('address-hash', `${channel}:${address}`),
    fingerprint: createHash('sha256')
      .update(derive('broadsheet fingerprint'))
      .digest('hex')
      .slice(0, 16),
  };
}

/** The secret of an embedded installation: made once, in `DATA_DIR/secret`, readable by its owner only. */
export async function embeddedSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret');
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return (await readFile(file, 'utf8')).trim();
}

/** Throws when the ledger was made under another secret: every token and suppression would be void. */
export async function requireSameSecret(db: Queryable, keys: Keys): Promise<void> {
  const standing = await settle(db, 'secret-fingerprint', keys.fingerprint);
  if (standing !== keys.fingerprint) {
    throw new Error(
      'BROADSHEET_SECRET is not the one this ledger was made with, so unsubscribe links and suppressions would stop working. Set the old secret again; for an embedded installation, bring back the file "secret" in DATA_DIR.',
    );
  }
}
