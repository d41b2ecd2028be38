/**
 * Connections to the mail server. nodemailer's client greets, secures and signs in; the transactions
 * are our own, so that it is known how far each message went.
 */

import type { Socket } from 'node:net';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { extensionsOf, SmtpSession } from './session.js';

/** Messages sent over one connection: many servers close a connection that sends more. */
const messagesPerConnection = 100;
/** Milliseconds a connection may wait for the next message before it is closed. */
const idleFor = 5_000;

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

/**
 * The socket of a connection, for oneself. It is no part of nodemailer's interface, so its version is
 * pinned; where it changes, no test of the channel passes.
 */
function socketOf(connection: SMTPConnection): Socket {
  type Handler = (...args: unknown[]) => void;
  const { _socket: socket, ...own } = connection as unknown as { readonly _socket: Socket } & {
    readonly [handler in `_onSocket${'Data' | 'End' | 'Close' | 'Error' | 'Timeout'}`]: Handler;
  };
  socket
    .off('data', own._onSocketData)
    .off('end', own._onSocketEnd)
    .off('close', own._onSocketClose)
    .off('error', own._onSocketError)
    .off('timeout', own._onSocketTimeout);
  return socket;
}

/** Connections that are kept for the next message. */
export class SmtpTransport {
  readonly #server: SmtpServer;
  readonly #idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  readonly #open = new Set<{ close(): void }>();
  #closed = false;
  /** Whether a mail is announced along with the one before: not any more once the server refused one so. */
  takesAlong = true;

  constructor(server: SmtpServer) {
    this.#server = server;
  }

  /**
   * An open connection: one that is idle, or a new one. Rejects where none can be made, or where the
   * signal aborts before it is.
   */
  async acquire(signal?: AbortSignal): Promise<SmtpSession> {
    signal?.throwIfAborted();
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
    const cut = () => connection.close();
    signal?.addEventListener('abort', cut);
    try {
      return await this.#begin(connection);
    } finally {
      signal?.removeEventListener('abort', cut);
      this.#open.delete(connection);
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
        const extensions = extensionsOf(String(connection.lastServerResponse));
        const takeOver = () => {
          const socket = socketOf(connection);
          const session = new SmtpSession(socket, extensions);
          this.#open.add(session);
          socket.once('close', () => this.#open.delete(session));
          resolve(session);
        };
        if (!auth) return takeOver();
        connection.login(auth, (refused) => (refused ? fail(refused) : takeOver()));
      });
    });
  }

  /** Whether one more message can go over a connection. */
  lasts(session: SmtpSession): boolean {
    return !this.#closed && session.used < messagesPerConnection;
  }

  /** Takes a connection back, after its last message was answered. */
  release(session: SmtpSession): void {
    if (!session.open) return;
    if (!this.lasts(session)) {
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
