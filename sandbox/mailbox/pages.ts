/** The mailbox's pages. Whatever a mail says is escaped; its HTML is shown in a frame of its own. */

import { html, raw } from 'hono/html';
import type { Mail, MailSummary } from './store.js';

type Html = ReturnType<typeof html>;

const VIEWS = {
  html: 'As the reader sees it',
  text: 'Text part',
  headers: 'Headers',
  source: 'Source',
};
export type View = keyof typeof VIEWS;
export function isView(name: string): name is View {
  return Object.hasOwn(VIEWS, name);
}

const clock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export function listPage(mails: readonly MailSummary[]): Html {
  return layout(
    'Mailbox',
    html`
    <h1>Mailbox</h1>
    <p class="lead">Every mail that Broadsheet sends arrives here, by SMTP on this machine. Nothing leaves it.</p>
    <div data-live="/part">${listPart(mails)}</div>
    <p class="refresh"><a href="/">Refresh</a></p>`,
  );
}

/** The list by recipient: what the page asks for again every second. */
export function listPart(mails: readonly MailSummary[]): Html {
  if (mails.length === 0) return html`<p class="empty">No mail arrived yet.</p>`;
  const boxes = grouped(mails, (mail) => mail.envelope.recipients);
  const extra = [...boxes.values()].reduce((sum, own) => sum + extraCopies(own), 0);
  return html`
  <p class="tally">${count(mails.length, 'mail')} in ${count(boxes.size, 'mailbox', 'mailboxes')} ·
    ${extra === 0 ? html`<span class="good">✓ nothing arrived twice</span>` : html`<strong class="bad">✕ ${count(extra, 'duplicate')}</strong>`}</p>
  ${[...boxes]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([recipient, own]) => html`
    <section>
      <h2><a id="box-${recipient}" href="/mailboxes/${encodeURIComponent(recipient)}">${recipient}</a> <span class="count">${count(own.length, 'mail')}</span></h2>
      ${mailTable(own, 5)}
      ${own.length > 5 ? html`<p class="more"><a href="/mailboxes/${encodeURIComponent(recipient)}">All ${own.length} mails</a></p>` : ''}
    </section>`,
    )}`;
}

export function mailboxPage(recipient: string, mails: readonly MailSummary[]): Html {
  return layout(
    recipient,
    html`
    <p class="back"><a href="/">← All mailboxes</a></p>
    <h1>${recipient}</h1>
    ${mails.length === 0 ? html`<p class="empty">No mail arrived for this address.</p>` : html`<section>${mailTable(mails)}</section>`}
    <p><a href="">Refresh</a></p>`,
  );
}

export interface MailPage {
  readonly mail: Mail;
  readonly view: View;
  /** How often this message arrived for the same reader; 1 is right. */
  readonly copies: number;
  /** The raw message, where the view shows it. */
  readonly source: string;
}

export function mailPage({ mail, view, copies, source }: MailPage): Html {
  const [recipient] = mail.envelope.recipients;
  return layout(
    mail.subject || '(no subject)',
    html`
    <p class="back"><a href="/">← All mailboxes</a>${recipient ? html` · <a href="/mailboxes/${encodeURIComponent(recipient)}">${recipient}</a>` : ''}</p>
    <h1 class="subject">${mail.subject || '(no subject)'}</h1>
    ${copies > 1 ? html`<p class="alarm">This message arrived ${copies} times for the same reader.</p>` : ''}
    <dl class="facts">
      <dt>From</dt><dd>${mail.from}</dd>
      <dt>To</dt><dd>${mail.to || mail.envelope.recipients.join(', ')}</dd>
      <dt>Received</dt><dd><time datetime="${mail.receivedAt}">${clock.format(new Date(mail.receivedAt))}</time> · ${kilobytes(mail.size)}</dd>
      <dt>Return path</dt><dd><code>${mail.envelope.from || '<>'}</code></dd>
      <dt>Unsubscribe</dt><dd>${unsubscribeLinks(mail)}</dd>
      ${mail.attachments.length > 0 ? html`<dt>Attached</dt><dd>${mail.attachments.map((file) => html`${file.name} (${kilobytes(file.size)}) `)}</dd>` : ''}
    </dl>
    <nav class="views" aria-label="Views of this mail">
      ${(Object.keys(VIEWS) as View[]).map((name) => html`<a href="?view=${name}"${name === view ? raw(' aria-current="page"') : ''}>${VIEWS[name]}</a> `)}
    </nav>
    ${viewOf(mail, view, source)}`,
  );
}

