import type { NamedDocument } from '../documents.js';
import { exitCodes, Failure } from '../exit.js';
import { print } from '../io.js';
import type { Register } from '../main.js';
import { plural } from '../words.js';

interface ParseOptions {
  readonly config?: string;
  readonly url?: string;
  readonly allowPrivate?: boolean;
}

/** Milliseconds from one line of progress to the next. */
const progressEvery = 2_000;

/** `broadsheet parse`: to find out why a feed comes out as it does, and to run a corpus of them. */
export const parse: Register = ({ command, exits, io, output }) => {
  command('parse', {
    summary:
      'Print what the watcher would make of feeds: a line of JSON for each, with the articles or the reason why there are none, and the parser that spoke. Files need no config and no service. Where a file begins with a comment that has lines like "Header: Content-Type: text/xml", these count as its HTTP headers.',
    examples: [
      'broadsheet parse https://news.example/feed.xml',
      'broadsheet parse saved.xml --url https://news.example/feed.xml | jq .articles',
      'broadsheet parse corpus > corpus.jsonl',
    ],
    json: 'the same. A line is { "document", "parser", "note": why it was not the first parser, "feed": { "title", "link", "language", "every", "skipHours", "skipDays", "hubs", "self" }, "articles": [{ "id": the guid as it is, "link", "title", "author", "published", "updated", "summary": HTML, or the content where there is none, "content": HTML, "image": { "url", "alt"?, "credit"? }, "enclosures": [{ "url", "type"?, "length"? }], "language", "categories", "programs", "matched": false where only the fallback is left, "refused": why it makes no article }] }, where null stands for what is missing; or { "document", "error" }',
    exits: {
      [exitCodes.done]: 'all documents were read',
      [exitCodes.failed]: 'some could not be read; their lines say why',
    },
  })
    .argument('<documents...>', 'files, directories with all that is in them, and addresses')
    .option('--config <file>', 'match programs by this file instead of BROADSHEET_CONFIG')
    .option(
      '--url <url>',
      'the address that the files were saved from; relative links are relative to it',
    )
    .option('--allow-private', 'fetch from loopback and private networks too')
    .action(
      exits(async (names: string[], options: ParseOptions) => {
        const [
          { createReader },
          { createFetcher },
          { whyNoFeed },
          { documentsOf, openDocument },
          { lineOf },
          { readConfig },
        ] = await Promise.all([
          import('../../feeds/reader.js'),
          import('../../feeds/fetch.js'),
          import('../../feeds/discover.js'),
          import('../documents.js'),
          import('../parsed-line.js'),
          import('../settings.js'),
        ]);
        if (options.url !== undefined && !/^https?:/.test(options.url)) {
          throw new Failure('Write --url as https://news.example/feed.xml.', exitCodes.usage);
        }
        const config = readConfig(io, options);
        const reader = createReader();
        const fetcher = createFetcher();
        async function read(document: NamedDocument): Promise<object> {
          const opened = await openDocument(document, { fetcher, ...options });
          const { body, headers, url } = opened;
          const parsed = await reader
            .readFeed(body, headers.contentType, url)
            .catch(async (error) => {
              throw new Error(await whyNoFeed(error, opened, reader));
            });
          return lineOf(document.name, parsed, url, config);
        }
        let [done, failed, toldAt] = [0, 0, performance.now()];
        try {
          for await (const document of documentsOf(names, io.directory)) {
            const line = await read(document).catch((error: Error) => {
              failed += 1;
              return { document: document.name, error: error.message };
            });
            await print(io, `${JSON.stringify(line)}\n`);
            done += 1;
            if (io.stderr.isTTY && performance.now() - toldAt > progressEvery) {
              toldAt = performance.now();
              output.note(`${plural(done, 'document')} so far, ${failed} of them not read …`);
            }
          }
        } finally {
          await reader.close();
          await fetcher.close();
        }
        return failed > 0 ? exitCodes.failed : exitCodes.done;
      }),
    );
};
