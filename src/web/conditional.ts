/** Conditional requests (RFC 9110, 13). */

import type { Coding } from './negotiate.js';

/** A strong validator of these bytes in this coding. */
export function entityTag(digest: string, coding: Coding): string {
  return coding === 'identity' ? `"${digest}"` : `"${digest}-${coding}"`;
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

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
