/** What arrived where: the part of the start page that keeps itself up to date. */

import { html } from 'hono/html';
import type { ArticleState, ChannelName, Instant, ProgramFace } from '../src/model.js';
import { centre } from './centre.js';
import type { PublishedArticle } from './newsroom/index.js';

type Html = ReturnType<typeof html>;

const UNDER_WAY = '…';
/** The states of a delivery, with the sign that each is shown by. */
const SIGNS = {
  pending: UNDER_WAY,
  claimed: UNDER_WAY,
  sending: UNDER_WAY,
  accepted: '✓',
  rejected: '✕',
  uncertain: '?',
  skipped: '–',
} as const;

export interface ArrivalDelivery {
  readonly channel: ChannelName;
  /** What the destination is called: a reader's name, `#security`, an output feed's name. */
  readonly destination: string;
  readonly state: keyof typeof SIGNS;
  /** When it came into this state; shown once the state is final. */
  readonly at?: Instant;
  /** Where to see it arrived. */
  readonly url?: string;
}

export interface ArrivalArticle {
  readonly title: string;
  readonly url: string;
  readonly programs: readonly ProgramFace[];
  readonly state: ArticleState;
  readonly publishedAt?: Instant;
  readonly deliveries: readonly ArrivalDelivery[];
}

export interface Arrivals {
  /** Newest first. */
  readonly articles: readonly ArrivalArticle[];
}

const CHANNELS: readonly { readonly name: ChannelName; readonly label: string }[] = [
  { name: 'email', label: 'E-mail' },
  { name: 'discord', label: 'Discord' },
  { name: 'rss', label: 'Output feeds' },
];

// The newsroom's own zone, as in the line that tells what time it is there.
const { timezone: timeZone } = centre;
const timeOfDay = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone });
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone,
});

/** The newest articles with their deliveries; `published` is what the newsroom says it published. */
export function arrivalsPart(
  arrivals: Arrivals,
  published: readonly PublishedArticle[],
  now: Date,
): Html {
  const dates = new Map(published.map((article) => [article.url, article.publishedAt]));
  const carried = arrivals.articles.filter((article) => article.state !== 'seeded');
  const seeded = arrivals.articles.filter((article) => article.state === 'seeded');
  const unseen = notYetSeen(arrivals, published);
  return html`
  ${
    arrivals.articles.length === 0
      ? html`<p class="hint">Broadsheet is about to look at the newsroom's feed for the first time.</p>`
      : unseen.map(
          (article) => html`
  <article class="article">
    <h3><a href="${article.url}">${article.title}</a></h3>
    <p class="meta"><span>Published ${when(article.publishedAt, now)}</span><span>The next poll of the feed will see it</span></p>
  </article>`,
        )
  }
  ${
    arrivals.articles.length > 0 && carried.length + unseen.length === 0
      ? html`<p class="hint">The newsroom publishes its first new article ten seconds after the start. Watch it arrive here.</p>`
      : ''
  }
  ${carried.map((article) => articleTable(article, dates.get(article.url) ?? article.publishedAt, now))}
  ${seeded.length > 0 ? seededList(seeded) : ''}`;
}

/** Those that came out after the newest that Broadsheet has seen. */
function notYetSeen(
  arrivals: Arrivals,
  published: readonly PublishedArticle[],
): PublishedArticle[] {
  const seen = new Set(arrivals.articles.map((article) => article.url));
  const first = published.findIndex((article) => seen.has(article.url));
  return published.slice(0, first < 0 ? published.length : first);
}

function articleTable(article: ArrivalArticle, publishedAt: Instant | undefined, now: Date): Html {
  const { deliveries } = article;
  const accepted = deliveries.filter((delivery) => delivery.state === 'accepted').length;
  return html`
  <article class="article">
    <h3><a href="${article.url}">${article.title}</a></h3>
    <p class="meta">
      ${article.programs.map((program) => html`<span>${dot(program.colour)}${program.name}</span>`)}
      ${publishedAt ? html`<span>Published ${when(publishedAt, now)}</span>` : ''}
      ${progress(article.state, accepted, deliveries.length)}
    </p>
    ${
      deliveries.length > 0
        ? html`<table class="arrivals">
      <caption class="unseen">Where “${article.title}” arrived</caption>
      <tbody>${CHANNELS.map(({ name, label }) => {
        const own = deliveries.filter((delivery) => delivery.channel === name);
        return own.length === 0
          ? ''
          : html`<tr><th scope="row">${label}</th><td><ul>${own.map((delivery) => deliveryItem(delivery, publishedAt))}</ul></td></tr>`;
      })}</tbody>
    </table>`
        : ''
    }
  </article>`;
}

function progress(state: ArticleState, accepted: number, all: number): Html {
  if (state === 'held')
    return html`<span class="tally">Held: it goes nowhere until staff release it</span>`;
  if (all === 0) return html`<span class="tally">Seen, and about to be released</span>`;
  return html`<span class="tally">${accepted} of ${all} accepted</span>`;
}

function deliveryItem(delivery: ArrivalDelivery, publishedAt: Instant | undefined): Html {
  const name = delivery.url
    ? html`<a href="${delivery.url}">${delivery.destination}</a>`
    : delivery.destination;
  const settled = SIGNS[delivery.state] !== UNDER_WAY;
  const took = settled && delivery.at && publishedAt ? duration(publishedAt, delivery.at) : '';
  const state =
    delivery.state === 'accepted'
      ? html`<span class="unseen">accepted${took && ' after'}</span>`
      : html`${delivery.state}${took && ' after'}`;
  return html`<li class="delivery ${delivery.state}"><span aria-hidden="true">${SIGNS[delivery.state]}</span> <strong>${name}</strong> ${state} ${took}</li>`;
}

function seededList(articles: readonly ArrivalArticle[]): Html {
  return html`
  <article class="article">
    <h3>There before Broadsheet looked: sent to nobody</h3>
    <p class="soft">What a feed holds at its first poll goes into the output feeds and never out by e-mail or to Discord.</p>
    <ul class="seeded">${articles.map(
      (article) =>
        html`<li><a href="${article.url}">${article.title}</a> <span class="meta">${article.programs.map((program) => html`<span>${dot(program.colour)}${program.name}</span>`)}</span></li>`,
    )}</ul>
  </article>`;
}

/** A program's colour, as an attribute: the page's policy allows no inline style. */
export function dot(colour: string): Html {
  return html`<svg class="dot" viewBox="0 0 8 8" aria-hidden="true"><circle cx="4" cy="4" r="4" fill="${colour}"/></svg>`;
}

function when(instant: Instant, now: Date): Html {
  const date = new Date(instant);
  const today = day.format(date) === day.format(now);
  return html`<time datetime="${instant}">${(today ? timeOfDay : dateAndTime).format(date)}</time>`;
}

function duration(from: Instant, to: Instant): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
