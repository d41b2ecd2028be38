/** The demo's start page: what Broadsheet does, links to everything, and what arrived where. */

import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { type Arrivals, arrivalsPart, dot } from './arrivals.js';
import { centre, programs } from './centre.js';
import { demoSchedule, demoSubscribers } from './demo.js';
import { LIVE_SCRIPT } from './live.js';
import type { SandboxMailbox } from './mailbox/index.js';
import type { PublishedArticle, SandboxNewsroom } from './newsroom/index.js';

type Html = ReturnType<typeof html>;

export type { Arrivals } from './arrivals.js';

export interface StartPageOptions {
  readonly newsroom: Pick<SandboxNewsroom, 'url' | 'feedUrl' | 'published'>;
  readonly mailbox: Pick<SandboxMailbox, 'url' | 'mailboxUrl'>;
  readonly discord: { readonly url: string };
  readonly outputFeeds: readonly { readonly name: string; readonly url: string }[];
  /** From the ledger; a page shows them all, so a few dozen articles are enough. */
  arrivals(): Promise<Arrivals>;
  publish(): Promise<PublishedArticle>;
  readonly clock: {
    now(): Date;
    /** When the next digest's window closes. */
    nextWindow(): Promise<Date | undefined>;
    /** Lets time go by. Resolves once the clock is set; a month goes on by itself. */
    advance(step: Step): Promise<void>;
  };
}

/** How far the clock is set forward: to the next window's close, or through a month of them. */
export type Step = 'hour' | 'window' | 'month';
const STEPS: Readonly<Record<Step, string>> = {
  hour: 'An hour on',
  window: 'To the next digest',
  month: 'A month, in a minute',
};

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Serves the page at `/` and its parts under `/demo/`. `POST /demo/publish` publishes an article,
 * `POST /demo/clock/hour`, `window` and `month` set the clock forward; both return to the page, or say
 * what was done where the client accepts plain text.
 */
