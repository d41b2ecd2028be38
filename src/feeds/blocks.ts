/** Puts sanitised HTML in order: every text in a block, no block in a paragraph, nothing empty. */

/** Hold blocks; those that are not in WRAPS may hold bare text too. */
const CONTAINERS = new Set(
  'blockquote figure ul ol li dl dt dd table caption thead tbody tfoot tr th td'.split(' '),
);
/** Bare text in these, and outside of everything, gets a paragraph of its own. */
const WRAPS = new Set(['blockquote']);
/** Hold text and inline elements only. */
const TEXT_BLOCKS = new Set(['p', 'h2', 'h3', 'h4', 'pre', 'figcaption']);
/** What a block may only stand in; elsewhere it means no more than a `div`. */
const BELONGS_IN: Readonly<Record<string, readonly string[]>> = {
  li: ['ul', 'ol'],
  dt: ['dl'],
  dd: ['dl'],
  caption: ['table'],
  thead: ['table'],
  tbody: ['table'],
  tfoot: ['table'],
  tr: ['table'],
  th: ['tr'],
  td: ['tr'],
};
/** Kept though empty, or the columns would move. */
const KEPT_EMPTY = new Set(['td', 'th']);

const TOKEN = /<(\/?)([a-z0-9]+)([^>]*)>|[^<]+/g;

interface Frame {
  readonly name: string;
  readonly tag: string;
  /** Whether its opening tag was written; it is only when something comes to stand in it. */
  written: boolean;
  /** For a container: inline content was the last thing written in it. */
  inline: boolean;
  /** For a container: a block ended after inline content, so more of that starts a new line. */
  gap: boolean;
}

/**
 * Takes what sanitize-html makes (escaped text, lower-case balanced tags, quoted attributes) and
 * returns HTML in which
 * - bare text and what stood in a `div` are paragraphs, and so are the parts between two `<br>`;
 * - paragraphs and headings hold no blocks, and inline elements none either;
 * - parts of tables and lists stand in one;
 * - nothing is empty, and links and pictures without their URL are gone.
 * Where `whole` is false the input was cut: its last, unfinished block is left out, and a paragraph
 * of "…" says that there is more. Linear, as nesting was bounded before.
 */
export function tidy(html: string, { whole }: { readonly whole: boolean }): string {
  const writer = new Writer();
  for (const [token, slash, name, attributes] of html.matchAll(TOKEN)) {
    if (name === undefined) writer.text(token);
    else if (name === 'div') writer.boundary();
    else if (name === 'br') writer.lineBreak();
    else if (name === 'hr') writer.rule();
    else if (name === 'img') writer.picture(token, attributes ?? '');
    else if (slash) writer.close(name);
    else if (name !== 'a' || attributes) writer.open(name, token);
  }
  return writer.end(whole);
}

/** How much was written, and what was open, when a block ended. */
interface Place {
  readonly length: number;
  readonly open: readonly Frame[];
}

class Writer {
  readonly #out: string[] = [];
  readonly #open: Frame[] = [];
  #breaks = 0;
  #lastBlock: Place = { length: 0, open: [] };
  /** Where the last block ended before the newest content. */
  #safeCut: Place = this.#lastBlock;

  text(text: string): void {
    if (text.trim() !== '') {
      // The text's own leading blank means nothing at the start of a block.
      const fresh = !this.#block()?.written && !this.#isPre();
      this.#content();
      this.#out.push(fresh ? text.trimStart() : text);
    } else if (this.#block()?.written && this.#breaks === 0) {
      this.#out.push(this.#isPre() ? text : ' ');
    }
  }

  picture(token: string, attributes: string): void {
    if (!attributes.includes('src="')) return;
    this.#content();
    this.#out.push(token);
  }

