/** MJML, and Handlebars before it: how the templates of a mail become HTML. */

import { createHash } from 'node:crypto';
import { registerPartial, template } from '../engine.js';

/** Takes whole MJML and gives HTML. Throws where MJML finds a fault. */
export type Mjml = (source: string) => Promise<string>;

/** MJML itself, as mails want it. */
export const mjmlToHtml: Mjml = async (source) => {
  // 700 ms to load: only who renders a mail pays for it.
  const { default: mjml } = await import('mjml');
  const { html } = await mjml(source, {
    validationLevel: 'strict',
    ignoreIncludes: true,
    keepComments: false,
    // No web fonts.
    fonts: {},
  });
  // Its indentation is a quarter of the mail, and nothing here is preformatted. Handlebars escapes
  // even "=", which only unquoted attributes need; links are easier on simple readers without.
  return html.replace(/\n\s+/g, '\n').replaceAll('&#x3D;', '=').trim();
};

/** A part of a mail in MJML: one section or more, or a row, which stands in the column of one. */
export interface Fragment {
  readonly mjml: string;
  readonly row: boolean;
}

/** Renders fragments in one document, which is cheaper than one for each. In their order. */
export async function renderFragments(
  mjml: Mjml,
  view: { readonly lang: string; readonly dir: string },
  fragments: readonly Fragment[],
): Promise<string[]> {
  if (fragments.length === 0) return [];
  // Like the marks of slots: no text in the fragments can hold the hash of all of them.
  const mark = `x${hashOf(JSON.stringify(fragments))}-x`;
  const cut = `<mj-raw>${mark}</mj-raw>`;
  const body = fragments.map(({ mjml: source, row }) => {
    const marked = cut + source + cut;
    return row ? `<mj-section><mj-column>${marked}</mj-column></mj-section>` : marked;
  });
  const html = await mjml(
    `<mjml lang="${view.lang}" dir="${view.dir}">` +
      `<mj-head>${filled('partials/attributes', view)}</mj-head>` +
      `<mj-body width="600px">${body.join('')}</mj-body></mjml>`,
  );
  // Every other part is a fragment: between them lies what MJML puts around rows.
  const parts = html.split(mark).filter((_, index) => index % 2 === 1);
  if (parts.length !== fragments.length) throw new Error('MJML did not keep the parts of a mail.');
  return parts.map((part) => part.trim());
}

let partialsReady = false;

/** Fills a template of a mail; `name` is its path from here, without `.mjml`. */
export function filled(name: string, view: object): string {
  if (!partialsReady) {
    for (const partial of ['attributes', 'head', 'masthead', 'footer']) {
      registerPartial(`email/${partial}`, `email/partials/${partial}.mjml`);
    }
    partialsReady = true;
  }
  return template(`email/${name}.mjml`)(view);
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