export function startPage(options: StartPageOptions): Hono {
  const stylesheet = readFileSync(new URL('start-page.css', import.meta.url), 'utf8');
  const part = async () =>
    html`${await clockPart(options)}${arrivalsPart(await options.arrivals(), options.newsroom.published(), options.clock.now())}`;
  const app = new Hono();
  app.get('/', async (c) => {
    c.header('Content-Security-Policy', POLICY);
    c.header('Cache-Control', 'no-store');
    return c.html(page(options, await part()));
  });
  app.get('/demo/arrivals', async (c) => {
    c.header('Cache-Control', 'no-store');
    return c.html(await part());
  });
  app.post('/demo/*', async (c, next) => {
    // A page elsewhere must not be able to press a button.
    if (c.req.header('Sec-Fetch-Site') === 'cross-site') {
      return c.text('Press the button on the start page itself.', 403);
    }
    return next();
  });
  const done = (c: Context, sentence: string) =>
    c.req.header('Accept') === 'text/plain' ? c.text(sentence) : c.redirect('/', 303);
  app.post('/demo/publish', async (c) => {
    const article = await options.publish();
    return done(c, `Published: ${article.title}`);
  });
  app.post('/demo/clock/:step{hour|window|month}', async (c) => {
    await options.clock.advance(c.req.param('step') as Step);
    return done(c, `It is ${moment(options.clock.now())}.`);
  });
  app.get('/demo/style.css', (c) =>
    c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.get('/demo/live.js', (c) =>
    c.body(LIVE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  return app;
}

function page(options: StartPageOptions, arrivals: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Broadsheet demo</title>
  <link rel="stylesheet" href="/demo/style.css">
  <script src="/demo/live.js" defer></script>
</head>
<body>
<main>
  <p class="eyebrow">Broadsheet · demo</p>
  <h1>A newsroom publishes. Everyone who asked gets it, once.</h1>
  <p class="lead">Broadsheet watches a newsroom's feed and carries each new article to mailboxes, Discord and RSS, by program. Here the newsroom, the mail and Discord are stand-ins on this machine; nothing leaves it.</p>
  ${flow(options)}
  <h2 id="arrivals">What arrived where</h2>
  <p class="legend">✓ accepted, with the time since publication · … on its way · ? uncertain, never silently sent again <a class="refresh" href="/">Refresh</a></p>
  <div data-live="/demo/arrivals">${arrivals}</div>
  ${readers(options)}
</main>
</body>
</html>`;
}

function flow({ newsroom, mailbox, discord, outputFeeds }: StartPageOptions): Html {
  return html`
  <ol class="flow">
    <li class="step">
      <h2>The newsroom</h2>
      <p>${centre.name}, invented, with three programs.</p>
      <p class="links"><a href="${newsroom.url}/">Its site</a> <a href="${newsroom.feedUrl}">Its feed</a></p>
      <form method="post" action="/demo/publish" data-quiet>
        <button type="submit">Publish an article</button>
        <span role="status"></span>
      </form>
    </li>
    <li class="step">
      <h2>Broadsheet</h2>
      <p>Polls the feed every five seconds, reads the article's page, and sorts it into programs.</p>
      <p class="soft">Each delivery is written down before it is made, so nothing is lost and nothing goes out twice.</p>
      <p>Digests wait for their reader's hour. Let time go by:</p>
      ${steps()}
    </li>
    <li class="step">
      <h2>Where it arrives</h2>
      <ul>
        <li><a href="${mailbox.url}/">Mailboxes</a> <span>${demoSubscribers.length} readers, each with a profile of their own; <a href="/sign-up">sign up</a> to be one more, and confirm in your mailbox</span></li>
        <li><a href="${discord.url}">Discord</a> <span>one Discord channel a program, one for all, and one for a digest a day</span></li>
        <li>Output feeds <span class="links">${outputFeeds.map((feed) => html`<a href="${feed.url}">${feed.name}</a> `)}</span></li>
      </ul>
    </li>
  </ol>`;
}

const moment = (at: Date) =>
  new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: centre.timezone,
  }).format(at);

async function clockPart({ clock }: StartPageOptions): Promise<Html> {
  const next = await clock.nextWindow();
  return html`
  <p class="clock">In the newsroom it is <b>${moment(clock.now())}</b>.${next ? html` The next digest is due ${moment(next)}.` : ''}</p>`;
}

function steps(): Html {
  return html`
  <div class="steps">${Object.entries(STEPS).map(
    ([step, label]) => html`
    <form method="post" action="/demo/clock/${step}" data-quiet>
      <button type="submit">${label}</button>
      <span role="status"></span>
    </form>`,
  )}</div>`;
}

function readers({ mailbox }: StartPageOptions): Html {
  return html`
  <h2>Who reads what</h2>
  <div class="readers"><table>
    <thead><tr><th scope="col">Reader</th><th scope="col">Programs</th><th scope="col">Cadence</th></tr></thead>
    <tbody>${demoSubscribers.map(
      (reader) => html`
      <tr>
        <th scope="row"><a href="${mailbox.mailboxUrl(reader.address)}">${reader.name}</a><small>${reader.address}</small></th>
        <td>${programs
          .filter((program) => reader.programs.includes(program.id))
          .map((program) => html`<span>${dot(program.colour)}${program.aliases[0]}</span>`)}</td>
        <td>${cadenceOf(reader)}</td>
      </tr>`,
    )}</tbody>
  </table></div>
  <p class="soft">${programs.map((program) => html`${program.aliases[0]}: ${program.name}. `)}</p>`;
}

function cadenceOf({ cadence, schedule }: (typeof demoSubscribers)[number]): string {
  if (cadence === 'instant') return 'instant: an e-mail for each article';
  const { timezone, hour } = { ...demoSchedule, ...schedule };
  const day = cadence === 'daily' ? 'every day' : 'on Mondays';
  return `${cadence}: a digest ${day} at ${hour}:00 in ${timezone}`;
}
