import type { Language } from '../../model.js';
import { en, type Strings } from './en.js';
import { ru } from './ru.js';

/** One line a language: a file beside this one, of the same shape as English. */
const languages: Readonly<Record<string, Strings>> = { en, ru };

/** The strings of a language, of its base language where it has none of its own, or English. */
export function strings(language: Language): Strings {
  return languages[language] ?? languages[language.split('-')[0] ?? ''] ?? en;
}

/** The languages that pages and mails speak, each by its own name. */
export const spoken: readonly { readonly tag: Language; readonly name: string }[] = Object.entries(
  languages,
).map(([tag, { fields }]) => ({ tag, name: fields.ownName }));

export type { Strings };
