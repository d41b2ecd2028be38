/** What the public pages and output feeds need, answered from the ledger. */

import type { Hono } from 'hono';
import type { Ledger, Log } from './app.js';
import type { Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import { publicArticles } from './store/articles.js';
import { rendering } from './store/editions.js';
import { type RenderedMail, webViewHtml } from './templates/email/mail.js';
import { createWeb } from './web/index.js';

export interface PublicWebOptions {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'subscribers'>;
  readonly publicUrl: string;
  readonly links: Links;
  readonly log: Log;
}

export function createPublicWeb({ config, ledger, publicUrl, links, log }: PublicWebOptions): Hono {
  const { database, subscribers } = ledger;
  const { newsroom, programs } = config;
  const names = new Map(programs.map(({ id, name }) => [id, name]));

  return createWeb({
    newsroom,
    publicUrl,
    links,
    async outputFeed(id) {
      const program = programs.find((one) => one.id === id);
      if (!program && id !== 'all') return undefined;
      const rows = await publicArticles(database, {
        ...(program && { program: program.id }),
        limit: config.outputFeeds.items,
      });
      const articles = rows.map(({ id: article, content, releasedAt, revisedAt, seenAt }) => ({
        id: article,
        content,
        releasedAt: (releasedAt ?? seenAt).toISOString(),
        updatedAt: revisedAt.toISOString(),
        programNames: content.programs.map((one) => names.get(one) ?? one),
      }));
      const changes = articles.flatMap(({ releasedAt, updatedAt }) => [releasedAt, updatedAt]);
      return {
        title: program ? `${newsroom.name}: ${program.name}` : newsroom.name,
        description: program?.description ?? `What ${newsroom.name} publishes.`,
        articles,
        changedAt: changes.sort().at(-1) ?? new Date(0).toISOString(),
      };
    },
    async edition(id) {
      const mail = (await rendering(database, id, 'email')) as RenderedMail | undefined;
      return mail && { html: webViewHtml(mail) };
    },
    unsubscribe: { read: subscribers.readLink, leave: subscribers.leave },
    async health() {
      const up = await database.query('select 1').then(
        () => true,
        () => false,
      );
      return { ready: up, parts: { database: up ? 'ok' : 'down' } };
    },
    reportError(error, where) {
      log.error({ where, error: String(error) }, 'A page could not be served.');
    },
  });
}
