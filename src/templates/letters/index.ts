/** Letters: short mails with one link, to somebody who is asked to confirm something. */

import type { Language, Newsroom } from '../../model.js';
import { readableOn } from '../colour.js';
import { template } from '../engine.js';
import { strings } from '../strings/index.js';

export interface LetterView {
  readonly subject: string;
  readonly intro: string;
  /** Named below the intro, one a line. */
  readonly list: readonly string[];
  readonly button: string;
  /** An absolute URL: where the button leads. */
  readonly url: string;
  readonly aside: string;
}

/** The same letter as text and as a whole HTML document. Lines end in LF. */
export function renderLetter(
  view: LetterView,
  newsroom: Newsroom,
  language: Language,
): { readonly language: Language; subject: string; text: string; html: string } {
  const t = strings(language);
  const address = newsroom.postalAddress.split('\n');
  const text = [
    view.intro,
    ...(view.list.length > 0 ? [view.list.map((one) => `- ${one}`).join('\n')] : []),
    `${view.button}:\n${view.url}`,
    view.aside,
    ['-- ', newsroom.name, ...address].join('\n'),
  ].join('\n\n');
  const html = template('letters/letter.hbs')({
    ...view,
    lang: t.language,
    dir: t.direction,
    colour: readableOn(newsroom.colour, '#ffffff'),
    newsroom: newsroom.name,
    address,
  });
  return { language: t.language, subject: view.subject, text: `${text}\n`, html };
}
