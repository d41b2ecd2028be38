import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { archiveRoutes } from './archive.js';
import type { WebDeps } from './deps.js';
import { feedRoutes } from './feeds.js';
import { operationsRoutes } from './operations.js';
import { preferencesRoutes } from './preferences.js';
import { pageResponder } from './respond.js';
import { signUpRoutes } from './sign-up.js';
import { unsubscribeRoutes } from './unsubscribe.js';
import { isUuid } from './uuid.js';
import { websubRoutes } from './websub.js';

/** A frozen edition holds other people's HTML: whatever is in it, no script runs and no form is sent. */
const editionPolicy =
  "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The public pages and output feeds. No cookies, one script that guesses a time zone, nothing loaded from third parties. */
export function createWeb(deps: WebDeps): Hono {
  const app = new Hono();
  const base = basePath(deps.publicUrl);
  const respond = pageResponder({
    ...deps.signUp,
    newsroom: deps.newsroom,
    base,
  });

  // A form that the newsroom's own sites show in a frame: its CSP says which may.
  app.use('/sign-up/embed', async (c, next) => {
    await next();
    c.res.headers.delete('X-Frame-Options');
  });

  app.use(
    secureHeaders({
      overwrite: false,
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      // Only for this host: what else lives under its domain is not ours to decide.
      strictTransportSecurity: deps.publicUrl.startsWith('https:') && 'max-age=15552000',
    }),
  );

  app.get('/editions/:id', async (c) => {
    const id = c.req.param('id');
    const edition = isUuid(id) && (await deps.edition(id));
    if (!edition) return c.notFound();
    return c.html(edition.html, 200, {
      'Content-Security-Policy': editionPolicy,
      'Cache-Control': 'no-cache',
      'X-Robots-Tag': 'noindex',
    });
  });

  app.route('/', operationsRoutes(deps));
  app.route('/', feedRoutes(deps, respond));
  app.route('/', archiveRoutes(deps, respond, base));
  app.route('/', signUpRoutes(deps, respond, base));
  app.route('/', preferencesRoutes(deps, respond, base));
  app.route('/', websubRoutes(deps.hubCallback));
  app.route('/', unsubscribeRoutes(deps.unsubscribe, deps.newsroom, respond));

  app.notFound((c) => respond(c, 404, (pages) => pages.notice('notFound')));
  app.onError((error, c) => {
    // The path holds a token, which opens a reader's page to whoever reads the log.
    deps.reportError(error, `${c.req.method} /${c.req.path.split('/')[1]}`);
    return respond(c, 500, (pages) => pages.notice('failed'));
  });
  return app;
}

/** Links between pages are below the path of PUBLIC_URL, which a proxy may take away. */
function basePath(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '');
}
