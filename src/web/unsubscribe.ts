import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Newsroom } from '../model.js';
import { strings } from '../templates/strings/index.js';
import type { Unsubscribe } from './deps.js';
import type { PageResponder } from './respond.js';

/** Bytes of a form with one field, and much to spare. */
const formLimit = 16 * 1024;

/**
 * `/unsubscribe/<token>`: a GET shows a page with buttons and changes nothing, as link scanners follow
 * every link of every mail. A POST leaves: from the page's buttons, or from a mail provider as
 * RFC 8058 has it. The token is the authority, so neither cookies nor origins are looked at.
 */
export function unsubscribeRoutes(
  unsubscribe: Unsubscribe,
  newsroom: Newsroom,
  respond: PageResponder,
): Hono {
  const app = new Hono();
  const t = strings(newsroom.language).page;

  app.get('/unsubscribe/:token', async (c) => {
    const found = await unsubscribe.read(c.req.param('token'));
    if (!found) return respond(c, 404, (pages) => pages.notice('unknownLink'));
    return respond(c, 200, (pages) => pages.unsubscribe(found));
  });

  const limit = bodyLimit({
    maxSize: formLimit,
    onError: (c) => respond(c, 413, (pages) => pages.notice('unclear')),
  });
  app.post('/unsubscribe/:token', limit, async (c) => {
    const token = c.req.param('token');
    const form = await fields(c);

    // RFC 8058 3.2: the answer is for a machine, and never a redirect.
    if (form['list-unsubscribe'] === 'one-click') {
      const left = await unsubscribe.leave(token, 'programs');
      return left ? c.text(`${t.goodbye}.\n`) : c.text(`${t.unknownLink}.\n`, 404);
    }

    const { scope } = form;
    if (scope !== 'programs' && scope !== 'all') {
      return respond(c, 400, (pages) => pages.notice('unclear'));
    }
    const left = await unsubscribe.leave(token, scope);
    if (!left) return respond(c, 404, (pages) => pages.notice('unknownLink'));
    return respond(c, 200, (pages) =>
      pages.goodbye({
        programs: scope === 'all' ? undefined : left.programs,
        remaining: left.remaining,
      }),
    );
  });
  return app;
}

/** The text fields of a form, urlencoded or multipart, in lower case; none where it cannot be read. */
async function fields(c: Context): Promise<Record<string, string>> {
  const form = await c.req.formData().catch(() => new FormData());
  const texts = [...form].filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  return Object.fromEntries(
    texts.map(([name, value]) => [name.toLowerCase(), value.trim().toLowerCase()]),
  );
}
