/**
 * The mail of an edition: rendered once for all of its readers, filled for each of them. Rendering
 * takes its time and filling next to none, so nothing of a reader goes into the rendering.
 */

import type { Edition, EditionId, Instant, Language, Newsroom, ProgramId } from '../../model.js';
import { listing } from '../locale.js';
import { escapeHtml } from '../plain.js';
import { strings } from '../strings/index.js';
import { type Assembled, type AssembledSection, assemble } from './assemble.js';
import { shorten } from './fit.js';
import { mjmlToHtml } from './mjml.js';
import { join, type Part } from './parts.js';
import { createPieces, type Frame, type Piece, type Pieces, type Wanted } from './pieces.js';
import { editionView, type Look } from './view.js';

/** Plain JSON, as the ledger freezes it. */
export interface RenderedMail {
  readonly edition: EditionId;
  readonly kind: Edition['kind'];
  readonly language: Language;
  readonly createdAt: Instant;
  readonly subject: string;
  readonly preheader: string;
  /** The programs the edition is about, for saying why a reader gets it. */
  readonly programs: readonly { readonly id: ProgramId; readonly name: string }[];
  readonly html: readonly Part[];
  readonly text: readonly Part[];
  /** All of the edition, where the mail had no room for it. */
  readonly web?: readonly Part[];
  /** Octets of the HTML part without the values of its slots. */
  readonly bytes: number;
}

/** What one reader's copy says. */
export interface MailValues {
  /** An absolute URL. */
  readonly unsubscribe: string;
  /** An absolute URL. */
  readonly preferences: string;
  /** An absolute URL. */
  readonly webView: string;
  /** Those of the edition's programs that the reader follows. */
  readonly programs: readonly ProgramId[];
}

/** Gmail clips what is longer than 102 KB; a little is left for the values of the slots. */
const longest = 98_000;

const shared = createPieces(mjmlToHtml);

/**
 * Renders a mail. Pure: the pieces that are remembered are those that would be rendered again. What is
 * too long for a mail is without the articles' bodies there, and a digest then also without some of its
 * articles; the web view has all of it. Throws where MJML finds a fault, and where an alert is too long
 * even so.
 */
export async function renderMail(
  edition: Edition,
  newsroom: Newsroom,
  pieces: Pieces = shared,
): Promise<RenderedMail> {
  const frame = await pieces.frame(newsroom, edition.language);
  const view = editionView(edition, frame.view);
  const assembled = (sections: readonly AssembledSection[]) => assemble(frame, view, sections);
  const complete = assembled(await drawSections(edition, frame, pieces, { bodies: true }));
  let mail = complete;
  if (mail.bytes > longest) {
    const short = await drawSections(edition, frame, pieces, { bodies: false });
    mail = assembled(short);
    if (mail.bytes > longest && view.digest) mail = assembled(shortened(short, assembled));
  }
  if (mail.bytes > longest) {
    throw new Error(
      `The mail of edition ${edition.id} has ${mail.bytes} octets even without the articles' bodies, ` +
        `and mail programs clip it after ${longest}. Shorten the title, summary or links in the feed.`,
    );
  }
  const programs = new Map(
    edition.sections
      .flatMap(({ program, articles }) => [program, ...articles.flatMap((one) => one.programs)])
      .map(({ id, name }) => [id, { id, name }]),
  );
  return {
    edition: edition.id,
    kind: edition.kind,
    language: edition.language,
    createdAt: edition.createdAt,
    subject: view.subject,
    preheader: view.preheader,
    programs: [...programs.values()],
    html: mail.html,
    text: mail.text,
    ...(mail !== complete && { web: complete.html }),
    bytes: mail.bytes,
  };
}

/** One reader's copy. Lines end in LF. */
export function fillMail(
  mail: RenderedMail,
  values: MailValues,
): { readonly html: string; readonly text: string } {
  const own = mail.programs.filter(({ id }) => values.programs.includes(id));
  const names = (own.length > 0 ? own : mail.programs).map(({ name }) => name);
  const filled = { ...values, programs: listing(names, strings(mail.language).language) };
  const escaped = {
    unsubscribe: escapeHtml(filled.unsubscribe),
    preferences: escapeHtml(filled.preferences),
    webView: escapeHtml(filled.webView),
    programs: escapeHtml(filled.programs),
  };
  return { html: join(mail.html, escaped), text: join(mail.text, filled) };
}

/** The same mail as a public page, with all of its articles and without the lines that are a reader's own. */
export function webViewHtml(mail: RenderedMail): string {
  return join(mail.web ?? mail.html);
}

/** All of an edition's articles, with the beginnings of their bodies or without. */
async function drawSections(
  { kind, sections }: Edition,
  frame: Frame,
  pieces: Pieces,
  { bodies }: { readonly bodies: boolean },
): Promise<AssembledSection[]> {
  const digest = kind === 'digest';
  const first: Look = digest ? (bodies ? 'lead' : 'leadShort') : bodies ? 'alert' : 'alertShort';
  const wanted = sections.flatMap(({ program, articles }): Wanted[] => [
    { look: digest ? 'digestProgram' : 'program', program },
    ...articles.map((article, index) => ({
      look: index === 0 ? first : ('compact' as const),
      program,
      article,
    })),
  ]);
  const drawn = await pieces.get(frame, wanted);
  return sections.map(({ articles }) => {
    const [heading, ...others] = drawn.splice(0, 1 + articles.length) as [Piece, ...Piece[]];
    return { heading, articles: others, more: 0 };
  });
}

/** The sections with as many articles as a mail has room for. */
function shortened(
  sections: readonly AssembledSection[],
  assembled: (sections: readonly AssembledSection[]) => Assembled,
): AssembledSection[] {
  const keep = (kept: readonly (readonly number[])[]) =>
    sections.map((section, index) => {
      const articles = section.articles.filter((_, article) => kept[index]?.includes(article));
      return { ...section, articles, more: section.articles.length - articles.length };
    });
  const sizes = sections.map(({ articles }) => articles.map((one) => Buffer.byteLength(one.html)));
  return keep(shorten(sizes, longest - assembled(keep([])).bytes));
}
