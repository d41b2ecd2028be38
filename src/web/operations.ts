/** What machines ask of a process: whether it lives, whether it is ready, and its figures. */

import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import ipaddr from 'ipaddr.js';
import type { WebDeps } from './deps.js';

const noStore = { 'Cache-Control': 'no-store' };

/** `/healthz`, `/readyz` and `/metrics`: beside the pages, or alone where a process serves no pages. */
export function operationsRoutes(deps: Pick<WebDeps, 'health' | 'scrape'>): Hono {
  const app = new Hono();

  app.get('/healthz', (c) => c.json({ ok: true }, 200, noStore));
  app.get('/readyz', async (c) => {
    const { ready, parts } = await deps.health();
    return c.json({ ready, parts }, ready ? 200 : 503, noStore);
  });
  app.get('/metrics', async (c) => {
    const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
    if (!isNear(incoming?.socket.remoteAddress, c.req.raw.headers)) return c.notFound();
    const { contentType, text } = await deps.scrape();
    return c.body(text, 200, { ...noStore, 'Content-Type': contentType });
  });
  return app;
}

/**
 * Whether a request comes straight from this machine or a private network. A proxy is near too, so what
 * one has passed on does not count; they say so in a header.
 */
export function isNear(address: string | undefined, headers: Headers): boolean {
  const passedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
  if (passedOn.some((name) => headers.has(name))) return false;
  if (!address || !ipaddr.isValid(address)) return false;
  return ['loopback', 'private', 'uniqueLocal', 'linkLocal'].includes(
    ipaddr.process(address).range(),
  );
}
