import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { PortTaken, serveWeb } from '../../src/web/server.js';

const anywhere = { port: 0, host: '127.0.0.1' };

it('says which variable to change when the port is taken', async () => {
  const first = await serveWeb(new Hono(), anywhere);
  const second = serveWeb(new Hono(), { ...anywhere, port: first.port });
  await expect(second).rejects.toThrow(PortTaken);
  await expect(second).rejects.toThrow(
    `Port ${first.port} on 127.0.0.1 is taken by another program. Stop that program, or set PORT to a free port.`,
  );
  await first.close();
});

it('closes idle connections, lets a request under way end, and takes no new one', async () => {
  const requests = new EventEmitter();
  const app = new Hono()
    .get('/fast', (c) => c.text('fast'))
    .get('/slow', async (c) => {
      const answered = once(requests, 'answer');
      requests.emit('asked');
      await answered;
      return c.text('slow');
    });
  const server = await serveWeb(app, anywhere);
  const agent = new Agent({ keepAlive: true });
  const fetchKept = async (path: string) => {
    const [response] = await once(
      get(`http://127.0.0.1:${server.port}${path}`, { agent }),
      'response',
    );
    return (await (response as IncomingMessage).toArray()).join('');
  };

  expect(await fetchKept('/fast')).toBe('fast');
  const asked = once(requests, 'asked');
  const slow = fetchKept('/slow');
  await asked;
  const started = Date.now();
  const closed = server.close();
  await expect(fetch(`http://127.0.0.1:${server.port}/fast`)).rejects.toThrow();
  requests.emit('answer');
  expect(await slow).toBe('slow');
  await closed;
  expect(Date.now() - started).toBeLessThan(3_000);
  await server.close();
  agent.destroy();
});
