/** Mail that comes in: bounces, complaints, unsubscribe mails, and what people write to machines. */

import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.js';
import type { Database } from '../store/database.js';
import type { Journal } from '../subscribers/journal.js';
import type { Keys } from '../subscribers/keys.js';
import { createBounces } from './bounces.js';
import { createDoors } from './doors.js';
import { createForward } from './forward.js';
import { createReceive, hadEffect, type Received, type ReceiveOptions } from './receive.js';
import { type InboundServer, serveInbound } from './server.js';

export interface InboundOptions extends Pick<ReceiveOptions, 'leave'> {
  /** Told what each mail was, and whether anything followed from it. */
  readonly onReceived: (facts: Received, effect: boolean) => void;
  readonly config: Pick<Config, 'email' | 'newsroom' | 'bounces' | 'delivery'>;
  readonly database: Database;
  readonly keys: Keys;
  readonly journal?: Journal | undefined;
  readonly port: number;
  readonly host: string;
  readonly onError: (error: Error) => void;
  readonly now: () => Date;
}

/** Starts the server. Rejects where the port is taken, or a TLS file cannot be read. */
export async function startInbound(options: InboundOptions): Promise<InboundServer> {
  const { config, database, keys, journal, now } = options;
  const { email, newsroom } = config;
  const recipientOf = createDoors({
    keys,
    domain: email.domain,
    unsubscribe: email.unsubscribeMailto,
    complaints: config.bounces.complaintsTo,
  });
  const policy = { ...config.delivery, ...config.bounces };
  const receive = createReceive({
    bounces: createBounces({ database, keys, policy, recipientOf, journal, now }),
    leave: options.leave,
    forward: createForward({
      ...{ database, keys, newsroom, email, now },
      isOurs: (address) => recipientOf(address) !== undefined,
    }),
    onReceived: (facts) => options.onReceived(facts, hadEffect(facts)),
  });
  const { tls } = config.bounces;
  return serveInbound({
    port: options.port,
    host: options.host,
    name: email.domain,
    tls: tls && {
      key: await readFile(tls.keyFile, 'utf8'),
      cert: await readFile(tls.certFile, 'utf8'),
    },
    recipientOf,
    receive,
    onError: options.onError,
    now: () => now().getTime(),
  });
}
