/** A document in a file, with the HTTP headers that it came with where somebody wrote them down in it. */

/** A comment at the beginning, after the XML declaration at most. */
const LEADING_COMMENT = /^[^<]{0,100}(?:<\?xml\s[^>]{0,300}\?>\s*)?<!--([\s\S]*?)-->/i;
const HEADER = /^[ \t]*Header:[ \t]+([\w-]+):[ \t]*(.*?)[ \t\r]*$/gm;

/**
 * The headers that a document names in a comment at its beginning, each on a line of its own as in
 * `Header: Content-Type: text/xml; charset=koi8-r`, by their names in lower case. The comment is read
 * as ASCII, so a document in UTF-16 names none.
 */
export function savedHeaders(document: Buffer): Readonly<Record<string, string>> {
  const comment = LEADING_COMMENT.exec(document.toString('latin1', 0, 16_384))?.[1] ?? '';
  return Object.fromEntries(
    [...comment.matchAll(HEADER)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
}
