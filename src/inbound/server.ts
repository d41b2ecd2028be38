/**
 * The SMTP server that bounces, complaints and unsubscribe mails come to. It answers in the dialogue
 * alone: nothing of ours is ever mailed to whoever sent something here.
 */

import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { Recipient } from './doors.js';
import { createRates } from './rates.js';
import type { IncomingMail } from './receive.js';

export interface InboundServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** What it greets with. */
  readonly name: string;
  /** For STARTTLS, in PEM; it is not offered where not given. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly recipientOf: (address: string) => Recipient | undefined;
  /** Rejects where the mail is to come again later. */
  readonly receive: (mail: IncomingMail) => Promise<void>;
  /** Told what went wrong on our side. */
  readonly onError: (error: Error) => void;
  readonly now: () => number;
}

export interface InboundServer {
  readonly port: number;
  /** Finishes what is being received. */
  close(): Promise<void>;
}

/** Bytes of one message. A bounce returns what we sent, which is a fraction of it. */
const maxSize = 2 * 1024 * 1024;
/** Connections at once, and of one client. */
const maxClients = 40;
const maxPerClient = 20;
/** Messages of one client in a minute; what comes over it is told to come again. */
const perMinute = 600;
const maxRecipients = 10;
/** Refused recipients after which a connection is of no use any more. */
const maxRefused = 5;
/** Milliseconds: of silence, of a whole connection, and that clients get to finish when we close. */
const idle = 60_000;
const longest = 10 * 60_000;
const closing = 2_000;

/** Listens. Rejects where the port is taken. */
export async function serveInbound(options: InboundServerOptions): Promise<InboundServer> {
  const { recipientOf, receive, onError } = options;
  const mayCome = createRates({ limit: perMinute, window: 60_000 }, options.now);
  const clients = new Map<string, number>();
  const refused = new Map<string, number>();
  // One at a time: a flood of bounces must not keep the ledger from those that deliver.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (mail: IncomingMail) => {
    const done = last.then(() => receive(mail));
    last = done.catch(() => {});
    return done;
  };

  const server = new SMTPServer({
    name: options.name,
    banner: 'Broadsheet',
    size: maxSize,
    rejectOversized: true,
    maxClients,
    maxRecipients,
    socketTimeout: idle,
    closeTimeout: closing,
    authOptional: true,
    disabledCommands: options.tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...options.tls,
    disableReverseLookup: true,
    logger: false,
    onConnect(session, done) {
      const client = session.remoteAddress;
      const open = (clients.get(client) ?? 0) + 1;
      if (open > maxPerClient) return done(reply(421, 'Too many connections. Come again later.'));
      clients.set(client, open);
      refused.set(session.id, 0);
      done();
    },
    onClose(session) {
      // Of one that was refused at its start nothing was counted.
      if (!refused.delete(session.id)) return;
      const open = (clients.get(session.remoteAddress) ?? 1) - 1;
      if (open > 0) clients.set(session.remoteAddress, open);
      else clients.delete(session.remoteAddress);
    },
    onMailFrom(_address, session, done) {
      if (mayCome(session.remoteAddress)) done();
      else done(reply(451, 'Too many messages. Come again later.'));
    },
    onRcptTo({ address }, session, done) {
      const before = refused.get(session.id) ?? 0;
      if (before >= maxRefused) return done(reply(421, 'Too many unknown recipients.'));
      if (recipientOf(address)) return done();
      refused.set(session.id, before + 1);
      done(reply(550, 'There is no such mailbox here, and nothing is relayed.'));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('error', () => {}); // The client broke off: there is nothing to keep.
      stream.on('data', (chunk: Buffer) => {
        if (stream.sizeExceeded) chunks.length = 0;
        else chunks.push(chunk);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          return done(reply(552, `The message is larger than ${maxSize} bytes.`));
        }
        inTurn({ ...envelopeOf(session), raw: Buffer.concat(chunks) }).then(
          () => done(null, 'Received'),
          (error) => {
            onError(error);
            done(reply(451, 'It cannot be recorded just now. Come again later.'));
          },
        );
      });
    },
  } satisfies SMTPServerOptions);

  function envelopeOf({ envelope }: SMTPServerSession): Omit<IncomingMail, 'raw'> {
    const { mailFrom, rcptTo } = envelope;
    return {
      nullSender: !mailFrom || mailFrom.address === '',
      recipients: rcptTo.flatMap(({ address }) => recipientOf(address) ?? []),
    };
  }

  // Clients that break off are no trouble of ours; without a listener they would end the process.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    const end = setTimeout(() => socket.destroy(), longest);
    end.unref();
    socket.once('close', () => clearTimeout(end));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
