/** What the tests of the e-mail channel are put together from. */

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Wire } from '../../../src/channels/channel.js';
import { createEmailChannel, type EmailChannelOptions } from '../../../src/channels/email/index.js';
import type { Delivery, DeliveryId, Destination, Receipt } from '../../../src/model.js';
import { alert, newsroom } from '../../templates/email/editions.js';
import { startMailServer, startScripted } from './mail-server.js';

export const edition = alert();

export function delivery(address: string, changes: Partial<Destination> = {}): Delivery {
  const id = `destination-of-${address}`;
  return {
    id: `${edition.id}/${id}/0`,
    editionId: edition.id,
    destination: { id, channel: 'email', address, language: 'en', ...changes },
    round: 0,
    earlier: 0,
    attempt: 1,
    programs: ['spp'],
  };
}

export const config = {
  from: 'alerts@news.example',
  replyTo: 'Editors <editors@news.example>',
  domain: 'news.example',
  connections: 2,
};

/** A DKIM key in a file of this folder: what the config says of it, and the TXT record that DNS would hold. */
export function dkimKey(folder: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keyFile = join(folder, 'dkim.pem');
  writeFileSync(keyFile, privateKey);
  return {
    dkim: { domain: 'news.example', selector: 's1', keyFile },
    record: `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`,
  };
}

export function channel(smtpUrl: string | undefined, changes: Partial<EmailChannelOptions> = {}) {
  return createEmailChannel({
    config,
    newsroom,
    smtpUrl,
    links: {
      preferences: () => 'https://news.example/preferences/1.abc..def',
      edition: (id) => `https://news.example/editions/${id}`,
      unsubscribe: ({ id }) => `https://news.example/unsubscribe/${encodeURIComponent(id)}?k=1&v=2`,
    },
    returnPath: ({ destination }) => `bounce+${destination.id.length}.0a1b@news.example`,
    ...changes,
  });
}

/** The same, closed when the test has finished. */
export function openChannel(...args: Parameters<typeof channel>) {
  const opened = channel(...args);
  onTestFinished(opened.close);
  return opened;
}

/** A mail server that is closed when the test has finished. */
export async function mailServer(...args: Parameters<typeof startMailServer>) {
  const server = await startMailServer(...args);
  onTestFinished(server.close);
  return server;
}

/** The URL of a server that answers by a script, and is closed when the test has finished. */
export async function scripted(...args: Parameters<typeof startScripted>): Promise<string> {
  const { url, close } = await startScripted(...args);
  onTestFinished(close);
  return url;
}

/** A wire that lets everything pass, and remembers what it was asked. */
export function openWire(refused: readonly DeliveryId[] = []) {
  const asked: DeliveryId[] = [];
  const stop = new AbortController();
  const wire: Wire = {
    signal: stop.signal,
    onWire: async (ids) => {
      asked.push(...ids);
      return new Set(ids.filter((id) => !refused.includes(id)));
    },
  };
  return { ...wire, asked, stop };
}

export async function all(receipts: AsyncIterable<Receipt>): Promise<Map<string, Receipt>> {
  const found = new Map<string, Receipt>();
  for await (const receipt of receipts) {
    if (found.has(receipt.delivery)) throw new Error(`Two receipts for ${receipt.delivery}.`);
    found.set(receipt.delivery, receipt);
  }
  return found;
}