/** The mail's own HTML, for the frame: links open outside of it. */
export function mailFrame(mailHtml: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(mailHtml)
    ? mailHtml.replace(/<head[^>]*>/i, (head) => head + base)
    : base + mailHtml;
}

export function notFoundPage(): Html {
  return layout(
    'Not found',
    html`<h1>There is no such mail</h1><p><a href="/">All mailboxes</a></p>`,
  );
}

function viewOf(mail: Mail, view: View, source: string): Html {
  if (view === 'headers') {
    return html`<div class="scroll"><table class="headers"><tbody>
      ${mail.headers.map(({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
    </tbody></table></div>`;
  }
  if (view === 'text')
    return mail.text ? html`<pre tabindex="0">${mail.text}</pre>` : nothing('text');
  if (view === 'source') {
    return html`<p><a href="/messages/${mail.id}/raw">As a plain file</a></p><pre tabindex="0">${source}</pre>`;
  }
  if (!mail.html) return nothing('HTML');
  return html`
    <fieldset class="width"><legend>Width</legend>
      <label><input type="radio" name="width" value="wide" checked> Computer</label>
      <label><input type="radio" name="width" value="phone"> Phone, 320 px</label>
    </fieldset>
    <iframe class="mail" title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="/messages/${mail.id}/html"></iframe>`;
}

function nothing(part: string): Html {
  return html`<p class="empty">This mail has no ${part} part.</p>`;
}

/** The newest of one reader's mails, at most `limit`; copies are counted over all of them. */
function mailTable(mails: readonly MailSummary[], limit = mails.length): Html {
  const copies = grouped(mails, (mail) => [mail.messageId || mail.id]);
  return html`
  <table class="list">
    <thead><tr><th scope="col">Subject</th><th scope="col">From</th><th scope="col">Received</th></tr></thead>
    <tbody>${mails.slice(0, limit).map((mail) => {
      const times = copies.get(mail.messageId || mail.id)?.length ?? 1;
      return html`<tr>
        <td><a id="mail-${mail.id}" href="/messages/${mail.id}">${mail.subject || '(no subject)'}</a>${times > 1 ? html` <strong class="bad">arrived ${times} times</strong>` : ''}</td>
        <td>${mail.from}</td>
        <td><time datetime="${mail.receivedAt}">${clock.format(new Date(mail.receivedAt))}</time></td>
      </tr>`;
    })}</tbody>
  </table>`;
}

function unsubscribeLinks(mail: Mail): Html {
  const automatic = mail.headers.some(({ name }) => name.toLowerCase() === 'auto-submitted');
  if (mail.unsubscribe.length === 0 && automatic) {
    return html`<span>None: it is no list mail, but was written to this one person.</span>`;
  }
  if (mail.unsubscribe.length === 0)
    return html`<span class="bad">There is no List-Unsubscribe header.</span>`;
  return html`<ul>${mail.unsubscribe.map((address) => {
    const web = /^https?:\/\//i.test(address);
    const link = web
      ? html`<a href="${address}" rel="noreferrer" target="_blank">${address}</a>`
      : html`<code>${address}</code>`;
    return html`<li>${link}${web && mail.oneClick && isLoopback(address) ? oneClickForm(address) : ''}</li>`;
  })}</ul>${mail.oneClick ? '' : html`<p>Without List-Unsubscribe-Post: no one-click button in mail programs.</p>`}`;
}

/** What the Unsubscribe button of a mail program sends (RFC 8058, section 3.2). */
function oneClickForm(address: string): Html {
  return html`<form method="post" action="${address}" target="_blank">
    <input type="hidden" name="List-Unsubscribe" value="One-Click">
    <button>Unsubscribe in one click, as a mail program does</button>
  </form>`;
}

function isLoopback(address: string): boolean {
  return URL.canParse(address) && ['127.0.0.1', 'localhost'].includes(new URL(address).hostname);
}

/** The mails under each of their keys, in the same order. */
function grouped(
  mails: readonly MailSummary[],
  keysOf: (mail: MailSummary) => readonly string[],
): Map<string, MailSummary[]> {
  const groups = new Map<string, MailSummary[]>();
  for (const mail of mails) {
    for (const key of keysOf(mail)) groups.set(key, [...(groups.get(key) ?? []), mail]);
  }
  return groups;
}

function extraCopies(mails: readonly MailSummary[]): number {
  return mails.length - new Set(mails.map((mail) => mail.messageId || mail.id)).size;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function kilobytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}

function layout(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · Sandbox mailbox</title>
  <link rel="stylesheet" href="/style.css">
  <script src="/live.js" defer></script>
</head>
<body>
  <main>${content}</main>
</body>
</html>`;
}
