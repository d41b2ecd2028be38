/** The pages that readers see, as whole HTML documents that load nothing but the newsroom's logo. */

import { readFileSync } from 'node:fs';
import type { Language, Newsroom, ProgramFace } from '../../model.js';
import { readableOn } from '../colour.js';
import { registerPartial, template } from '../engine.js';
import { listing } from '../locale.js';

import { strings } from '../strings/index.js';
import { type ArchiveIndex, type ArchivePage, archiveIndexView, archiveView } from './archive.js';
import { type OutputFeedPage, outputFeedView } from './output-feed.js';
import { type PreferencesPage, preferencesView } from './preferences.js';
import { type ProgramOffer, type SignUpForm, signUpView } from './sign-up.js';

type Notice = 'notFound' | 'unknownLink' | 'unclear' | 'tooMany' | 'failed';

export interface Pages {
  /** The style sheet that stands in every page, to the letter: its hash goes into the CSP. */
  readonly stylesheet: string;
  /** The one script there is, to the letter: it fills in the time zone of the browser. */
  readonly script: string;
  signUp(form: SignUpForm): string;
  checkMail(): string;
  /** Asks to confirm what a sign-up is about; its button posts to the page's own address. */
  confirm(view: { programs: readonly ProgramFace[] }): string;
  /** `preferences`: where it can be changed. */
  confirmed(view: { programs: readonly ProgramFace[]; preferences: string | undefined }): string;
  archive(page: ArchivePage): string;
  archiveIndex(view: ArchiveIndex): string;
  outputFeed(page: OutputFeedPage): string;
  preferences(view: PreferencesPage): string;
  /** A link to the preferences that is none, or of a reader who left everything. */
  noPreferences(): string;
  /** About a change of address, which is shortened; `waiting` asks with a button that posts to the page's own address. */
  change(view: { state: 'waiting' | 'half' | 'done'; address: string }): string;
  /** A link to confirm that is too old, or is none. */
  confirmOver(): string;
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
registerPartial('problems', 'pages/problems.hbs');
registerPartial('when', 'pages/when.hbs');

const script = `{const s=document.querySelector('[data-guess]'),z=Intl.DateTimeFormat().resolvedOptions().timeZone;
if(s&&z){if(![...s.options].some((o)=>o.value===z))s.add(new Option(z,z));s.value=z}}`;

/** Where the pages stand, and what they offer. */
export interface Site {
  readonly programs?: readonly ProgramOffer[];
  /** The path of PUBLIC_URL, without a slash at its end. */
  readonly base?: string;
}

/** How a page is shown, beside what it says. */
export interface PageLook {
  /** The newsroom's where not given. */
  readonly language?: Language;
  /** In a frame of the newsroom's own site: without its name and address. */
  readonly framed?: boolean;
  /** Search engines may list it. */
  readonly indexed?: boolean;
}

/** The pages with a newsroom's name, colour and logo. Pure but for reading the templates. */
export function createPages(
  newsroom: Newsroom,
  { programs: offers = [], base = '' }: Site = {},
  { language = newsroom.language, framed = false, indexed = false }: PageLook = {},
): Pages {
  const t = strings(language);
  const stylesheet = styles(newsroom.colour);
  // So that who reads in a language of their own does so on the next page too.
  const kept = t === strings(newsroom.language) ? '' : `?lang=${t.language}`;
  const [signUpUrl, archiveUrl] = [`${base}/sign-up${kept}`, `${base}/archive${kept}`];
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
      framed,
      indexed,
      script: null,
      alternates: [],
      signUpUrl,
      archiveUrl,
      archive: t.archive.title,
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
    script,
    signUp: (form) =>
      render('sign-up', t.signUp.title, { ...signUpView(form, offers, newsroom, t), script }),
    checkMail: () =>
      render('check-mail', t.signUp.checkMail, {
        text: t.signUp.checkMailText,
        aside: t.signUp.checkMailAside,
      }),
    confirm: ({ programs }) =>
      render('confirm', t.confirm.title, {
        intro: t.confirm.intro(newsroom.name),
        programs,
        button: t.confirm.button,
        aside: t.confirm.aside,
        link: null,
      }),
    confirmed: ({ programs, preferences }) =>
      render('confirm', t.confirm.done, {
        intro: t.confirm.doneText(newsroom.name),
        programs,
        button: null,
        link: preferences ? { url: preferences, text: t.mail.preferences } : null,
      }),
    confirmOver: () =>
      render('notice', t.confirm.over, {
        text: t.confirm.overText,
        link: { url: signUpUrl, text: t.confirm.again },
      }),
    archive: (page) => render('archive', page.title, archiveView(page, newsroom, t)),
    archiveIndex: (view) => render('archive-index', t.archive.title, archiveIndexView(view, t)),
    outputFeed: (page) => render('output-feed', page.title, outputFeedView(page, newsroom, t)),
    preferences: (view) =>
      render('preferences', t.preferences.title, preferencesView(view, offers, newsroom, t)),
    noPreferences: () =>
      render('notice', t.page.unknownLink, {
        text: t.preferences.unknownText,
        link: { url: signUpUrl, text: t.signUp.title },
      }),
    change: ({ state, address }) =>
      state === 'waiting'
        ? render('change', t.change.title, {
            text: t.change.intro(newsroom.name, address),
            button: t.change.button,
          })
        : render('change', t.change[state], {
            text: state === 'half' ? t.change.halfText : t.change.doneText(newsroom.name, address),
            button: null,
          }),
    unsubscribe: ({ programs, reads }) =>
      render('unsubscribe', t.page.unsubscribe, {
        intro: reads ? t.page.reads(newsroom.name) : t.page.alreadyLeft(newsroom.name),
        programs,
        leave: reads ? t.page.leave(names(programs)) : null,
        leaveAll: t.page.leaveAll(newsroom.name),
        nothingYet: t.page.nothingYet,
        reason: t.page.reason,
      }),
    goodbye: ({ programs, remaining }) =>
      render('goodbye', t.page.goodbye, {
        left: programs ? t.page.left(names(programs)) : t.page.leftAll(newsroom.name),
        programs: remaining,
        stillReads: t.page.stillReads,
        leaveAll: t.page.leaveAll(newsroom.name),
        back: t.page.back,
      }),
    notice: (which) =>
      render('notice', t.page[which], { text: t.page[`${which}Text`], link: null }),
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
