import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface WebServer {
  /** The port it listens on, also where 0 was asked for. */
  readonly port: number;
  /** Takes no new connections, lets requests under way end, and resolves when all are closed. */
  close(): Promise<void>;
}

/** The port is in use. Its own class, as the demo then tries another one. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** Milliseconds that requests under way have when the server closes. */
const grace = 5_000;

/**
 * Serves the pages on a port (0: any free one) of a host.
 * @throws {PortTaken} where another program listens there already.
 */
export async function serveWeb(
  app: Hono,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<WebServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { headersTimeout: 15_000, requestTimeout: 30_000 },
  }) as Server;
  server.on('request', (_, response) => {
    // Answered while the server closes, a kept-alive connection would wait for its idle timeout.
    response.on('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, port, host);
  }
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const end = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearTimeout(end);
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const cause = { cause: error };
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken by another program. Stop that program, or set PORT to a free port.`;
    return new PortTaken(message, cause);
  }
  if (error.code === 'EACCES') {
    const message = `This user may not listen on port ${port}. Set PORT to a port above 1023.`;
    return new Error(message, cause);
  }
  return new Error(`Cannot listen on port ${port} of ${host}: ${error.message}`, cause);
}
