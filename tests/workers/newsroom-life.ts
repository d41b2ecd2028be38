/**
 * A newsroom and its feeds, drawn from a seed: what it publishes, edits and deletes, and all that sites,
 * servers and caches do to a feed in the meantime.
 */

import { Chance } from '../../sandbox/newsroom/chance.js';
import { type Document, type Item, rss, textOf } from './feed-stage.js';
import {
  copied,
  type FeedName,
  itemOf,
  type Piece,
  type Post,
  type Style,
} from './newsroom-site.js';

export interface Shown {
  readonly document: Document | undefined;
  /** The articles that a reader of the document sees in full. */
  readonly pieces: readonly Piece[];
}

export interface Life {
  /** Goes on by some hours; returns what happened, in words. */
  step(): readonly string[];
  /** Milliseconds since 1970. */
  now(): number;
  /** The feeds that there are by now. */
  feeds(): readonly FeedName[];
  /** What one who asks for the feed gets. */
  show(feed: FeedName): Shown;
}

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 2);

interface Site {
  readonly posts: readonly Post[];
  readonly nextId: number;
}

type Trouble = 'away' | 'page' | 'error item' | 'empty' | 'no items' | 'cut off';

export function drawLife(seed: string): Life {
  const chance = new Chance(seed);
  const maybe = (part: number) => chance.next() < part;
  const below = (n: number) => Math.floor(chance.next() * n);
  let now = start;
  let pieces = 0;
  let site: Site = { posts: [], nextId: 1 };
  const deleted: Post[] = [];
  const seen = new Set<number>();
  /** What nobody saw before it was deleted comes out only now. */
  const back = (post: Post) => (seen.has(post.n) ? post : { ...post, at: now });
  let trouble: { what: Trouble; until: number } | undefined;
  let cache: { shown: Map<FeedName, Shown>; until: number } | undefined;
  let copyIsThere = false;
  const copyFrom = start + (5 + below(20)) * day;
  let style: Style = {
    scheme: chance.pick(['http', 'https']),
    host: 'newsroom.test',
    slash: chance.pick(['', '/']),
    query: '',
    guids: chance.pick(['number', 'number', 'url', 'made anew', 'none']),
    generation: 0,
    links: chance.pick(['pretty', 'pretty', 'number']),
    dates: 'true',
    texts: chance.pick(['whole', 'beginning']),
    length: chance.pick([8, 10, 15, 25]),
  };
  for (let n = 0; n < 40; n += 1) publish(start - (40 - n) * 9 * hour);
  let backup = site;

  function publish(date: number): Post {
    pieces += 1;
    const n = pieces;
    const title = textOf(`title ${n}`, 4 + (n % 4)).slice(0, -1);
    const post: Post = {
      n,
      ...{ at: now, id: site.nextId, date, title },
      slug: `${title.replaceAll(' ', '-')}-${n}`,
      text: textOf(`piece ${n}`, 30 + (n % 5) * 20),
      inSection: n % 3 === 0,
    };
    site = { posts: [...site.posts, post], nextId: site.nextId + 1 };
    return post;
  }

  const recent = () => chance.pick(site.posts.slice(-8));
  const change = (post: Post, by: Partial<Post>) => {
    site = { ...site, posts: site.posts.map((one) => (one === post ? { ...one, ...by } : one)) };
  };
  const drop = (post: Post) => {
    site = { ...site, posts: site.posts.filter((one) => one !== post) };
    deleted.push(post);
  };
  const restyle = (by: Partial<Style>) => {
    style = { ...style, ...by };
  };

  /** The last that was deleted and is not back from a backup. */
  const lost = () => {
    const post = deleted.pop();
    return site.posts.some(({ n }) => n === post?.n) ? undefined : post;
  };

  /** What the newsroom does, each with how often it does so. */
  const doings: readonly (readonly [number, string, () => void])[] = [
    [30, 'publishes', () => publish(now)],
    [
      4,
      'publishes three at once',
      () => {
        for (const minute of [1, 2, 3]) publish(now + minute * 60_000);
      },
    ],
    [2, 'publishes with a date of last week', () => publish(now - 7 * day)],
    [1, 'publishes with a date of next year', () => publish(now + 365 * day)],
    [
      6,
      'edits',
      () => {
        const post = recent();
        change(post, { text: `${post.text} Corrected on day ${now}.` });
      },
    ],
    [
      3,
      'changes a title and its link',
      () => {
        const post = recent();
        const title = `${post.title} again`;
        change(post, { title, slug: `${title.replaceAll(' ', '-')}-${post.n}` });
      },
    ],
    [2, 'deletes', () => drop(recent())],
    [
      2,
      'brings back what it deleted',
      () => {
        const post = lost();
        if (post) site = { ...site, posts: [...site.posts, back(post)] };
      },
    ],
    [
      2,
      'publishes anew what it deleted',
      () => {
        const post = lost();
        if (!post) return;
        const anew = {
          ...back(post),
          id: site.nextId,
          slug: `anew-${site.nextId}`,
          date: maybe(0.5) ? now : post.date,
        };
        site = { posts: [...site.posts, anew], nextId: site.nextId + 1 };
      },
    ],
    [
      1,
      'makes a backup',
      () => {
        backup = site;
      },
    ],
    [
      0.4,
      'goes back to its backup',
      () => {
        const there = new Set(site.posts.map(({ n }) => n));
        site = {
          ...backup,
          posts: backup.posts.map((one) => (there.has(one.n) ? one : back(one))),
        };
      },
    ],
  ];

  /** What happens to its site and to the way there. */
  const mishaps: readonly (readonly [number, string, () => void])[] = [
    [
      2,
      'moves between http and https',
      () => restyle({ scheme: style.scheme === 'http' ? 'https' : 'http' }),
    ],
    [
      2,
      'moves between www. and none',
      () =>
        restyle({
          host: style.host.startsWith('www.') ? style.host.slice(4) : `www.${style.host}`,
        }),
    ],
    [1, 'moves to another host', () => restyle({ host: `news${below(1_000)}.test` })],
    [2, 'adds or drops a slash', () => restyle({ slash: style.slash ? '' : '/' })],
    [3, 'has other tracking parameters', () => restyle({ query: `?utm_source=feed${below(9)}` })],
    [1, 'makes all guids anew', () => restyle({ generation: style.generation + 1 })],
    [
      1,
      'makes guids another way',
      () => restyle({ guids: chance.pick(['number', 'url', 'made anew', 'none']) }),
    ],
    [
      2,
      'makes links another way',
      () => restyle({ links: chance.pick(['pretty', 'number', 'section']) }),
    ],
    [
      1,
      'dates everything now, or no more',
      () => restyle({ dates: style.dates === 'now' ? 'true' : 'now' }),
    ],
    [
      1,
      'shows whole texts, or beginnings',
      () => restyle({ texts: style.texts === 'whole' ? 'beginning' : 'whole' }),
    ],
    [2, 'shows more or fewer items', () => restyle({ length: chance.pick([8, 10, 15, 25, 50]) })],
    [
      8,
      'is in trouble',
      () => {
        const what = chance.pick<Trouble>([
          'away',
          'page',
          'error item',
          'empty',
          'no items',
          'cut off',
        ]);
        trouble = { what, until: now + below(30) * hour };
      },
    ],
    [
      4,
      'is behind a cache that answers in turns',
      () => {
        const shown = new Map(feeds().map((feed) => [feed, show(feed)] as const));
        cache = { shown, until: now + below(40) * hour };
      },
    ],
  ];

  function draw(from: readonly (readonly [number, string, () => void])[]): string {
    let left = chance.next() * from.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, what, act] of from) {
      left -= weight;
      if (left >= 0) continue;
      act();
      return what;
    }
    return 'does nothing';
  }

  function feeds(): readonly FeedName[] {
    // Nobody adds a feed while the others are in trouble.
    copyIsThere ||= now > copyFrom && !trouble;
    return copyIsThere ? ['main', 'section', 'copy'] : ['main', 'section'];
  }

  function show(feed: FeedName): Shown {
    const shown = answer(feed);
    for (const { n } of shown.pieces) seen.add(n);
    return shown;
  }

  function answer(feed: FeedName): Shown {
    if (trouble && feed !== 'copy') return troubled(trouble.what, feed);
    const cached = cache?.shown.get(feed);
    if (cached && feed !== 'copy' && maybe(0.5)) return cached;
    const shown = list(feed);
    return { document: shown.map(({ item }) => item), pieces: shown.map(({ post }) => post) };
  }

  function list(feed: FeedName): readonly { item: Item; post: Post }[] {
    return (
      site.posts
        // The other site takes its time.
        .filter(
          ({ inSection, at }) =>
            feed === 'main' || (feed === 'section' ? inSection : at < now - 3 * hour),
        )
        .toSorted((a, b) => b.date - a.date)
        .slice(0, style.length)
        .map((post) => ({
          post,
          item: feed === 'copy' ? copied(post, style, now) : itemOf(post, feed, style, now),
        }))
    );
  }

  function troubled(what: Trouble, feed: FeedName): Shown {
    const none = { pieces: [] };
    if (what === 'away') return { ...none, document: undefined };
    if (what === 'page') return { ...none, document: '<!doctype html><title>503</title>' };
    if (what === 'empty') return { ...none, document: '' };
    if (what === 'no items') return { ...none, document: [] };
    if (what === 'error item')
      return { ...none, document: [{ title: 'Error', text: 'Ask again later.' }] };
    const shown = list(feed);
    const whole = rss(shown.map(({ item }) => item));
    const document = whole.slice(0, Math.floor(whole.length * chance.next()));
    const ends = document.split('</item>').length - 1;
    return { document, pieces: shown.slice(0, ends).map(({ post }) => post) };
  }

  return {
    step() {
      now += (1 + below(8)) * hour;
      if (trouble && trouble.until < now) trouble = undefined;
      if (cache && cache.until < now) cache = undefined;
      return [draw(doings), ...(maybe(0.12) ? [draw(mishaps)] : [])];
    },
    now: () => now,
    feeds,
    show,
  };
}
