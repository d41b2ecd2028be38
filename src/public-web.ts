/** What the public pages and output feeds need, answered from the ledger. */

import type { Hono } from 'hono';
import type { Ledger, Log } from './app.js';
import type { Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import { createPublicFeeds } from './public-feeds.js';
import type { Health } from './staff/health.js';
import { rendering } from './store/editions.js';
import { type RenderedMail, webViewHtml } from './templates/email/mail.js';
import type { WebDeps } from './web/deps.js';
import { createWeb } from './web/index.js';

export interface PublicWebOptions {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'subscribers'>;
  readonly publicUrl: string;
  readonly links: Links;
  readonly health: () => Promise<Health>;
  readonly scrape: WebDeps['scrape'];
  readonly log: Log;
}

export function createPublicWeb(options: PublicWebOptions): Hono {
  const { config, ledger, publicUrl, links, health, scrape, log } = options;
  const { database, subscribers } = ledger;

  return createWeb({
    newsroom: config.newsroom,
    publicUrl,
    links,
    ...createPublicFeeds(config, database, links),
    async edition(id) {
      const mail = (await rendering(database, id, 'email')) as RenderedMail | undefined;
      return mail && { html: webViewHtml(mail) };
    },
    unsubscribe: { read: subscribers.readLink, leave: subscribers.leave },
    health,
    scrape,
    reportError(error, where) {
      log.error({ where, error: String(error) }, 'A page could not be served.');
    },
  });
}
