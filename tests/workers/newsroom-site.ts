/** What a newsroom's site makes of its articles in a feed, whatever its makers have changed. */

import type { Item } from './feed-stage.js';

/** An article, whatever the site makes of it. */
export interface Piece {
  readonly n: number;
  /** Milliseconds since 1970 at which it came out, whatever date it bears. */
  readonly at: number;
}

/** `section` shows a part of `main`, and `copy` is another site that carries everything. */
export type FeedName = 'main' | 'section' | 'copy';

/** An article as the site has it. */
export interface Post extends Piece {
  /** The site's own number. */
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly inSection: boolean;
}

/** What the site's makers change. */
export interface Style {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly slash: '' | '/';
  readonly query: string;
  readonly guids: 'number' | 'url' | 'made anew' | 'none';
  /** Raised when guids are made anew. */
  readonly generation: number;
  readonly links: 'pretty' | 'number' | 'section';
  readonly dates: 'true' | 'now';
  readonly texts: 'whole' | 'beginning';
  readonly length: number;
}

/** An article as the site's own feeds show it. @param now milliseconds since 1970 */
export function itemOf(post: Post, feed: FeedName, style: Style, now: number): Item {
  const { scheme, host, slash, query } = style;
  const path = {
    pretty: `${post.slug}${slash}`,
    number: `?p=${post.id}`,
    section: `water/${post.id}-${post.slug}${slash}`,
  };
  const plain = `${scheme}://${host}/${path[style.links]}`;
  const tracked =
    query && feed === 'section'
      ? `${plain}${plain.includes('?') ? '&' : '?'}${query.slice(1)}`
      : plain;
  const guids = {
    number: `${scheme}://newsroom.test/?p=${post.id}`,
    url: plain,
    'made anew': `${style.generation}-${post.id}`,
    none: undefined,
  };
  return {
    guid: guids[style.guids],
    url: tracked,
    title: post.title,
    text: style.texts === 'whole' ? post.text : `${post.text.split(' ').slice(0, 25).join(' ')}…`,
    date: new Date(style.dates === 'now' ? now : post.date).toUTCString(),
    author: `Writer ${post.n}`,
  };
}

/** The same as another site shows it. */
export function copied(post: Post, style: Style, now: number): Item {
  return {
    ...itemOf(post, 'copy', style, now),
    guid: `copy ${post.n}`,
    url: `https://copy.test/${post.n}`,
    date: new Date(post.date).toUTCString(),
  };
}
