import { Hono } from 'hono';
import type { Language, Newsroom } from '../model.js';
import { strings } from '../templates/strings/index.js';
import type { Unsubscribe } from './deps.js';
import { formSize, readForm } from './form.js';
import type { PageResponder } from './respond.js';

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
  /** In the reader's language, or the newsroom's. */
  const lookOf = ({ language }: { readonly language: Language | undefined }) =>
    language === undefined ? {} : { language };

  app.get('/unsubscribe/:token', async (c) => {
    const found = await unsubscribe.read(c.req.param('token'));
    if (!found) return respond(c, 404, (pages) => pages.notice('unknownLink'));
    return respond(c, 200, (pages) => pages.unsubscribe(found), lookOf(found));
  });

  app.post('/unsubscribe/:token', formSize(respond), async (c) => {
    const token = c.req.param('token');
    const { all, one } = await readForm(c);

    // RFC 8058 3.2: the answer is for a machine, and never a redirect.
    const oneClick = [...all('List-Unsubscribe'), ...all('list-unsubscribe')];
    if (oneClick.some((value) => /^one-click$/i.test(value))) {
      const left = await unsubscribe.leave(token, 'programs');
      return left ? c.text(`${t.goodbye}.\n`) : c.text(`${t.unknownLink}.\n`, 404);
    }

    const scope = one('scope');
    if (scope !== 'programs' && scope !== 'all') {
      return respond(c, 400, (pages) => pages.notice('unclear'));
    }
    const left = await unsubscribe.leave(token, scope, one('reason'));
    if (!left) return respond(c, 404, (pages) => pages.notice('unknownLink'));
    const { remaining } = left;
    const programs = scope === 'all' ? undefined : left.programs;
    return respond(c, 200, (pages) => pages.goodbye({ programs, remaining }), lookOf(left));
  });
  return app;
}
