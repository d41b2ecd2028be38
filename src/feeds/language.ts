/** Language tags as feeds and pages write them. */

import type { Language } from '../model.js';

/** A language tag in its canonical form (BCP 47), or undefined where it is none. */
export function canonicalLanguage(tag: string | undefined): Language | undefined {
  try {
    return tag ? Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'))[0] : undefined;
  } catch {
    return undefined;
  }
}
