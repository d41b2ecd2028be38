/** Videos, charts and the like that a page shows in a frame, and that a reader can follow as a link. */

/** Where frames come from that are part of an article, and no advertisement. */
export const embeds =
  /^https?:\/\/([a-z0-9-]+\.)*(youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com|dailymotion\.com|rutube\.ru|vk\.com|vkvideo\.ru|facebook\.com|ted\.com|datawrapper\.dwcdn\.net|flourish\.studio|uri\.sh|infogram\.com|tableau\.com|soundcloud\.com|spotify\.com|arcgis\.com)\//i;

/** Addresses of frames, and those of the same thing as a page. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [
    /^https?:\/\/(?:www\.)?youtube(?:-nocookie)?\.com\/embed\/([\w-]{6,20})\b.*/,
    'https://www.youtube.com/watch?v=$1',
  ],
  [/^https?:\/\/player\.vimeo\.com\/video\/(\d+).*/, 'https://vimeo.com/$1'],
  [/^https?:\/\/rutube\.ru\/play\/embed\/(\w+).*/, 'https://rutube.ru/video/$1/'],
];

/** The page of what a frame shows, for a reader to open; undefined where it is none of these. */
export function pageOfEmbed(src: string): string | undefined {
  if (!embeds.test(src)) return undefined;
  const [form, page] = PAGES.find(([each]) => each.test(src)) ?? [];
  return form && page ? src.replace(form, page) : src;
}
