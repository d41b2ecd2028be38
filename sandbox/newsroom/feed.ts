/** The newsroom's feed: RSS 2.0 with short descriptions, so that author, picture and text are on the page only. */

import { html } from 'hono/html';
import { centre, programLabel } from '../centre.js';
import type { IssuedArticle } from './archive.js';
import type { Html } from './body.js';

const ITEMS = 20;

/** The feed of these articles, newest first, for a newsroom at `url`. */
export function newsroomFeed(articles: readonly IssuedArticle[], url: string): Html {
  const newest = articles[0]?.publishedAt;
  return html`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${centre.name}</title>
<link>${url}/</link>
<description>New analysis from the ${centre.name}</description>
<language>${centre.language}</language>
<atom:link href="${url}/feed.xml" rel="self" type="application/rss+xml"/>
<atom:link href="${url}/hub" rel="hub"/>
${newest ? html`<lastBuildDate>${new Date(newest).toUTCString()}</lastBuildDate>` : ''}
${articles.slice(0, ITEMS).map((article) => item(article, url))}</channel>
</rss>
`;
}

function item(article: IssuedArticle, url: string): Html {
  return html`<item>
<title>${article.title}</title>
<link>${url}/articles/${article.slug}</link>
<guid isPermaLink="false">tarpan:${article.slug}</guid>
<pubDate>${new Date(article.publishedAt).toUTCString()}</pubDate>
${article.programs.map((id) => html`<category>${programLabel(id)}</category>`)}
<description>${article.summary}</description>
</item>
`;
}
