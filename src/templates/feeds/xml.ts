/** Just enough XML for output feeds: elements, attributes and text, everything escaped. */

/** XML that was put together here, as opposed to text that has yet to be escaped. */
export interface Xml {
  readonly xml: string;
}

type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * An element around text, or around other elements. Attributes that are undefined are left out. No
 * white space is added around text: some readers take it for a part of a title or a link.
 */
export function element(
  name: string,
  attributes: Attributes,
  content: string | readonly (Xml | undefined)[] = [],
): Xml {
  const written = Object.entries(attributes)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('');
  const inner = typeof content === 'string' ? escaped(content) : lines(content);
  return { xml: inner ? `<${name}${written}>${inner}</${name}>` : `<${name}${written}/>` };
}

/** An element around text, or nothing where there is no text. */
export function textElement(
  name: string,
  text: string | undefined,
  attributes: Attributes = {},
): Xml | undefined {
  return text ? element(name, attributes, text) : undefined;
}

export function document(root: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${root.xml}\n`;
}

function lines(elements: readonly (Xml | undefined)[]): string {
  const present = elements.filter((one) => one !== undefined);
  return present.length > 0 ? `\n${present.map(({ xml }) => xml).join('\n')}\n` : '';
}

/**
 * Numeric references rather than `&amp;` and `&lt;`: to XML they are the same, and the RSS Advisory
 * Board's profile ("character data") recommends them as what most readers get right.
 */
function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}
