/** Conditional requests and content codings (RFC 9110). */

/** A strong validator of these bytes in this coding. */
export function entityTag(digest: string, coding: 'identity' | 'gzip'): string {
  return coding === 'gzip' ? `"${digest}-gzip"` : `"${digest}"`;
}

/**
 * Whether the client's copy is still good (RFC 9110, 13.2.2). If-None-Match, compared weakly, counts
 * alone where it is present; If-Modified-Since knows whole seconds only.
 */
export function notModified(
  ifNoneMatch: string | undefined,
  ifModifiedSince: string | undefined,
  tag: string,
  changedAt: Date,
): boolean {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return true;
    return ifNoneMatch.match(/"[^"]*"/g)?.some((candidate) => candidate === tag) ?? false;
  }
  return Date.parse(ifModifiedSince ?? '') >= wholeSecond(changedAt.getTime());
}

/**
 * The value of Last-Modified. While the second of the last change is not over, another change may
 * follow in it, which a client that holds this second would never be told of: until then it is the
 * second before (RFC 9110, 8.8.2.2).
 */
export function lastModified(changedAt: Date, now: Date): string {
  const over = Math.min(changedAt.getTime(), now.getTime() - 1000);
  return new Date(wholeSecond(over)).toUTCString();
}

/** Whether a client takes gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
