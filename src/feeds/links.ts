/** Which URLs are good enough to show to readers. */

/** Mail clients, Discord (2,048) and old proxies cut longer ones. */
const LONGEST = 2_000;

/**
 * The absolute form of an http(s) URL without user name and password, or undefined for anything else:
 * other schemes, relative URLs without a base, what does not parse, what is over 2,000 characters.
 */
export function webUrl(raw: string | undefined, base?: string): string | undefined {
  const url = parse(raw, base);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  url.username = '';
  url.password = '';
  return url.href.length > LONGEST ? undefined : url.href;
}

/** The same for what a link in an article may lead to: `mailto:` is allowed too. */
export function linkUrl(raw: string | undefined, base?: string): string | undefined {
  const url = parse(raw, base);
  if (url?.protocol !== 'mailto:') return webUrl(raw, base);
  return url.href.length > LONGEST ? undefined : url.href;
}

/** Whether two URLs show the same picture, perhaps in another size. */
export function samePicture(a: string, b: string): boolean {
  const plain = (url: string) =>
    url
      .replace(/^https?:/, '')
      .replace(/[?#].*$/, '')
      .replace(/[-_](\d{2,4}x\d{2,4}|scaled|thumb(nail)?|small|medium|large)(?=\.\w+$)/i, '');
  return plain(a) === plain(b);
}

function parse(raw: string | undefined, base: string | undefined): URL | undefined {
  const text = raw?.trim();
  if (!text) return undefined;
  if (URL.canParse(text)) return new URL(text);
  return base !== undefined && URL.canParse(text, base) ? new URL(text, base) : undefined;
}
