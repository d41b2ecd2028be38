/** A page of a site, and what has to be made of it. */
export interface Site {
  readonly name: string;
  readonly url: string;
  readonly html: string;
  readonly title: string;
  readonly author: string;
  readonly publishedAt: string;
  readonly image?: { readonly url: string; readonly credit?: string };
  readonly categories: readonly string[];
  /** What the sanitised text has. */
  readonly body: readonly string[];
  /** What it must not have. */
  readonly without: RegExp;
}
