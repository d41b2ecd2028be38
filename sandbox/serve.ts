/** Web servers of the sandbox: on loopback only. */

import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

export const LOOPBACK = '127.0.0.1';

export interface Served {
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `app` on a port of loopback; 0 takes a free one. Rejects where the port is taken. */
export async function serveOnLoopback(app: Hono, port: number): Promise<Served> {
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: loopbackUrl(taken),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Without a slash at its end. */
export function loopbackUrl(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}

/** The first of `ports` on which loopback can be listened to now; 0, which means any, if none can. */
export async function firstFreePort(ports: readonly number[]): Promise<number> {
  for (const port of ports) if (await isFree(port)) return port;
  return 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createTcpServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}
