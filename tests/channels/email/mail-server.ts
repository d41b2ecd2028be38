/** A real SMTP server on loopback that keeps what it takes, and misbehaves as it is told. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface Faults {
  /** Each answers with the reply to give instead of 250, or undefined for 250. */
  mail?(address: string): string | undefined;
  rcpt?(address: string): string | undefined;
  data?(received: Received): string | undefined;
  /** Whether to drop the connection before the message, without an answer. */
  dropAtRcpt?(address: string): boolean;
  /** Whether to drop the connection when the whole message was read, without an answer. */
  dropAfterDot?(received: Received): boolean;
  /** Awaited before the answer to the message. */
  beforeAnswer?(received: Received): Promise<void>;
}

export interface MailServer {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections made so far. */
  connections(): number;
  close(): Promise<void>;
}

export interface MailServerOptions extends SMTPServerOptions {
  /** Any free one where not given. */
  readonly port?: number;
  /** Told of what was taken, before the answer, and of whom its sender signed in as. */
  onAccepted?(received: Received, user: string | undefined): Promise<void>;
}

export async function startMailServer(
  faults: Faults = {},
  { port: wanted = 0, onAccepted, ...options }: MailServerOptions = {},
): Promise<MailServer> {
  const received: Received[] = [];
  let connections = 0;
  const refuse = (reply: string | undefined): Error | null => {
    if (!reply) return null;
    const [, code, text] = /^(\d{3}) (.*)$/.exec(reply) ?? [];
    return Object.assign(new Error(text), { responseCode: Number(code) });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, done) => {
      connections++;
      done();
    },
    onMailFrom: ({ address }, _session, done) => done(refuse(faults.mail?.(address))),
    onRcptTo: ({ address }, session, done) => {
      if (faults.dropAtRcpt?.(address)) return socketOf(server, session)?.destroy();
      done(refuse(faults.rcpt?.(address)));
    },
    onData: async (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope;
      const raw = await buffer(stream).catch(() => undefined);
      if (!raw) return; // Its client is gone, and nobody waits for an answer.
      const mail = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        raw,
      };
      if (faults.dropAfterDot?.(mail)) return socketOf(server, session)?.destroy();
      await faults.beforeAnswer?.(mail);
      const refused = refuse(faults.data?.(mail));
      if (!refused) {
        received.push(mail);
        await onAccepted?.(mail, session.user);
      }
      done(refused);
    },
    ...options,
  });
  server.on('error', () => {}); // A dropped connection is what some tests are about.
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function socketOf(server: SMTPServer, session: SMTPServerSession): Socket | undefined {
  type Connection = { session: SMTPServerSession; _socket: Socket };
  const { connections } = server as unknown as { connections: Set<Connection> };
  return [...connections].find((one) => one.session.id === session.id)?._socket;
}

/** A server that greets, and leaves the answer to each line to the script. */
export async function startScripted(
  answer: (line: string, socket: Socket) => unknown,
): Promise<Pick<MailServer, 'url' | 'close'>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('220 scripted\r\n');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
