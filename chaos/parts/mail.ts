/**
 * The mail server: two of Postfix's smtp-sink behind one port. One keeps each message and says so; the
 * other keeps it too, and drops the connection instead of answering the final dot. Both write each message
 * down before they answer, so their dumps are what readers got.
 */

import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, startBackground } from './child.js';
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
  const sinks = [
    await startSink(join(directory, 'mail'), []),
    await startSink(join(directory, 'mail-dropped'), ['-q', '.']),
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
      const [kept, dropped] = await Promise.all(sinks.map(({ dumps }) => readDumps(dumps)));
      return [
        ...(kept ?? []).map((dump) => ({ ...dump, dropped: false })),
        ...(dropped ?? []).map((dump) => ({ ...dump, dropped: true })),
      ];
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      for (const { sink } of sinks) await sink.end('SIGTERM');
    },
  };
}

async function startSink(dumps: string, options: readonly string[]) {
  await mkdir(dumps);
  // Started by root it runs as nobody, who writes there too.
  await chmod(dumps, 0o777);
  const user = userInfo().uid === 0 ? ['-u', 'nobody'] : [];
  const port = await freePort();
  // biome-ignore format: one option a line says less than the command as it is typed
  const sink = startBackground('smtp-sink', [...user, ...options, '-d', `${dumps}/%M.`, `127.0.0.1:${port}`, '100'], dumps);
  await eventually(() => listens(port), {
    every: 20,
    within: 10_000,
    otherwise: 'smtp-sink does not listen.',
  });
  return { sink, port, dumps };
}

function listens(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}

async function readDumps(directory: string): Promise<Omit<Dump, 'dropped'>[]> {
  const found = [];
  for (const name of await readdir(directory)) {
    found.push(parseDump(await readFile(join(directory, name))));
  }
  return found;
}
