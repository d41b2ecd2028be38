/** The rules of each format. */

import { type Element, links, plausible, Rules, uuid } from './strict-rules.js';

export class RssRules extends Rules {
  rss(rss: Element, url: string): void {
    if (rss.attributes.version !== '2.0') this.fault('It is not RSS 2.0.');
    this.children(rss, 'channel');
    const channel = this.one(rss, 'channel');
    if (channel) this.channel(channel, url);
  }

  private channel(channel: Element, url: string): void {
    this.children(
      channel,
      'title link description language lastBuildDate generator atom:link fh:archive item',
    );
    this.plain(this.one(channel, 'title')?.text, 'The title of the channel');
    this.plain(this.one(channel, 'description')?.text, 'The description of the channel');
    this.url(this.one(channel, 'link')?.text, 'The link of the channel');
    this.language(this.one(channel, 'language')?.text, 'The language of the channel');
    this.date(this.one(channel, 'lastBuildDate')?.text, 'lastBuildDate');
    const names = channel.children.map(({ name }) => name);
    const first = names.indexOf('item');
    if (first >= 0 && names.slice(first).some((name) => name !== 'item')) {
      this.fault('Something of the channel stands after an item.');
    }
    links(channel, 'atom:link', url, this.fault);
    const items = channel.children.filter(({ name }) => name === 'item');
    for (const item of items) this.item(item);
    this.distinct(
      items.map((item) => this.one(item, 'guid')?.text),
      'guid',
    );
  }

  private item(item: Element): void {
    this.children(
      item,
      'title link guid pubDate dc:creator category description content:encoded media:content',
    );
    this.plain(this.one(item, 'title')?.text, 'The title of an item');
    const link = this.one(item, 'link', false);
    if (link) this.url(link.text, 'The link of an item');
    const guid = this.one(item, 'guid');
    if (guid?.attributes.isPermaLink !== 'false') this.fault('A guid may be taken for a link.');
    if (!uuid.test(guid?.text ?? '')) this.fault(`A guid is no URN: ${guid?.text}`);
    this.date(this.one(item, 'pubDate')?.text, 'pubDate');
    this.plain(this.one(item, 'dc:creator', false)?.text, 'dc:creator');
    for (const { name, text } of item.children) if (name === 'category') this.plain(text, name);
    this.html(this.one(item, 'description', false)?.text, 'A description');
    this.html(this.one(item, 'content:encoded', false)?.text, 'content:encoded');
    const names = item.children.map(({ name }) => name);
    const [description, full] = ['description', 'content:encoded'].map((one) => names.indexOf(one));
    if (full !== -1 && (description === -1 || (description ?? 0) > (full ?? 0))) {
      this.fault('A full text has no description before it.');
    }
    this.media(item);
  }

  /** RFC 822 with four digits of a year and the right day of the week. */
  private date(text: string | undefined, where: string): void {
    const written = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text ?? '');
    if (!written || !plausible(text) || new Date(text ?? '').toUTCString() !== text) {
      this.fault(`${where} is no date of a feed: ${text}`);
    }
  }
}

export class AtomRules extends Rules {
  feed(feed: Element, url: string): void {
    this.children(feed, 'id title subtitle updated author link generator fh:archive entry');
    this.language(feed.attributes['xml:lang'], 'The language of the feed');
    this.url(this.one(feed, 'id')?.text, 'The id of the feed');
    this.text(this.one(feed, 'title'));
    this.text(this.one(feed, 'subtitle', false));
    this.instant(this.one(feed, 'updated')?.text, 'The date of the feed');
    this.person(this.one(feed, 'author'));
    links(feed, 'link', url, this.fault);
    const entries = feed.children.filter(({ name }) => name === 'entry');
    if (feed.children.slice(-entries.length || undefined).some(({ name }) => name !== 'entry')) {
      if (entries.length > 0) this.fault('Something of the feed stands after an entry.');
    }
    for (const entry of entries) this.entry(entry);
    for (const name of ['id', 'updated']) {
      this.distinct(
        entries.map((entry) => this.one(entry, name)?.text),
        name,
      );
    }
  }

