/**
 * The mail server: two of Postfix's smtp-sink behind one port. One keeps each message and says so; the
 * other keeps it too, and drops the connection instead of answering the final dot. Both write each message
 * down before they answer, so their dumps are what readers got.
 */

import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { startSink } from '../../rig/sink.js';
import { type Dump, parseDump } from './dump.js';

export interface MailServer {
  readonly url: string;
  /** Connections that were made to drop. */
  readonly dropping: () => number;
  /** Every message that was handed over in full, whether or not that was answered. */
  dumps(): Promise<Dump[]>;
  stop(): Promise<void>;
}

/** @param drops asked for each connection: whether it drops after the final dot */
export async function startMail(directory: string, drops: () => boolean): Promise<MailServer> {
  const dumps = [join(directory, 'mail'), join(directory, 'mail-dropped')] as const;
  const sinks = [
    await startSink(dumps[0], ['-d', `${dumps[0]}/%M.`]),
    await startSink(dumps[1], ['-d', `${dumps[1]}/%M.`, '-q', '.']),
  ] as const;
  const sockets = new Set<Socket>();
  let dropping = 0;
  const server = createServer((client) => {
    const drop = drops();
    if (drop) dropping += 1;
    const sink = connect(drop ? sinks[1].port : sinks[0].port, '127.0.0.1');
    for (const [from, to] of [
      [client, sink],
      [sink, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      // A killed process breaks its connections; what it had written goes on to the sink all the same.
      from.on('error', () => to.end());
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    dropping: () => dropping,
    async dumps() {
      const [kept, dropped] = await Promise.all(dumps.map(readDumps));
      return [
        ...(kept ?? []).map((dump) => ({ ...dump, dropped: false })),
        ...(dropped ?? []).map((dump) => ({ ...dump, dropped: true })),
      ];
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      for (const sink of sinks) await sink.process.end('SIGTERM');
    },
  };
}

async function readDumps(directory: string): Promise<Omit<Dump, 'dropped'>[]> {
  const found = [];
  for (const name of await readdir(directory)) {
    found.push(parseDump(await readFile(join(directory, name))));
  }
  return found;
}
