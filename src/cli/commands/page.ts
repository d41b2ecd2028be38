import { InvalidArgumentError } from 'commander';
import { wrongSelector } from '../../config/selector.js';
import type { PageFacts } from '../../feeds/entry.js';
import type { Feed, PageSelectors } from '../../model.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

interface Options extends PageSelectors {
  readonly feed?: string;
  readonly url?: string;
  readonly allowPrivate?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

const selectorNames = ['content', 'remove', 'author', 'date', 'image', 'section'] as const;

/** `broadsheet page`: what is made of an article's page, to find selectors by. */
export const page: Register = ({ command, exits, io, output }) => {
  const made = command('page', {
    summary:
      "Show what is made of an article's page, with the selectors of its feed or with others.",
    examples: [
      'broadsheet page https://example.org/articles/lake',
      'broadsheet page https://example.org/articles/lake --feed main',
      'broadsheet page https://example.org/articles/lake --content ".article-text" --remove ".read-also"',
      'broadsheet page saved.html --url https://example.org/articles/lake',
    ],
    json: '{ "url", "title", "canonicalUrl", "author", "publishedAt", "modifiedAt", "image": { "url", "alt", "credit" }, "language", "categories": [text], "programs": [id], "summary", "bodyHtml", "problem": { "message" }, "unmatched": [selector] }; what was not found is left out',
    exits: { 1: 'the page could not be read, or gives no text' },
  })
    .argument('<page>', 'the address of a page, or a file')
    .option(
      '--feed <id>',
      'take the selectors, and whether private networks may be reached, of this feed',
    )
    .option('--url <url>', 'the address that a file was saved from')
    .option('--allow-private', 'fetch from loopback and private networks too')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG');
  for (const name of selectorNames) {
    made.option(`--${name} <selector>`, `use this as the feed's page.${name}`, selector);
  }
  made.action(
    exits(async (name: string, options: Options) => {
      const { readConfig } = await import('../settings.js');
      const { matchPrograms } = await import('../../feeds/programs.js');
      const config = readConfig(io, options);
      const feed = findFeed(config?.feeds ?? [], options.feed);
      const { url, facts } = await read(name, options, feed, io.directory);
      const { programs, matched } = matchPrograms(
        { categories: facts.categories, url, feedPrograms: feed?.programs ?? [] },
        config?.programs ?? [],
        config?.fallbackProgram ?? '',
      );
      const problem = facts.problem?.message;
      if (options.json)
        output.json({ url, ...facts, ...(config && { programs: matched ? programs : [] }) });
      else {
        const lines: [string, string | undefined][] = [
          ['title', facts.title],
          ['address', url],
          ['author', facts.author],
          ['published', facts.publishedAt],
          ['image', facts.image?.url],
          ['credit', facts.image?.credit],
          ['language', facts.language],
          ['sections', facts.categories.join(', ')],
          ['programs', config && (matched ? programs.join(', ') : 'none that these name')],
          ['summary', facts.summary],
          ['problem', problem],
          ['no match', facts.unmatched?.map((one) => `--${one}`).join(', ')],
        ];
        for (const [label, value] of lines) if (value) output.line(`${label.padEnd(10)} ${value}`);
        if (facts.bodyHtml) {
          output.line();
          output.line(await asText(facts.bodyHtml, io.isTTY ? io.columns : 80));
        }
      }
      return problem === undefined ? exitCodes.done : exitCodes.failed;
    }),
  );
};

function selector(text: string): string {
  const wrong = wrongSelector(text);
  if (wrong === undefined) return text;
  throw new InvalidArgumentError(
    `${wrong}. Write it as in a style sheet, such as ".article-text".`,
  );
}

function findFeed(feeds: readonly Feed[], id: string | undefined): Feed | undefined {
  const feed = feeds.find((one) => one.id === id);
  if (id !== undefined && !feed) {
    const known = feeds.map((one) => one.id).join(', ') || 'none, as there is no config';
    throw new Failure(`There is no feed "${id}". Write one of: ${known}.`, exitCodes.usage);
  }
  return feed;
}

async function asText(html: string, columns: number): Promise<string> {
  const { htmlToText } = await import('html-to-text');
  const headings = ['h2', 'h3', 'h4'].map((name) => ({
    selector: name,
    options: { uppercase: false },
  }));
  return htmlToText(html, { wordwrap: columns, selectors: headings });
}

/** The page as the watcher would read it, its text sanitised. */
async function read(
  name: string,
  options: Options,
  feed: Feed | undefined,
  directory: string,
): Promise<{ url: string; facts: PageFacts }> {
  const [{ createReader }, { createFetcher }, { documentOf, openDocument }, { sanitise }] =
    await Promise.all([
      import('../../feeds/reader.js'),
      import('../../feeds/fetch.js'),
      import('../documents.js'),
      import('../../feeds/sanitise.js'),
    ]);
  const given = selectorNames.flatMap((each) => (options[each] ? [[each, options[each]]] : []));
  const selectors = { ...feed?.page, ...Object.fromEntries(given) } as PageSelectors;
  const fetcher = createFetcher();
  const reader = createReader();
  try {
    const { body, headers, url } = await openDocument(documentOf(name, directory), {
      fetcher,
      accept: 'page',
      allowPrivate: options.allowPrivate ?? feed?.allowPrivate ?? false,
      ...(options.url && { url: options.url }),
    });
    const { bodyHtml, ...facts } = await reader.readPage(body, headers.contentType, url, {
      selectors,
    });
    return { url, facts: bodyHtml ? { ...facts, bodyHtml: sanitise(bodyHtml, url) } : facts };
  } catch (error) {
    throw new Failure((error as Error).message);
  } finally {
    await reader.close();
    await fetcher.close();
  }
}