  private entry(entry: Element): void {
    this.children(
      entry,
      'id title link published updated author category summary content media:content',
    );
    this.language(entry.attributes['xml:lang'] ?? 'en', 'The language of an entry');
    if (!uuid.test(this.one(entry, 'id')?.text ?? '')) this.fault('An id is no URN.');
    this.text(this.one(entry, 'title'));
    this.text(this.one(entry, 'summary', false));
    this.instant(this.one(entry, 'published')?.text, 'published');
    this.instant(this.one(entry, 'updated')?.text, 'updated');
    this.person(this.one(entry, 'author', false));
    const link = this.one(entry, 'link', false);
    if (link) this.url(link.attributes.href, 'The link of an entry');
    const content = this.one(entry, 'content', false);
    if (content && content.attributes.type !== 'html') this.fault('A content is no HTML.');
    this.html(content?.text, 'A content');
    if (!content && !link) this.fault('An entry has neither a content nor a link.');
    for (const { name, attributes } of entry.children.filter((one) => one.name === 'category')) {
      if (!attributes.term) this.fault(`A ${name} has no term.`);
      this.plain(attributes.label, 'The label of a category');
    }
    this.media(entry);
  }

  private text(element: Element | undefined): void {
    if (!element) return;
    if (element.attributes.type !== 'text') this.fault(`<${element.name}> is no plain text.`);
    this.plain(element.text, element.name);
  }

  private person(author: Element | undefined): void {
    if (!author) return;
    this.children(author, 'name');
    this.plain(this.one(author, 'name')?.text, 'The name of an author');
  }
}

export class OpmlRules extends Rules {
  opml(opml: Element): void {
    if (opml.attributes.version !== '2.0') this.fault('It is not OPML 2.0.');
    this.children(opml, 'head body');
    const head = this.one(opml, 'head');
    if (head) this.children(head, 'title ownerName');
    for (const { name, text } of head?.children ?? []) this.readable(text, name);
    for (const outline of this.one(opml, 'body')?.children ?? []) this.outline(outline);
  }

  private outline({ name, attributes, children }: Element): void {
    if (name !== 'outline') this.fault(`<${name}> does not belong into an outline.`);
    if (!attributes.text) this.fault('An outline has no text.');
    const { text, title, description, type, xmlUrl, htmlUrl, language, version } = attributes;
    for (const one of [text, title, description]) this.readable(one, 'The text of an outline');
    if (children.length === 0) {
      if (type !== 'rss' || version !== 'RSS2' || !title) this.fault('A feed is not named as RSS.');
      this.url(xmlUrl, 'xmlUrl');
      this.url(htmlUrl, 'htmlUrl');
      this.language(language, 'The language of an outline');
    } else if (Object.keys(attributes).length > 1) {
      this.fault('A group has attributes of a feed.');
    }
    for (const child of children) this.outline(child);
  }

  /** The same whether a reader takes it for text, as most do, or for HTML, as the specification has it. */
  private readable(text: string | undefined, where: string): void {
    this.plain(text, where);
    this.html(text, where);
  }
}

export class JsonRules extends Rules {
  // biome-ignore lint/suspicious/noExplicitAny: a document may be anything.
  feed(feed: any, url: string): void {
    if (feed.version !== 'https://jsonfeed.org/version/1.1') this.fault('It is not JSON Feed 1.1.');
    this.plain(feed.title, 'title');
    this.plain(feed.description, 'description');
    this.url(feed.home_page_url, 'home_page_url');
    this.language(feed.language, 'language');
    if (feed.feed_url !== url) this.fault(`It is served at ${url}, and says ${feed.feed_url}.`);
    if (feed.next_url !== undefined) this.url(feed.next_url, 'next_url');
    this.authors(feed.authors);
    for (const item of feed.items) {
      if (!uuid.test(item.id)) this.fault(`An id is no URN: ${item.id}`);
      this.plain(item.title, 'The title of an item');
      this.plain(item.summary, 'The summary of an item');
      if (!item.content_html) this.fault('An item has no content.');
      this.html(item.content_html, 'content_html');
      for (const name of ['url', 'image']) if (item[name] !== undefined) this.url(item[name], name);
      this.instant(item.date_published, 'date_published');
      this.instant(item.date_modified, 'date_modified');
      if (item.authors) this.authors(item.authors);
      for (const tag of item.tags) this.plain(tag, 'A tag');
      if (item.language !== undefined) this.language(item.language, 'The language of an item');
    }
    this.distinct(
      feed.items.map(({ id }: { id: string }) => id),
      'id',
    );
  }

  private authors(authors: readonly { name: string }[]): void {
    if (authors.length === 0) this.fault('A list of authors is empty.');
    for (const { name } of authors) this.plain(name, 'The name of an author');
  }
}
