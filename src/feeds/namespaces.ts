/** Names of XML by what they mean: the URI of their namespace, and not the prefix that stands for it. */

/** The namespaces that are understood, by URI without a slash at its end, and their usual prefixes. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2005/atom', 'atom'],
  ['http://purl.org/atom/ns#', 'atom'],
  ['http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf'],
  ['http://purl.org/rss/1.0', ''],
  ['http://my.netscape.com/rdf/simple/0.9', ''],
  ['http://channel.netscape.com/rdf/simple/0.9', ''],
  ['http://backend.userland.com/rss', ''],
  ['http://backend.userland.com/rss2', ''],
  ['http://blogs.law.harvard.edu/tech/rss', ''],
  ['http://purl.org/rss/1.0/modules/content', 'content'],
  ['http://purl.org/rss/1.0/modules/syndication', 'sy'],
  ['http://purl.org/dc/elements/1.1', 'dc'],
  ['http://purl.org/dc/elements/1.0', 'dc'],
  ['http://purl.org/dc/terms', 'dcterms'],
  ['http://search.yahoo.com/mrss', 'media'],
  ['http://www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['http://www.w3.org/1999/xhtml', 'xhtml'],
]);

/** The usual prefix of a namespace; undefined where it is not understood. */
export function usualPrefix(uri: string): string | undefined {
  return NAMESPACES.get(uri.trim().toLowerCase().replace('https:', 'http:').replace(/\/$/, ''));
}

/** URIs by the prefixes that stand for them; the default namespace is that of ''. */
export type Prefixes = ReadonlyMap<string, string>;

/** Where so many are known no more are learnt: each element that declares one copies them all. */
const MOST_PREFIXES = 500;

/** The prefixes that are good within an element: those around it, and those that it declares. */
export function prefixesWithin(
  attributes: Readonly<Record<string, string>>,
  outer: Prefixes,
): Prefixes {
  const declared = Object.entries(attributes).flatMap(([name, uri]): [string, string][] => {
    const prefix = /^xmlns(?::(.+))?$/.exec(name);
    return prefix ? [[prefix[1] ?? '', uri]] : [];
  });
  const learns = declared.length > 0 && outer.size < MOST_PREFIXES;
  return learns ? new Map([...outer, ...declared]) : outer;
}

/**
 * A name with the prefix that is usual for its namespace, in lower case. A namespace that nobody
 * declared, or that is not understood, goes by its prefix.
 */
export function usualName(name: string, prefixes: Prefixes): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0));
  const usual = usualPrefix(prefixes.get(prefix) ?? '') ?? prefix;
  const local = name.slice(colon + 1);
  return (usual === '' ? local : `${usual}:${local}`).toLowerCase();
}
