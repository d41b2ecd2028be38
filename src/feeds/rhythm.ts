/** How often a feed publishes, as far as its newest articles tell. */

export interface Rhythm {
  /** Seconds from one article to the next, on the average; 0 where the articles do not tell. */
  readonly usual: number;
  /** When the newest one came out. */
  readonly newest: Date;
}

/** So many of the newest articles tell it. */
export const RHYTHM_OF = 20;

/**
 * The rhythm of articles, given when each was seen and the date it bears. An article was out when it was
 * seen, so that dates in the future count as that moment. Null where there is none.
 */
export function rhythmOf(
  articles: readonly { readonly seenAt: Date; readonly publishedAt?: string | undefined }[],
): Rhythm | null {
  const moments = articles.map(({ seenAt, publishedAt }) => {
    const seen = seenAt.getTime();
    return publishedAt === undefined ? seen : Math.min(seen, Date.parse(publishedAt) || seen);
  });
  if (moments.length === 0) return null;
  const newest = Math.max(...moments);
  const gaps = moments.length - 1;
  const usual = gaps > 0 ? Math.round((newest - Math.min(...moments)) / gaps / 1000) : 0;
  return { usual, newest: new Date(newest) };
}
