/** Other people's words on one line, cut so that they can stand in a sentence of ours. */
export function quotable(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