  lineBreak(): void {
    if (this.#block()?.written) this.#breaks++;
  }

  rule(): void {
    this.#endBlocks();
    this.#writeFrames();
    this.#out.push('<hr />');
    this.#blockEnded();
  }

  /** The start or end of a `div`: what was being written is a block of its own. */
  boundary(): void {
    if (this.#top()?.written || this.#block()?.written) this.#endBlocks();
  }

  open(name: string, tag: string): void {
    const homes = BELONGS_IN[name];
    if (homes && !this.#open.some((frame) => homes.includes(frame.name))) {
      this.boundary();
      return;
    }
    if (TEXT_BLOCKS.has(name) || CONTAINERS.has(name)) {
      this.#endBlocks();
      const container = this.#top();
      if (container) container.gap = false;
    }
    this.#open.push({ name, tag, written: false, inline: false, gap: false });
  }

  close(name: string): void {
    const at = this.#open.findLastIndex((frame) => frame.name === name);
    const inline = !TEXT_BLOCKS.has(name) && !CONTAINERS.has(name);
    const inner = this.#open.slice(at + 1);
    // What ended early (a link around a block) must not close another one further out.
    const blocked = inner.some((frame) =>
      inline ? !isInline(frame.name) : TEXT_BLOCKS.has(name) && CONTAINERS.has(frame.name),
    );
    if (at < 0 || blocked) {
      if (!inline) this.#endBlocks();
      return;
    }
    while (this.#open.length > at) this.#pop();
  }

  end(whole: boolean): string {
    if (whole) {
      while (this.#open.length > 0) this.#pop();
      return this.#out.join('');
    }
    const { length, open } = this.#safeCut;
    // One endless block has no better place to be cut.
    if (length === 0) return this.end(true);
    const closing = open.map(({ name }) => `</${name}>`).reverse();
    return [...this.#out.slice(0, length), ...closing, '<p>…</p>'].join('');
  }

  /** Opens what the next piece of text needs around it. */
  #content(): void {
    this.#safeCut = this.#lastBlock;
    const breaks = this.#breaks;
    this.#breaks = 0;
    if (breaks > 1 && this.#top()?.name === 'p') {
      this.#pop();
    } else if (breaks > 0) {
      this.#out.push('<br />'.repeat(Math.min(breaks, 2)));
    }
    const at = this.#open.findLastIndex((frame) => CONTAINERS.has(frame.name));
    const container = this.#open[at];
    const inBlock = this.#open.slice(at + 1).some((frame) => TEXT_BLOCKS.has(frame.name));
    if (!inBlock && (!container || WRAPS.has(container.name))) {
      const frame = { name: 'p', tag: '<p>', written: false, inline: false, gap: false };
      this.#open.splice(at + 1, 0, frame);
    } else if (!inBlock && container) {
      if (container.gap) this.#out.push('<br />');
      container.gap = false;
      container.inline = true;
    }
    this.#writeFrames();
  }

  #writeFrames(): void {
    for (const frame of this.#open) {
      if (!frame.written) this.#out.push(frame.tag);
      frame.written = true;
    }
  }

  /** Closes text blocks and inline elements down to the next container. */
  #endBlocks(): void {
    while (this.#open.length > 0 && !CONTAINERS.has(this.#top()?.name ?? '')) this.#pop();
    this.#breaks = 0;
    const container = this.#top();
    if (container?.inline) {
      container.inline = false;
      container.gap = true;
    }
  }

  #pop(): void {
    const frame = this.#open.pop();
    if (!frame) return;
    if (KEPT_EMPTY.has(frame.name) && !frame.written) {
      this.#open.push(frame);
      this.#writeFrames();
      this.#open.pop();
    }
    if (!isInline(frame.name)) this.#breaks = 0;
    if (!frame.written) return;
    this.#out.push(`</${frame.name}>`);
    if (!isInline(frame.name)) this.#blockEnded();
  }

  #blockEnded(): void {
    this.#lastBlock = {
      length: this.#out.length,
      open: this.#open.filter((frame) => frame.written),
    };
  }

  #top(): Frame | undefined {
    return this.#open.at(-1);
  }

  /** What inline content would now be written into: a text block, or a container that has some. */
  #block(): Frame | undefined {
    return this.#open.findLast(
      (frame) => TEXT_BLOCKS.has(frame.name) || (CONTAINERS.has(frame.name) && frame.inline),
    );
  }

  #isPre(): boolean {
    return this.#open.some((frame) => frame.name === 'pre');
  }
}

function isInline(name: string): boolean {
  return !TEXT_BLOCKS.has(name) && !CONTAINERS.has(name);
}
