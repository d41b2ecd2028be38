/** A mailbox on loopback: it takes every mail, keeps it, and shows it. */

import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { LIVE_SCRIPT } from '../live.js';
import { serveOnLoopback } from '../serve.js';
import {
  isView,
  listPage,
  listPart,
  mailboxPage,
  mailFrame,
  mailPage,
  notFoundPage,
} from './pages.js';
import { serveSmtp } from './smtp.js';
import { type Mail, type MailSummary, openMailStore } from './store.js';

export interface MailboxOptions {
  /** 0 takes a free one. */
  readonly smtpPort: number;
  /** 0 takes a free one. */
  readonly webPort: number;
  /** Where to keep the messages, one file each. */
  readonly dir: string;
  /** The clock that dates what is received: this machine's where not given. */
  readonly now?: () => Date;
}

export interface SandboxMailbox {
  readonly smtpUrl: string;
  readonly smtpPort: number;
  /** Of the page, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Newest first. */
  messages(): readonly MailSummary[];
  /** The page of one recipient's mail. */
  mailboxUrl(recipient: string): string;
  close(): Promise<void>;
}

/**
 * Pages run no script but our own; pictures in mails come from loopback only, so that opening a
 * mail tells nobody. One-click forms go to loopback for the same reason.
 */
const OWN_HOSTS = 'http://127.0.0.1:* http://localhost:*';
const PAGE_POLICY = `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; form-action ${OWN_HOSTS}; base-uri 'none'; frame-ancestors 'self'`;
const MAIL_POLICY = `default-src 'none'; style-src 'unsafe-inline'; img-src data: ${OWN_HOSTS}; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox`;

/**
 * Starts the mailbox. A message is on disk in `dir` before it is acknowledged, and is shown again
 * after a restart. Rejects where a port is taken.
 *
 * `/api/messages` answers what `messages()` does, as JSON; `?to=ADDRESS` only one recipient's;
 * `/api/messages/ID` a whole message, `/messages/ID/raw` its bytes.
 */
export async function startMailbox(options: MailboxOptions): Promise<SandboxMailbox> {
  const store = await openMailStore(options.dir);
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    if (!c.res.headers.has('Content-Security-Policy')) {
      c.header('Content-Security-Policy', PAGE_POLICY);
    }
  });
  const stylesheet = readFileSync(new URL('style.css', import.meta.url), 'utf8');
  app.get('/style.css', (c) =>
    c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.get('/live.js', (c) =>
    c.body(LIVE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );

  app.get('/favicon.ico', (c) => c.body(null, 204));
  app.get('/', (c) => c.html(listPage(store.list())));
  app.get('/part', (c) => c.html(listPart(store.list())));
  app.get('/mailboxes/:recipient', (c) => {
    const recipient = c.req.param('recipient');
    return c.html(mailboxPage(recipient, sentTo(store.list(), recipient)));
  });
  const withMail =
    (show: (mail: Mail, c: Context) => Response | Promise<Response>) => async (c: Context) => {
      const mail = await store.read(c.req.param('id') ?? '');
      return mail ? show(mail, c) : c.notFound();
    };
  app.get(
    '/messages/:id',
    withMail(async (mail, c) => {
      const view = c.req.query('view') ?? (mail.html ? 'html' : 'text');
      if (!isView(view)) return c.notFound();
      const source = view === 'source' ? await store.raw(mail.id) : undefined;
      const copies = store.list().filter((other) => isCopy(other, mail)).length;
      return c.html(mailPage({ mail, view, copies, source: source?.toString('utf8') ?? '' }));
    }),
  );
  app.get(
    '/messages/:id/html',
    withMail((mail, c) => {
      c.header('Content-Security-Policy', MAIL_POLICY);
      return c.html(mailFrame(mail.html));
    }),
  );
  app.get('/messages/:id/raw', async (c) => {
    const raw = await store.raw(c.req.param('id'));
    if (!raw) return c.notFound();
    return c.body(new Uint8Array(raw), 200, { 'Content-Type': 'text/plain; charset=utf-8' });
  });
  app.get('/api/messages', (c) => {
    const recipient = c.req.query('to');
    return c.json(recipient === undefined ? store.list() : sentTo(store.list(), recipient));
  });
  app.get(
    '/api/messages/:id',
    withMail((mail, c) => c.json(mail)),
  );
  app.notFound((c) => c.html(notFoundPage(), 404));

  const smtp = await serveSmtp(store, options.smtpPort, options.now ?? (() => new Date()));
  try {
    const web = await serveOnLoopback(app, options.webPort);
    return {
      smtpUrl: smtp.url,
      smtpPort: smtp.port,
      url: web.url,
      port: web.port,
      messages: store.list,
      mailboxUrl: (recipient) => `${web.url}/mailboxes/${encodeURIComponent(recipient)}`,
      close: async () => {
        await Promise.all([smtp.close(), web.close()]);
      },
    };
  } catch (error) {
    await smtp.close();
    throw error;
  }
}

function sentTo(mails: readonly MailSummary[], recipient: string): MailSummary[] {
  return mails.filter((mail) => mail.envelope.recipients.includes(recipient));
}

/** The same message to the same reader, which is what nobody should ever get. */
function isCopy(other: MailSummary, mail: MailSummary): boolean {
  return (
    other.messageId === mail.messageId &&
    (other.messageId !== '' || other.id === mail.id) &&
    other.envelope.recipients.some((recipient) => mail.envelope.recipients.includes(recipient))
  );
}
