import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Newsroom } from '../model.js';
import { createPages, type Pages } from '../templates/pages/index.js';

/** Answers with one of the pages, under a CSP that lets it load its own style and the logo only. */
export type PageResponder = (
  c: Context,
  status: ContentfulStatusCode,
  page: (pages: Pages) => string,
) => Response;

export function pageResponder(newsroom: Newsroom): PageResponder {
  const pages = createPages(newsroom);
  const style = createHash('sha256').update(pages.stylesheet).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    ...(newsroom.logo ? [`img-src ${new URL(newsroom.logo).origin}`] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (c, status, page) => {
    c.header('Content-Security-Policy', policy);
    c.header('Cache-Control', 'no-store');
    c.header('X-Robots-Tag', 'noindex');
    return c.html(page(pages), status);
  };
}
