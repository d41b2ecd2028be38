/** Keys derived from BROADSHEET_SECRET, one per purpose, and the secret's own care and rotation. */

import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelName } from '../model.js';
import type { Queryable } from '../store/database.js';
import { settle } from '../store/settings.js';

export type Purpose =
  | 'unsubscribe'
  | 'preferences'
  | 'confirm'
  | 'change-address'
  | 'form'
  | 'hub'
  | 'return-path';

export interface Keys {
  /** The key that `mac` signs with, as tokens name it. */
  readonly keyId: string;
  /** HMAC-SHA256 under the purpose's own key of the newest secret (RFC 5869, RFC 2104). */
  mac(purpose: Purpose, message: string): Buffer;
  /** The same under the key of this name; undefined where no secret has it. */
  macUnder(keyId: string, purpose: Purpose, message: string): Buffer | undefined;
  /** The same under the key of every secret, the newest first: for what names no key. */
  macs(purpose: Purpose, message: string): Buffer[];
  /** What a destination is found by, and a suppression is kept as. No rotation changes it. */
  addressHash(channel: ChannelName, address: string): Buffer;
  /** Of the secret that the ledger was made with: tells two apart without telling them. */
  readonly fingerprint: string;
}

export interface OlderSecrets {
  /** What BROADSHEET_SECRET was before, in any order. */
  readonly old?: readonly string[];
  /** The fingerprint of the secret that the ledger was made with; of the newest where not given. */
  readonly root?: string;
}

/**
 * New tokens are signed under `secret`, and those under the old ones stay good. Hashes of addresses stay
 * with the secret the ledger was made with, as suppressions could not be made again under another one.
 */
export function deriveKeys(secret: string, { old = [], root }: OlderSecrets = {}): Keys {
  const newest = keysOf(secret);
  const all = [newest, ...old.map(keysOf)];
  const rooted = all.find(({ fingerprint }) => fingerprint === root) ?? newest;
  // Tokens from before there was rotation name the key of the ledger's own secret "1".
  const idOf = (one: SecretKeys) => (one === rooted ? '1' : one.fingerprint.slice(0, 8));
  return {
    keyId: idOf(newest),
    mac: newest.mac,
    macUnder: (keyId, purpose, message) =>
      all.find((one) => idOf(one) === keyId)?.mac(purpose, message),
    macs: (purpose, message) => all.map(({ mac }) => mac(purpose, message)),
    addressHash: (channel, address) => rooted.mac('address-hash', `${channel}:${address}`),
    fingerprint: rooted.fingerprint,
  };
}

interface SecretKeys {
  mac(purpose: Purpose | 'address-hash', message: string): Buffer;
  readonly fingerprint: string;
}

function keysOf(secret: string): SecretKeys {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, '', info, 32));
  const keys = new Map<string, Buffer>();
  return {
    mac(purpose, message) {
      const key = keys.get(purpose) ?? derive(`broadsheet ${purpose}`);
      keys.set(purpose, key);
      return createHmac('sha256', key).update(message).digest();
    },
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

/**
 * The keys of a ledger, which names the secret it was made with. Throws where that is neither the secret
 * nor an old one: every token and suppression would be void.
 */
export async function openKeys(
  db: Queryable,
  secret: string,
  old: readonly string[] = [],
): Promise<Keys> {
  const root = await settle(db, 'secret-fingerprint', deriveKeys(secret).fingerprint);
  const keys = deriveKeys(secret, { old, root });
  if (keys.fingerprint === root) return keys;
  throw new Error(
    'BROADSHEET_SECRET is not the one this ledger was made with, so unsubscribe links and suppressions would stop working. Set the old secret again, or name it in BROADSHEET_OLD_SECRETS; for an embedded installation, bring back the file "secret" in DATA_DIR.',
  );
}
