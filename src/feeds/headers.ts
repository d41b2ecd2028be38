/** What the headers of a response say. */

import type { Freshness } from './schedule.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The headers that matter to the watcher. */
export interface ResponseHeaders {
  /** Opaque, quotes included: to be sent back as it is. */
  readonly etag?: string;
  /** Opaque: to be sent back as it is. */
  readonly lastModified?: string;
  readonly contentType?: string;
  /** How long the server says that the document stays the same. */
  readonly fresh?: Freshness;
  /** All Link headers, joined by commas. */
  readonly link?: string;
}

/** Whether a validator can be stored and sent back exactly as it came. */
export function storable(value: string | string[] | undefined): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}

export function keep(headers: Headers, now: number): ResponseHeaders {
  const { etag, 'last-modified': lastModified, 'content-type': contentType } = headers;
  const fresh = freshness(headers, now);
  const links = [headers.link ?? []].flat();
  return {
    ...(storable(etag) ? { etag } : {}),
    ...(storable(lastModified) ? { lastModified } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(fresh ? { fresh } : {}),
    ...(links.length > 0 ? { link: links.join(', ') } : {}),
  };
}

/** From Cache-Control's max-age, or else from Expires, less what a cache has used up (RFC 9111, 4.2 and 5). */
function freshness(headers: Headers, now: number): Freshness | undefined {
  const control = [headers['cache-control'] ?? []].flat().join(',');
  if (/\bno-(cache|store)\b/i.test(control)) return undefined;
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(control)?.[1];
  const lifetime =
    maxAge === undefined ? secondsUntil(headers.expires, headers, now) : Number(maxAge);
  if (lifetime === undefined) return undefined;
  const seconds = Math.max(0, lifetime - (wholeSeconds(headers.age) ?? 0));
  return { seconds, header: maxAge === undefined ? 'Expires' : 'Cache-Control' };
}

/** Seconds from Retry-After, given as seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers['retry-after'];
  return wholeSeconds(value) ?? secondsUntil(value, headers, now);
}

function wholeSeconds(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : undefined;
}

/** Seconds to a date by the clock of the server that gave it, which need not be right. */
function secondsUntil(
  date: string | string[] | undefined,
  headers: Headers,
  now: number,
): number | undefined {
  // Date.parse takes a bare number for a year; an Expires of "0" means "already".
  if (typeof date !== 'string' || !/[a-z]{3}/i.test(date)) return undefined;
  const theirNow = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  const seconds = Math.ceil((Date.parse(date) - (theirNow || now)) / 1000);
  return seconds > 0 ? seconds : undefined;
}
