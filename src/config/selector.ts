/** CSS selectors, as pages are read by them. */

import { compile } from 'css-select';

/** Why a text is no CSS selector that can be used, in the words of the library; undefined where it is one. */
export function wrongSelector(text: string): string | undefined {
  try {
    compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
