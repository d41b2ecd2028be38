/**
 * The template language: Handlebars, with escaping on by default. Templates lie beside this file as
 * `.mjml` and `.hbs`; a name is a path from here, such as `email/alert.mjml`.
 */

import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

export type Template = (data: object) => string;

const engine = Handlebars.create();
const compiled = new Map<string, Template>();

/**
 * Loads and compiles a template once. `{{x}}` escapes; `{{{x}}}` is only for HTML that was sanitised
 * on the way in. A name that the data lacks is an error rather than a silent gap.
 */
export function template(name: string): Template {
  let found = compiled.get(name);
  if (!found) {
    const source = readFileSync(new URL(name, import.meta.url), 'utf8');
    found = engine.compile(source, { strict: true });
    compiled.set(name, found);
  }
  return found;
}

/** Makes a template usable inside others as `{{> name}}`. */
export function registerPartial(name: string, file: string): void {
  engine.registerPartial(name, readFileSync(new URL(file, import.meta.url), 'utf8'));
}
