/** What a client would rather have (RFC 9110, 12). */

export type Coding = 'br' | 'gzip' | 'identity';

/** The coding that a client likes best (12.5.3); the tighter one where it likes both the same. */
export function codingFor(acceptEncoding: string | undefined): Coding {
  const weight = weights(acceptEncoding);
  const [br, gzip] = ['br', 'gzip'].map((coding) => weight.get(coding) ?? weight.get('*') ?? 0);
  if (!br && !gzip) return 'identity';
  return (br ?? 0) >= (gzip ?? 0) ? 'br' : 'gzip';
}

/**
 * Whether a person opens this address in a browser, and so gets a page rather than the feed. It takes
 * both: the browser says that it fetches a whole document to look at (Fetch Metadata, Sec-Fetch-Dest),
 * and it would rather have HTML than any XML (12.5.1). Feed readers that send what browsers send as
 * Accept do not send the first; who sends neither, or is undecided, gets the feed.
 */
export function wantsPage(accept: string | undefined, fetchDest: string | undefined): boolean {
  if (fetchDest !== 'document') return false;
  const weight = weights(accept);
  const xml = [...weight].filter(([type]) => type.includes('*') || /[/+](xml|json)$/.test(type));
  // Browsers have always asked for XHTML beside HTML.
  const others = xml.filter(([type]) => type !== 'application/xhtml+xml');
  return (weight.get('text/html') ?? 0) > Math.max(0, ...others.map(([, number]) => number));
}

/**
 * Whether a reader takes the changed items of a feed for the whole (RFC 3229, 10.5.3). Python's feedparser
 * says so in the name of programs that do not know of it: rss2email 3.14 takes a 226 for an error, asks
 * with the same ETag for ever, and shows nothing new again. It is known by a media type that no other
 * reader names.
 */
export function wantsChanges(aIm: string | undefined, accept: string | undefined): boolean {
  if (weights(accept).has('application/x-netcdf')) return false;
  return (weights(aIm).get('feed') ?? 0) > 0;
}

/** The weight of each value in a header of them; 1 where none is given. */
function weights(header: string | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [value = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    found.set(value, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return found;
}
