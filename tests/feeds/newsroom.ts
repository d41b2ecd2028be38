/** A web server on loopback that answers as a test wants it to. */

import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Newsroom {
  /** `http://<host>:<port>`. */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
}

/** Starts a server, which is stopped when the test ends. */
export async function newsroom(answer: RequestListener, host = '127.0.0.1'): Promise<Newsroom> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  // A slow machine may be long between two requests.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, requests };
}
