import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Newsroom } from '../model.js';
import { createPages, type PageLook, type Pages } from '../templates/pages/index.js';
import type { ProgramOffer } from '../templates/pages/sign-up.js';

/** Answers with one of the pages, under a CSP that lets it use its own style and script, and load the logo only. */
export type PageResponder = (
  c: Context,
  status: ContentfulStatusCode,
  page: (pages: Pages) => string,
  look?: PageLook,
) => Response;

export interface ResponderOptions {
  readonly newsroom: Newsroom;
  readonly programs: readonly ProgramOffer[];
  /** The path of PUBLIC_URL, without a slash at its end. */
  readonly base: string;
  /** Sites that may show the framed pages. */
  readonly origins: readonly string[];
}

export function pageResponder({
  newsroom,
  programs,
  base,
  origins,
}: ResponderOptions): PageResponder {
  const { stylesheet, script } = createPages(newsroom);
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = (ancestors: string) =>
    [
      "default-src 'none'",
      `style-src ${hash(stylesheet)}`,
      `script-src ${hash(script)}`,
      ...(newsroom.logo ? [`img-src ${new URL(newsroom.logo).origin}`] : []),
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${ancestors}`,
    ].join('; ');
  const usual = policy("'none'");
  const framed = policy(origins.join(' ') || "'none'");
  return (c, status, page, look = {}) => {
    c.header('Content-Security-Policy', look.framed ? framed : usual);
    c.header('Cache-Control', 'no-store');
    if (!look.indexed) c.header('X-Robots-Tag', 'noindex');
    return c.html(page(createPages(newsroom, { programs, base }, look)), status);
  };
}
