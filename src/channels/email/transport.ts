/**
 * Connections to the mail server, on nodemailer's SMTP client. Its pooled transport is not used: it
 * drops a connection after each refusal, and reports a connection lost after the final dot like one
 * that was never made. Here it is known how far each message went.
 */

import { Readable } from 'node:stream';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { Envelope } from './message.js';
import type { Attempt } from './outcome.js';

/** Messages sent over one connection: many servers close a connection that sends more. */
const messagesPerConnection = 100;
/** Milliseconds a connection may wait for the next message before it is closed. */
const idleFor = 5_000;
/** A message goes out in pieces this long (octets), so that little lies between us and the socket. */
const piece = 16_384;

export interface SmtpServer {
  readonly connect: SMTPConnectionOptions;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** `host:port`, without the password. */
  readonly name: string;
}

/**
 * Reads an SMTP_URL: `smtp://user:password@host:587`, or `smtps://` for TLS from the start. Options
 * of nodemailer may follow, such as `?requireTLS=true` or `?tls.rejectUnauthorized=false`.
 */
export function parseSmtpUrl(url: string): SmtpServer {
  const form = 'Write smtp://user:password@host:587, or smtps://user:password@host:465.';
  if (!/^smtps?:\/\/[^/]/i.test(url))
    throw new Error(`SMTP_URL is not the URL of a mail server. ${form}`);
  const { auth, ...connect } = parseConnectionUrl(url) as SMTPConnectionOptions & {
    auth?: { user: string; pass: string };
  };
  if (!connect.host) throw new Error(`SMTP_URL names no host. ${form}`);
  const port = connect.port ?? (connect.secure ? 465 : 587);
  return {
    connect: { ...connect, port },
    ...(auth && { auth }),
    name: `${connect.host}:${port}`,
  };
}

/** One connection, greeted and signed in. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  /** Whether the server takes addresses beyond ASCII (SMTPUTF8, RFC 6531). */
  readonly international: boolean;
  /** Messages tried on it. */
  used = 0;
  /** Called when the connection ends while something waits for an answer. */
  #ended: () => void = () => {};

  constructor(connection: SMTPConnection, international: boolean) {
    this.#connection = connection;
    this.international = international;
    // Where the end has a reason, the waiting command's own callback tells it first.
    connection.once('end', () => setImmediate(() => this.#ended()));
  }

  get open(): boolean {
    return !this.#connection.destroyed;
  }

  get encrypted(): boolean {
    return this.#connection.secure;
  }

  /** Tries one message. Every end it can take is a value. */
  deliver(envelope: Envelope, raw: Buffer): Promise<Attempt> {
    this.used++;
    return new Promise((resolve) => {
      let handedOver = false;
      const body = Readable.from(pieces(raw));
      // Emitted before the final dot is written: what is lost before it, the server cannot have.
      body.once('end', () => {
        handedOver = true;
      });
      this.#ended = () =>
        resolve({ end: 'lost', handedOver, reason: 'The connection was closed.' });
      this.#connection.send({ ...envelope, size: raw.length }, body, (error, info) => {
        if (!error) {
          resolve({ end: 'accepted', reply: info?.response ?? '' });
          return;
        }
        const { responseCode: code, response, command, message } = error;
        if (code && code >= 400 && typeof response === 'string') {
          const stage = command === 'MAIL FROM' || command === 'RCPT TO' ? command : 'DATA';
          resolve({ end: 'refused', stage, code, reply: response });
        } else if (error.code === 'EMESSAGE' && command === 'MAIL FROM') {
          // The server's own limit, which it announced at the start (SIZE, RFC 1870).
          resolve({ end: 'refused', stage: 'MAIL FROM', code: 552, reply: message });
        } else {
          resolve({ end: 'lost', handedOver, reason: message });
        }
      });
    });
  }

  /** Ends a transaction that was refused half-way (RSET). Resolves to whether the session still works. */
  reset(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#ended = () => resolve(false);
      this.#connection.reset((error) => resolve(!error));
    });
  }

  /** Says QUIT; does not wait for the answer. */
  quit(): void {
    if (this.open) this.#connection.quit();
  }
}

/** Connections that are kept for the next message. */
export class SmtpTransport {
  readonly #server: SmtpServer;
  readonly #idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  readonly #open = new Set<SMTPConnection>();
  #closed = false;

  constructor(server: SmtpServer) {
    this.#server = server;
  }

  /**
   * An open connection: one that is idle, or a new one. Rejects where none can be made, or where the
   * signal aborts before it is.
   */
  async acquire(signal?: AbortSignal): Promise<SmtpSession> {
    for (let kept = this.#idle.pop(); kept; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.session.open) return kept.session;
    }
    return this.connect(signal);
  }

  /** A new connection. Rejects with what the server or the network said. */
  async connect(signal?: AbortSignal): Promise<SmtpSession> {
    if (this.#closed || signal?.aborted) throw new Error('Broadsheet is stopping.');
    const connection = new SMTPConnection(this.#server.connect);
    this.#open.add(connection);
    connection.once('end', () => this.#open.delete(connection));
    const cut = () => connection.close();
    signal?.addEventListener('abort', cut);
    try {
      return await this.#begin(connection);
    } finally {
      signal?.removeEventListener('abort', cut);
    }
  }

  #begin(connection: SMTPConnection): Promise<SmtpSession> {
    const { auth } = this.#server;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        // Before the close, whose own sentence tells nothing.
        reject(error);
        connection.close();
      };
      // Stays: after the start, what is emitted here is also told to whoever waits.
      connection.on('error', fail);
      connection.once('end', () => reject(new Error('The mail server closed the connection.')));
      connection.connect((error) => {
        if (error) return fail(error);
        // The last thing the server said is its answer to EHLO.
        const international = /^250[ -]SMTPUTF8/im.test(String(connection.lastServerResponse));
        const session = new SmtpSession(connection, international);
        if (!auth) return resolve(session);
        connection.login(auth, (refused) => (refused ? fail(refused) : resolve(session)));
      });
    });
  }

  /** Takes a connection back, after its last message was answered. */
  release(session: SmtpSession): void {
    if (!session.open) return;
    if (this.#closed || session.used >= messagesPerConnection) {
      session.quit();
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((kept) => kept.session === session),
        1,
      );
      session.quit();
    }, idleFor);
    timer.unref();
    this.#idle.push({ session, timer });
  }

  /** Closes every connection now: what is on the wire is lost, and is told how far it came. */
  close(): void {
    this.#closed = true;
    for (const { session, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      session.quit();
    }
    for (const connection of this.#open) connection.close();
  }
}

function* pieces(raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; at += piece) yield raw.subarray(at, at + piece);
}
