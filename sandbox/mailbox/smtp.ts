/** The SMTP side of the mailbox: it takes every message, and answers only once it is on disk. */

import { SMTPServer } from 'smtp-server';
import { LOOPBACK, type Served } from '../serve.js';
import type { MailStore } from './store.js';

/** The size that many providers allow, in bytes. */
const MAX_SIZE = 25 * 1024 * 1024;
/** Milliseconds that clients get to finish when the mailbox closes; one that only idles never would. */
const CLOSE_TIMEOUT = 500;

/** Listens on a port of loopback; 0 takes a free one. Rejects where the port is taken. */
export async function serveSmtp(store: MailStore, port: number, now: () => Date): Promise<Served> {
  const server = new SMTPServer({
    name: 'mailbox.sandbox',
    banner: 'Broadsheet sandbox: nothing leaves this machine',
    size: MAX_SIZE,
    closeTimeout: CLOSE_TIMEOUT,
    // A client that is offered STARTTLS would check a certificate that nobody signed.
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('error', () => undefined); // The client broke off in the middle: there is nothing to keep.
      // Past the limit the rest is read and dropped: the client hears of it after its final dot.
      stream.on('data', (chunk: Buffer) => {
        if (stream.sizeExceeded) chunks.length = 0;
        else chunks.push(chunk);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          done(reply(552, `5.3.4 The message is larger than ${MAX_SIZE} bytes.`));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom ? mailFrom.address : '',
          recipients: rcptTo.map((recipient) => recipient.address),
        };
        store.add(envelope, Buffer.concat(chunks), now().toISOString()).then(
          (mail) => done(null, `2.0.0 Stored as ${mail.id}`),
          () => done(reply(451, '4.3.0 The mailbox cannot write to its directory.')),
        );
      });
    },
  });
  // A client that breaks off is no trouble of ours; without a listener it would end the process.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const address = server.server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return {
    port: taken,
    url: `smtp://${LOOPBACK}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
