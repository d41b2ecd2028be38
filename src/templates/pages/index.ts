/** The pages that readers see, as whole HTML documents that load nothing but the newsroom's logo. */

import { readFileSync } from 'node:fs';
import type { Newsroom, ProgramFace } from '../../model.js';
import { readableOn } from '../colour.js';
import { registerPartial, template } from '../engine.js';
import { listing } from '../locale.js';
import { strings } from '../strings/index.js';

type Notice = 'notFound' | 'unknownLink' | 'unclear' | 'failed';

export interface Pages {
  /** The style sheet that stands in every page, to the letter: its hash goes into the CSP. */
  readonly stylesheet: string;
  /**
   * Asks what to stop: the programs of the e-mail, or everything. `reads` is false where the reader
   * left these programs before. Its buttons post the field `scope` to the page's own address.
   */
  unsubscribe(view: { programs: readonly ProgramFace[]; reads: boolean }): string;
  /** Says what was stopped, and what the reader still reads. */
  goodbye(view: {
    /** What was left; undefined where everything was. */
    programs: readonly ProgramFace[] | undefined;
    remaining: readonly ProgramFace[];
  }): string;
  notice(which: Notice): string;
}

const palette = {
  light: { page: '#f1efeb', card: '#ffffff', ink: '#1f1f1f', muted: '#5c5a57', line: '#dedad3' },
  dark: { page: '#111213', card: '#1c1d1f', ink: '#eceae6', muted: '#aeaba6', line: '#3a3b3e' },
};

registerPartial('page', 'pages/layout.hbs');
registerPartial('programs', 'pages/programs.hbs');

/** The pages in a newsroom's language, name, colour and logo. Pure but for reading the templates. */
export function createPages(newsroom: Newsroom): Pages {
  const t = strings(newsroom.language);
  const stylesheet = styles(newsroom.colour);
  const names = (programs: readonly ProgramFace[]) =>
    listing(
      programs.map(({ name }) => name),
      t.language,
    );
  const render = (name: string, title: string, view: object) =>
    template(`pages/${name}.hbs`)({
      lang: t.language,
      dir: t.direction,
      title,
      stylesheet,
      newsroom: {
        name: newsroom.name,
        url: newsroom.url ?? null,
        logo: newsroom.logo ?? null,
        address: newsroom.postalAddress,
      },
      ...view,
    });

  return {
    stylesheet,
    unsubscribe: ({ programs, reads }) =>
      render('unsubscribe', t.page.unsubscribe, {
        intro: reads ? t.page.reads(newsroom.name) : t.page.alreadyLeft(newsroom.name),
        programs,
        leave: reads ? t.page.leave(names(programs)) : null,
        leaveAll: t.page.leaveAll(newsroom.name),
        nothingYet: t.page.nothingYet,
      }),
    goodbye: ({ programs, remaining }) =>
      render('goodbye', t.page.goodbye, {
        left: programs ? t.page.left(names(programs)) : t.page.leftAll(newsroom.name),
        programs: remaining,
        stillReads: t.page.stillReads,
        leaveAll: t.page.leaveAll(newsroom.name),
      }),
    notice: (which) => render('notice', t.page[which], { text: t.page[`${which}Text`] }),
  };
}

function styles(colour: string): string {
  const rules = readFileSync(new URL('pages.css', import.meta.url), 'utf8').trim();
  const scheme = (colours: typeof palette.light) => {
    const brand = readableOn(readableOn(colour, colours.card), colours.page);
    return Object.entries({ ...colours, brand })
      .map(([name, value]) => `--${name}: ${value};`)
      .join(' ');
  };
  return `:root { color-scheme: light dark; ${scheme(palette.light)} }
@media (prefers-color-scheme: dark) { :root { ${scheme(palette.dark)} } }
${rules}`;
}
