import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import type { FeedFacts } from '../neighbours.js';

interface Options {
  readonly feed: string;
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `broadsheet init`: a commented config that runs, from nothing but the address of a feed. */
export const init: Register = ({ command, exits, io, output, neighbours }) => {
  command('init', {
    summary:
      'Write a commented config for a feed. It runs as it is; what to fill in says "change me".',
    examples: [
      'broadsheet init --feed https://example.org/feed.xml',
      'broadsheet init --feed https://example.org/ --out newsroom.yaml',
    ],
    json: '{ "file": path, "feed": { "url", "title": text or null, "answered": boolean }, "allowPrivate": boolean }',
  })
    .requiredOption('--feed <url>', "the address of the newsroom's feed, or of its site")
    .option('--out <file>', 'the file to write', 'broadsheet.yaml')
    .option('--force', 'overwrite the file where it exists')
    .action(
      exits(async (options: Options) => {
        const { isPrivateHost } = await import('../../config/private-host.js');
        const { starterConfig } = await import('../../config/starter.js');
        const { usualConfigFile } = await import('../../config/environment.js');
        const given = URL.canParse(options.feed) ? new URL(options.feed) : undefined;
        if (!given || !/^https?:$/.test(given.protocol)) {
          throw new Failure(
            `"${options.feed}" is not the address of a feed. Write it whole, such as https://example.org/feed.xml.`,
            exitCodes.usage,
          );
        }
        const allowPrivate = isPrivateHost(given);

        let facts: FeedFacts | undefined;
        try {
          facts = await neighbours.probe?.(given, { allowPrivate });
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          output.note(
            `The feed could not be read, so the config has examples in its place: ${why}`,
          );
        }

        const feedUrl = new URL(facts?.url ?? given);
        if (facts?.url) output.note(`The config has the feed of that site: ${facts.url}`);
        const file = resolve(io.directory, options.out);
        const { timeZone: timezone } = new Intl.DateTimeFormat().resolvedOptions();
        const text = starterConfig({ ...facts, feedUrl, timezone });
        await write(file, text, options);

        if (options.json) {
          const feed = { url: feedUrl.href, title: facts?.title ?? null, answered: Boolean(facts) };
          output.json({ file, feed, allowPrivate });
          return exitCodes.done;
        }
        const usual = relative(io.directory, file) === usualConfigFile;
        output.line(`Wrote ${options.out}. Fill in what says "change me", then run:`);
        output.line(`  broadsheet check${usual ? '' : ` --config ${options.out}`}`);
        if (!usual) output.line(`Set BROADSHEET_CONFIG=${options.out} for all other commands.`);
        return exitCodes.done;
      }),
    );
};

async function write(file: string, text: string, { out, force }: Options): Promise<void> {
  try {
    // wx fails where the file exists, even when it appeared a moment ago.
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') {
      throw new Failure(
        `${out} exists, and was left as it is. Add --force to overwrite it, or --out to write another.`,
      );
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`${out} could not be written (${why}). Choose another place with --out.`);
  }
}
