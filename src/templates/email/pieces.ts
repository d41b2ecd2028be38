/**
 * The pieces that mails are put together from. MJML takes some 30 ms for a mail, and the editions of
 * one window share nearly all of their articles: so each piece is rendered once, and remembered by its
 * content.
 */

import { isDeepStrictEqual } from 'node:util';
import type { EditionArticle, Language, Newsroom, ProgramFace } from '../../model.js';
import { createMemory } from './memory.js';
import { filled, hashOf, type Mjml, renderFragments } from './mjml.js';
import { type FramePart, marks } from './parts.js';
import { articleText, footerText, programText } from './text.js';
import {
  articleView,
  type FrameView,
  frameView,
  type Look,
  programStyles,
  programView,
} from './view.js';

/** What of all articles is remembered, in characters. */
const mostRemembered = 32_000_000;
const mostFrames = 50;

const furniture = ['heading', 'notice', 'gap', 'rows', 'more'] as const;

/** What stands around the articles of all editions of a newsroom in a language. */
export interface Frame {
  readonly view: FrameView;
  readonly html: readonly FramePart[];
  /** Of the text part. */
  readonly footer: readonly FramePart[];
  /** The parts that some editions have, some of them more than once. */
  readonly furniture: Readonly<Record<(typeof furniture)[number], readonly FramePart[]>>;
  /** The same for frames in which a piece looks the same. */
  readonly key: string;
}

/** A piece to be had: the beginning of a program's section, or an article. */
export type Wanted =
  | { readonly look: 'program' | 'digestProgram'; readonly program: ProgramFace }
  | { readonly look: Look; readonly program: ProgramFace; readonly article: EditionArticle };

/** Escaped, and without a place for anything. */
export interface Piece {
  readonly html: string;
  readonly text: string;
  /** Whether the HTML is a row of a table, as compact articles are: it weighs a third of a section. */
  readonly row: boolean;
  /** What it needs in the mail's head; empty where it is nothing. */
  readonly styles: string;
}

export interface Pieces {
  frame(newsroom: Newsroom, language: Language): Promise<Frame>;
  /** Renders what is not remembered, all in one go. In the order asked for. */
  get(frame: Frame, wanted: readonly Wanted[]): Promise<Piece[]>;
}

export function createPieces(mjml: Mjml): Pieces {
  const frames = createMemory<Frame>(mostFrames);
  /** With what they were rendered of: a key names an article, and its content decides. */
  const pieces = createMemory<{ readonly of: Wanted; readonly piece: Piece }>(mostRemembered);

  async function frame(newsroom: Newsroom, language: Language): Promise<Frame> {
    const key = JSON.stringify([newsroom, language]);
    const known = frames.recall(key);
    if (known) return known;
    const view = frameView(newsroom, language);
    const mark = marks(key);
    const context = {
      ...view,
      t: { ...view.t, why: view.t.why(mark.slot.programs) },
      slot: mark.slot,
      own: { start: mark.ownStart, end: mark.ownEnd },
    };
    const htmls = await renderFragments(
      mjml,
      view,
      furniture.map((name) => ({
        mjml: filled(`fragments/${name}`, context),
        row: name === 'more',
      })),
    );
    const made: Frame = {
      view,
      html: mark.split(await mjml(filled('frame', context))),
      footer: mark.split(footerText(view, mark)),
      furniture: Object.fromEntries(
        furniture.map((name, index) => [name, mark.split(htmls[index] ?? '')]),
      ) as Frame['furniture'],
      key: hashOf(key),
    };
    frames.remember(key, made, 1);
    return made;
  }

  async function get({ view, key: frameKey }: Frame, wanted: readonly Wanted[]): Promise<Piece[]> {
    const keyed = wanted.map((one) => ({ one, key: `${frameKey} ${nameOf(one)}` }));
    const found = new Map<string, Piece>();
    const missing = new Map<string, Wanted>();
    for (const { one, key } of keyed) {
      const known = pieces.recall(key);
      if (known && isSame(known.of, one)) found.set(key, known.piece);
      else missing.set(key, one);
    }
    const sources = [...missing.values()].map((one) => source(view, one));
    const htmls = await renderFragments(mjml, view, sources);
    for (const [index, [key, of]] of [...missing].entries()) {
      const { text = '', row = false, styles = '' } = sources[index] ?? {};
      const html = htmls[index] ?? '';
      const piece = { html, text, row, styles };
      found.set(key, piece);
      pieces.remember(key, { of, piece }, sizeOf(of) + html.length + text.length);
    }
    return keyed.map(({ key }) => found.get(key) as Piece);
  }

  return { frame, get };
}

/** Of two with the same name. Takes a moment where they hold the very same objects. */
function isSame(one: Wanted, other: Wanted): boolean {
  return (
    isDeepStrictEqual(one.program, other.program) &&
    isDeepStrictEqual(articleOf(one), articleOf(other))
  );
}

function articleOf(wanted: Wanted): EditionArticle | undefined {
  return 'article' in wanted ? wanted.article : undefined;
}

function nameOf(wanted: Wanted): string {
  const { look, program } = wanted;
  if (!('article' in wanted)) return `${look} ${program.id}`;
  return `${look} ${program.id} ${wanted.article.id} ${wanted.article.revision}`;
}

function sizeOf(wanted: Wanted): number {
  return 'article' in wanted ? wanted.article.bodyHtml.length : 0;
}

function source(frame: FrameView, wanted: Wanted) {
  const program = programView(wanted.program);
  if (!('article' in wanted)) {
    const digest = wanted.look === 'digestProgram';
    return {
      mjml: filled('fragments/program', { ...frame, program, digest }),
      text: programText(program.name, digest),
      row: false,
      styles: programStyles(program),
    };
  }
  const article = articleView(wanted.article, wanted.look, frame);
  const name = article.large ? 'article' : 'compact';
  return {
    mjml: filled(`fragments/${name}`, { ...frame, program, article }),
    text: articleText(article, frame.t),
    row: !article.large,
    styles: '',
  };
}
