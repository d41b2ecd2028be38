/**
 * The mail of an edition: rendered once for all of its readers, filled for each of them. Rendering
 * costs some 30 ms and filling next to nothing, so nothing of a reader goes into the rendering.
 */

import type { Edition, EditionId, Instant, Language, Newsroom, ProgramId } from '../../model.js';
import { registerPartial, template } from '../engine.js';
import { listing } from '../locale.js';
import { escapeHtml } from '../plain.js';
import { strings } from '../strings/index.js';
import { join, marks, type Part } from './parts.js';
import { mailText } from './text.js';
import { mailView, type ViewOptions } from './view.js';

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
  /** Octets of the HTML part without the values of its slots. */
  readonly bytes: number;
}

/** What one reader's copy says. */
export interface MailValues {
  /** An absolute URL. */
  readonly unsubscribe: string;
  /** An absolute URL. */
  readonly webView: string;
  /** Those of the edition's programs that the reader follows. */
  readonly programs: readonly ProgramId[];
}

/** Gmail clips what is longer than 102 KB; a little is left for the values of the slots. */
const longest = 98_000;

/**
 * Renders a mail. Pure. Throws where MJML finds a fault, and where an article is too long for a mail
 * even without its body.
 */
export async function renderMail(edition: Edition, newsroom: Newsroom): Promise<RenderedMail> {
  const full = await render(edition, newsroom, { bodies: true });
  if (full.bytes <= longest) return full;
  const short = await render(edition, newsroom, { bodies: false });
  if (short.bytes <= longest) return short;
  throw new Error(
    `The mail of edition ${edition.id} has ${short.bytes} octets even without the articles' bodies, ` +
      `and mail programs clip it after ${longest}. Shorten the title, summary or links in the feed.`,
  );
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
    webView: escapeHtml(filled.webView),
    programs: escapeHtml(filled.programs),
  };
  return { html: join(mail.html, escaped), text: join(mail.text, filled) };
}

/** The same mail as a public page: without the lines that are a reader's own. */
export function webViewHtml(mail: RenderedMail): string {
  return join(mail.html);
}

async function render(
  edition: Edition,
  newsroom: Newsroom,
  options: ViewOptions,
): Promise<RenderedMail> {
  const mark = marks([edition, newsroom]);
  const view = mailView(edition, newsroom, mark, options);
  const html = mark.split(await mjmlToHtml(filledTemplate(view)));
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
    subject: view.title,
    preheader: view.preheader,
    programs: [...programs.values()],
    html,
    text: mark.split(mailText(view)),
    bytes: Buffer.byteLength(JSON.stringify(html)),
  };
}

let partialsReady = false;

function filledTemplate(view: object): string {
  if (!partialsReady) {
    for (const name of ['head', 'masthead', 'section', 'article', 'footer']) {
      registerPartial(`email/${name}`, `email/partials/${name}.mjml`);
    }
    partialsReady = true;
  }
  return template('email/alert.mjml')(view);
}

async function mjmlToHtml(source: string): Promise<string> {
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
}
