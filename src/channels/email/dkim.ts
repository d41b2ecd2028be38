/** Signs messages with DKIM (RFC 6376), so that mailbox providers know they are the newsroom's own. */

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import type { EmailConfig } from '../../config/config.js';
import type { Finding } from '../../model.js';
import { dkimSignature } from './signature.js';
import { fromWire, type Mail } from './wire.js';

export interface DkimSigner {
  /** The mail with a DKIM-Signature on top. The same message gives the same signature. */
  sign(mail: Mail): Promise<Mail>;
  /** Whether DNS has the public key that belongs to the private one. */
  check(): Promise<Finding>;
}

/** How a TXT record is looked up; each record is a list of strings to be joined. */
export type ResolveTxt = (name: string) => Promise<string[][]>;

/** Mail programs show one of each, and not always the one that a verifier looks at (RFC 5322, 3.6). */
const once = 'from to reply-to subject date message-id mime-version content-type'.split(' ');

/** Both List-Unsubscribe headers have to be among these (RFC 8058, 4). */
const fields = [
  ...once,
  ...['content-language', 'list-id', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id'],
  'precedence',
];

/** Reads and tries the key. Throws where it cannot sign. */
export function createDkimSigner(
  options: NonNullable<EmailConfig['dkim']>,
  resolveTxt: ResolveTxt = lookup,
): DkimSigner {
  const { domain, selector, keyFile } = options;
  const key = readKey(keyFile);
  const publicKey = createPublicKey(key);
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  const signature = { domain: domainToASCII(domain), selector, key, fields, once };
  const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const record = `${selector}._domainkey.${domain}`;

  return {
    async sign({ envelope, octets, wire }) {
      const field = await dkimSignature(fromWire(wire), signature);
      return { envelope, octets: octets + field.length, wire: [field, ...wire] };
    },

    async check() {
      const subject = `DKIM key ${keyFile}`;
      const wanted = `Publish it as the TXT record ${record}: "v=DKIM1; k=rsa; p=${p}".`;
      let found: string[][];
      try {
        found = await resolveTxt(record);
      } catch {
        const message = `The key signs, but no TXT record ${record} was found in DNS. ${wanted}`;
        return { subject, level: 'warning', message };
      }
      if (!found.some((strings) => publishedKey(strings.join('')) === p)) {
        const message = `The TXT record ${record} in DNS holds another key, so signatures fail. ${wanted}`;
        return { subject, level: 'error', message };
      }
      if (bits < 2048) {
        const message = `The key has ${bits} bits, which is weak. Make one of 2048 bits.`;
        return { subject, level: 'warning', message };
      }
      const message = `The key signs as ${domain}, and DNS holds its public half.`;
      return { subject, level: 'ok', message };
    },
  };
}

function readKey(keyFile: string): KeyObject {
  const howTo = `Write one with: openssl genrsa -out ${keyFile} 2048`;
  let pem: string;
  try {
    pem = readFileSync(keyFile, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(
      `The DKIM key ${keyFile} cannot be read (${why}). Correct email.dkim.keyFile. ${howTo}`,
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(
      `The DKIM key ${keyFile} is no private key in PEM form without a passphrase. ${howTo}`,
    );
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw new Error(
      `The DKIM key ${keyFile} is of the type ${key.asymmetricKeyType}, but has to be RSA. ${howTo}`,
    );
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 1024) {
    throw new Error(
      `The DKIM key ${keyFile} has ${bits} bits, and mailbox providers refuse less than 1024. ${howTo}`,
    );
  }
  const sample = Buffer.from('broadsheet');
  if (!verify('sha256', sample, createPublicKey(key), sign('sha256', sample, key))) {
    throw new Error(`The DKIM key ${keyFile} does not verify what it signed. ${howTo}`);
  }
  return key;
}

/** The `p=` of a DKIM record (RFC 6376, 3.6.1). */
function publishedKey(record: string): string | undefined {
  return /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s+/g, '');
}

async function lookup(name: string): Promise<string[][]> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return resolver.resolveTxt(name);
}
