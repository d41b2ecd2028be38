/** CSS selectors, as pages are read by them. */

import { createRequire } from 'node:module';

// Loaded when there is one to look at: most configs have none, and commands are to answer at once.
const library = (): typeof import('css-select') => createRequire(import.meta.url)('css-select');

/** Why a text is no CSS selector that can be used, in the words of the library; undefined where it is one. */
export function wrongSelector(text: string): string | undefined {
  try {
    library().compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
