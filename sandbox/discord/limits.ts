/** The limit on posts in one Discord channel, with the headers that tell of it. */

export interface RateLimit {
  /** Posts in one Discord channel. */
  readonly posts: number;
  readonly seconds: number;
}

export interface Bucket {
  /** Whether one more was allowed. */
  readonly allowed: boolean;
  readonly retryAfter: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** https://discord.com/developers/docs/topics/rate-limits#header-format */
export function createLimits({ posts, seconds }: RateLimit, now: () => number) {
  const windows = new Map<string, { resetAt: number; used: number }>();

  return function take(channel: string): Bucket {
    const known = windows.get(channel);
    const open = known && known.resetAt > now();
    const window = open ? known : { resetAt: now() + seconds * 1000, used: 0 };
    windows.set(channel, window);
    const allowed = window.used < posts;
    if (allowed) window.used += 1;
    const retryAfter = (window.resetAt - now()) / 1000;
    const headers = {
      'X-RateLimit-Limit': String(posts),
      'X-RateLimit-Remaining': String(posts - window.used),
      'X-RateLimit-Reset': (window.resetAt / 1000).toFixed(3),
      'X-RateLimit-Reset-After': retryAfter.toFixed(3),
      'X-RateLimit-Bucket': 'posts-of-a-channel',
    };
    return { allowed, retryAfter, headers };
  };
}
