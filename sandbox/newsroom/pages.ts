/** The newsroom's pages. */

import { html, raw } from 'hono/html';
import { centre, type DemoProgramId, programLabel, programs } from '../centre.js';
import type { IssuedArticle } from './archive.js';
import { bodyHtml, type Html } from './body.js';

/** Such as "Dec 22, 2026", as readers of the centre see it. */
const visibleDate = new Intl.DateTimeFormat('en-US', {
  dateStyle: 'medium',
  timeZone: centre.timezone,
});

export function frontPage(articles: readonly IssuedArticle[]): Html {
  const [lead, ...others] = articles;
  return layout({
    title: centre.name,
    content: html`
      <h1 class="unseen">${centre.name}: latest articles</h1>
      ${lead ? teaser(lead, 'lead', 'h2') : html`<p>Nothing was published yet.</p>`}
      <div class="grid">${others.map((article) => teaser(article, 'card', 'h2'))}</div>`,
  });
}

export function programPage(id: DemoProgramId, articles: readonly IssuedArticle[]): Html {
  const program = programs.find((known) => known.id === id);
  const own = articles.filter((article) => article.programs.includes(id));
  return layout({
    title: `${programLabel(id)} · ${centre.name}`,
    current: id,
    content: html`
      <header class="program ${id}"><h1>${programLabel(id)}</h1><p>${program?.description}</p></header>
      <div class="grid">${own.map((article) => teaser(article, 'card', 'h2'))}</div>`,
  });
}

/**
 * An article's page. The first user's site writes its byline without a space after the colon and
 * gives no metadata; others do both. So every second page here has JSON-LD and the space.
 */
export function articlePage(
  article: IssuedArticle,
  related: readonly IssuedArticle[],
  url: string,
): Html {
  const described = article.number % 2 === 1;
  const address = `${url}/articles/${article.slug}`;
  return layout({
    title: `${article.title} · ${centre.name}`,
    language: article.language,
    current: article.programs[0],
    head: html`<link rel="canonical" href="${address}">
      ${described ? jsonLd(article, address, url) : ''}`,
    content: html`
    <article class="full">
      <h1>${article.title}</h1>
      <div class="byline">
        <span class="author">Author:${described ? ' ' : ''}${article.author}</span>
        <time datetime="${article.publishedAt}">${visibleDate.format(new Date(article.publishedAt))}</time>
      </div>
      <figure>
        <img src="/pictures/${article.slug}.png" width="1200" height="630" alt="${article.picture.alt}">
        <figcaption>Image source: ${article.picture.credit}</figcaption>
      </figure>
      <div class="text">
${bodyHtml(article.body)}</div>
    </article>
    <section class="related" aria-labelledby="related">
      <h2 id="related" lang="en">Related articles</h2>
      <div class="grid">${related.map((other) => teaser(other, 'card', 'h3'))}</div>
    </section>`,
  });
}

export function notFoundPage(): Html {
  return layout({
    title: `Not found · ${centre.name}`,
    content: html`<h1>There is no such page</h1><p><a href="/">To the latest articles</a></p>`,
  });
}

/** `heading` is the level that fits where the teaser stands. */
function teaser(article: IssuedArticle, style: 'lead' | 'card', heading: 'h2' | 'h3'): Html {
  const link = html`<a href="/articles/${article.slug}">${article.title}</a>`;
  return html`
  <div class="teaser ${style}" lang="${article.language}">
    <img src="/pictures/${article.slug}.png" width="1200" height="630" alt="">
    <div>
      <p class="labels">${article.programs.map((id) => html`<span class="label ${id}" lang="en">${programLabel(id)}</span> `)}</p>
      ${heading === 'h2' ? html`<h2>${link}</h2>` : html`<h3>${link}</h3>`}
      ${style === 'lead' ? html`<p>${article.summary}</p>` : ''}
      <p class="date" lang="en">${visibleDate.format(new Date(article.publishedAt))}</p>
    </div>
  </div>`;
}

function jsonLd(article: IssuedArticle, address: string, url: string): Html {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: article.title,
    url: address,
    inLanguage: article.language,
    datePublished: article.publishedAt,
    author: [{ '@type': 'Person', name: article.author }],
    publisher: { '@type': 'Organization', name: centre.name, url: `${url}/` },
    articleSection: article.programs.map(programLabel),
    image: {
      '@type': 'ImageObject',
      url: `${url}/pictures/${article.slug}.png`,
      caption: article.picture.alt,
      creditText: article.picture.credit,
    },
  };
  // "</script>" inside a string would end the element.
  const text = JSON.stringify(data).replaceAll('<', '\\u003c');
  return html`<script type="application/ld+json">${raw(text)}</script>`;
}

interface Layout {
  readonly title: string;
  readonly content: Html;
  readonly head?: Html;
  readonly language?: string;
  readonly current?: DemoProgramId | undefined;
}

function layout({ title, content, head, language, current }: Layout): Html {
  return html`<!doctype html>
<html lang="${language ?? centre.language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="stylesheet" href="/style.css">
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="alternate" type="application/rss+xml" title="${centre.name}" href="/feed.xml">
  ${head ?? ''}
</head>
<body>
  <header class="top" lang="en">
    <a class="brand" href="/"><img src="/icon.svg" width="40" height="40" alt=""> ${centre.name}</a>
    <nav aria-label="Programs">
      ${programs.map((program) => html`<a class="${program.id}" href="/programs/${program.id}"${program.id === current ? raw(' aria-current="true"') : ''}>${program.name.replace(' Program', '')}</a> `)}
      <a href="/feed.xml">RSS</a>
    </nav>
  </header>
  <main>${content}</main>
  <footer lang="en">
    <p>${centre.name} is invented, and so is everything it reports: a newsroom for the demo of Broadsheet.</p>
  </footer>
</body>
</html>`;
}
