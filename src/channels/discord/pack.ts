/** Which articles of a digest find room in one message. Pure: the same digest is always packed the same. */

import { embedLimits } from './embed.js';
import { lengthOf } from './markdown.js';

/** One program's part of an embed. */
export interface Group {
  /** Stands above its articles; empty where the embed's title names the program. */
  readonly heading: string;
  /** The newest first; each in Discord's markdown, in full and then ever shorter. */
  readonly articles: readonly Forms[];
}

export type Forms = readonly [full: string, ...shorter: string[]];

/** An embed that is to be filled. */
export interface Box {
  readonly groups: readonly Group[];
  /** Code points that it takes beside its description. */
  readonly fixed: number;
}

/** What is shown: by box, by group, the articles. */
type Shown = readonly (readonly string[][])[];

/**
 * The description of each box. Where not everything fits, each program keeps its newest article, and
 * then they take turns: what a small one leaves over goes to the others. A box that does not show all
 * ends with the line `more` makes of the number that is missing.
 */
export function pack(boxes: readonly Box[], more: (count: number) => string): string[] {
  for (const shortening of [0, 1]) {
    const all = boxes.map(({ groups }) =>
      groups.map(({ articles }) => articles.map((forms) => form(forms, shortening))),
    );
    if (fits(boxes, describe(boxes, all, more))) return describe(boxes, all, more);
  }
  return describe(boxes, fill(boxes, more), more);
}

function fill(boxes: readonly Box[], more: (count: number) => string): Shown {
  const shown = boxes.map(({ groups }) => groups.map((): string[] => []));
  const used = () => total(boxes, describe(boxes, shown, more));

  /** Adds an article in the first of its forms that fits and takes no more than `room`, if one does. */
  const add = (target: string[], forms: readonly string[], room: number): boolean => {
    const limit = used() + room;
    return forms.some((one) => {
      target.push(one);
      const added = fits(boxes, describe(boxes, shown, more)) && used() <= limit;
      if (!added) target.pop();
      return added;
    });
  };

  let open = boxes.flatMap(({ groups }, box) =>
    groups.map(({ articles }, group) => ({ articles, target: shown[box]?.[group] ?? [] })),
  );
  for (let first = true; open.length > 0; first = false) {
    let waiting = open.length;
    open = open.filter(({ articles, target }) => {
      // The newest of one program may not take the room that the newest of the others need.
      const room = first ? (embedLimits.message - used()) / waiting : embedLimits.message;
      waiting -= 1;
      const next = articles[target.length];
      const added = next !== undefined && add(target, shorter(next), room);
      return (added || first) && target.length < articles.length;
    });
  }
  return shown;
}

/** What is left to choose from where not everything fits. */
function shorter([full, ...rest]: Forms): readonly string[] {
  return rest.length > 0 ? rest : [full];
}

function form(forms: Forms, shortening: number): string {
  return forms[shortening] ?? forms[0];
}

function describe(boxes: readonly Box[], shown: Shown, more: (count: number) => string): string[] {
  return boxes.map(({ groups }, box) => {
    let missing = 0;
    const lines = groups.flatMap(({ heading, articles }, group) => {
      const present = shown[box]?.[group] ?? [];
      missing += articles.length - present.length;
      return present.length > 0 && heading ? [heading, ...present] : present;
    });
    return (missing > 0 ? [...lines, more(missing)] : lines).join('\n');
  });
}

function fits(boxes: readonly Box[], descriptions: readonly string[]): boolean {
  if (descriptions.some((one) => lengthOf(one) > embedLimits.description)) return false;
  return total(boxes, descriptions) <= embedLimits.message;
}

/** What counts towards the message's limit. */
function total(boxes: readonly Box[], descriptions: readonly string[]): number {
  return boxes.reduce((sum, { fixed }, box) => sum + fixed + lengthOf(descriptions[box] ?? ''), 0);
}
