/** Where in a YAML document something stands. */

import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
} from 'yaml';

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Places {
  /** The key at the end of a path, or the entry of a list; the nearest parent where it is not there. */
  of(path: readonly PropertyKey[]): Place;
  /** The place of a character, counted from the beginning of the text. */
  at(offset: number): Place;
  /** How a single value is written; undefined for anything else, and for text in quotes. */
  source(path: readonly PropertyKey[]): string | undefined;
}

/** The document must have been parsed with this line counter. */
export function placesOf(document: Document, lines: LineCounter): Places {
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  /** The node of a key or list entry, and the node of its value. */
  function find(path: readonly PropertyKey[]): { key?: Node | undefined; value?: unknown } {
    let key: Node | undefined;
    let value: unknown = document.contents;
    for (const part of path) {
      const inside = isNode(value) && 'resolve' in value ? value.resolve(document) : value;
      if (isMap(inside)) {
        const pair = inside.items.find((item) => isScalar(item.key) && item.key.value === part);
        if (!isPair(pair)) return { key };
        key = isNode(pair.key) ? pair.key : key;
        value = pair.value;
      } else if (isSeq(inside) && typeof part === 'number' && isNode(inside.items[part])) {
        key = inside.items[part];
        value = inside.items[part];
      } else {
        return { key };
      }
    }
    return { key, value };
  }

  return {
    at,
    of: (path) => at(find(path).key?.range?.[0] ?? 0),
    source: (path) => {
      const { value } = find(path);
      return isScalar(value) && typeof value.value !== 'string' ? value.source : undefined;
    },
  };
}
