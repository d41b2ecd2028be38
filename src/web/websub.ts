/** `/websub/<id>`: where hubs ask whether a subscription was meant (GET), and push what is new (POST). */

import { Hono } from 'hono';
import type { HubCallback } from './deps.js';
import { isUuid } from './uuid.js';

export function websubRoutes(hubs: HubCallback): Hono {
  const app = new Hono();

  app.get('/websub/:id', async (c) => {
    const id = c.req.param('id');
    const echo = isUuid(id) ? await hubs.question(id, c.req.query()) : undefined;
    if (echo === undefined) return c.notFound();
    // What comes from outside goes back as a type that no browser shows (WebSub, 8.2); nosniff is on every answer.
    return c.body(echo, 200, { 'Content-Type': 'application/octet-stream' });
  });

  app.post('/websub/:id', async (c) => {
    const id = c.req.param('id');
    const signature = c.req.header('x-hub-signature');
    const body = c.req.raw.body ?? [];
    const outcome = isUuid(id) ? await hubs.push(id, signature, body) : 'unknown';
    if (outcome === 'unknown') return c.body(null, 410);
    if (outcome === 'too large') return c.body(null, 413);
    // A forged push is answered like a good one, so that nobody learns anything by trying (WebSub, 7.1.2).
    return c.body(null, 202);
  });

  return app;
}
