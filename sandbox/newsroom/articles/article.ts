import type { DemoProgramId } from '../../centre.js';
import type { PaletteName } from '../picture.js';
import type { Scene } from '../scenes.js';

/** An article as its author wrote it, before it has a date. */
export interface WrittenArticle {
  /** The last part of its address; its guid is made from it too. */
  readonly slug: string;
  readonly title: string;
  readonly author: string;
  readonly programs: readonly DemoProgramId[];
  readonly language: 'en' | 'ru';
  /** All that the feed says of it. */
  readonly summary: string;
  readonly picture: {
    readonly scene: Scene;
    readonly palette: PaletteName;
    readonly alt: string;
    readonly credit: string;
  };
  /** Blocks between blank lines: `## ` begins a heading, `> ` a quotation, `- ` lines a list. */
  readonly body: string;
}
