/** Postfix's smtp-sink: a mail server that takes whatever it is given, as fast as it can. */

import { chmod, mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { type Background, eventually, freePort, startBackground } from './child.js';

export interface Sink {
  readonly port: number;
  readonly process: Background;
}

/**
 * Starts one on loopback.
 * @param directory made for it, and writable for the user it runs as
 * @param options of its own, such as `-q .`
 */
export async function startSink(directory: string, options: readonly string[]): Promise<Sink> {
  await mkdir(directory);
  // Started by root it runs as nobody, who writes there too.
  await chmod(directory, 0o777);
  const user = userInfo().uid === 0 ? ['-u', 'nobody'] : [];
  const port = await freePort();
  const args = [...user, ...options, `127.0.0.1:${port}`, '100'];
  const process = startBackground('smtp-sink', args, directory);
  await eventually(() => listens(port), {
    every: 20,
    within: 10_000,
    otherwise: 'smtp-sink does not listen.',
  });
  return { port, process };
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
