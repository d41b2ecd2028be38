import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { ChannelName } from '../../model.js';
import type { Preview } from '../../staff/preview.js';
import type { ReaderPreview } from '../../staff/preview-reader.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { fileOf } from '../preview-file.js';
import { stamp } from '../words.js';

const channelNames: readonly ChannelName[] = ['email', 'discord', 'rss'];

interface Options {
  readonly address?: string;
  readonly channel?: ChannelName;
  readonly open?: boolean;
  readonly out?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** `broadsheet preview`: exactly what goes out, and why it does or does not. */
export const preview: Register = ({ command, exits, io, output, neighbours }) => {
  command('preview', {
    summary:
      'Show the exact message of an article or an edition, or what a reader gets, and why it would or would not go out.',
    examples: [
      'broadsheet preview 4f9c2a10',
      'broadsheet preview 4f9c2a10 --channel email --open',
      'broadsheet preview 4f9c2a10 --out mail.eml',
      'broadsheet preview --address amina@example.org',
    ],
    json: '{ "edition", "stage": "frozen" | "revised" | "to come", "why": [{ "stage", "message", "stops" }], "timezone", "messages": [{ "channel", … }], "missing": [{ "channel", "why" }] }\n  or, with --address, { "known", "why", "schedule", "programs": [{ "id", "name", "cadence", "nextAt" }], "next": { "closesAt", "on", "overdue", "sections": [{ "program", "titles" }], "digest" } }',
  })
    .argument('[article or edition]', 'an id, or the beginning of one')
    .option('--address <address>', 'a reader instead: what they get, and their next digest')
    .addOption(new Option('--channel <channel>', 'only this channel').choices(channelNames))
    .option('--open', 'open the mail in the browser')
    .option('--out <file>', 'write it to a file ending in .eml, .html, .txt, .json or .xml')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (name: string | undefined, options: Options) => {
        const { address, channel } = options;
        if ((name === undefined) === (address === undefined)) {
          throw new Failure(
            'Name either an article or an edition, or a reader with --address.',
            exitCodes.usage,
          );
        }
        const [{ withLedger }, { withChannels }, { preview: look }, { previewReader }] =
          await Promise.all([
            import('../ledger.js'),
            import('../channels.js'),
            import('../../staff/preview.js'),
            import('../../staff/preview-reader.js'),
          ]);
        await withLedger(io, options, (ledger) =>
          withChannels(ledger, async ({ channels, links }) => {
            const { database, config, keys, now } = ledger;
            const tools = { database, config, channels, links, keys, now, stamp };
            if (name !== undefined) {
              const found = await look(tools, { name, channel });
              if (!(await kept(found.messages, options))) await show(found, options);
            } else {
              const found = await previewReader(tools, address ?? '');
              if (!(await kept(found.next?.digest?.messages ?? [], options))) {
                await showReader(found, options);
              }
            }
          }),
        );
        return exitCodes.done;
      }),
    );

  /** Writes or opens it, where that was asked for. */
  async function kept(messages: Preview['messages'], { out, open, json }: Options) {
    if (out) {
      const file = resolve(io.directory, out);
      await writeFile(file, fileOf(messages, out)).catch((error) => {
        if (error instanceof Failure) throw error;
        throw new Failure(`${out} could not be written: ${error.message}.`);
      });
      if (!json) output.note(`Wrote ${out}.`);
    }
    if (open) {
      const page = fileOf(messages, 'mail.html');
      // The browser reads it after this command has ended, so it stays.
      const file = join(await mkdtemp(join(tmpdir(), 'broadsheet-preview-')), 'mail.html');
      await writeFile(file, page, { mode: 0o600 });
      await neighbours.open(file).catch((error: Error) => {
        throw new Failure(error.message);
      });
      if (!json) output.note(`Opened ${file}.`);
    }
    return !json && (out !== undefined || open === true);
  }

  async function show(found: Preview, { json }: Options) {
    if (json) {
      output.json(found);
      return;
    }
    const words = await import('../preview-words.js');
    output.line(output.paint('bold', words.titleOf(found)));
    for (const line of words.whyLines(found.why, output)) output.line(line);
    output.line(output.paint('dim', `  Times are those of ${found.timezone}.`));
    for (const message of found.messages) {
      output.line();
      for (const line of words.messageLines(message, output)) output.line(line);
    }
    for (const { channel, why } of found.missing) {
      output.line();
      output.line(`There is nothing for ${channel}. ${why}`);
    }
  }

  async function showReader(found: ReaderPreview, { json }: Options) {
    if (json) {
      output.json(found);
      return;
    }
    const { readerLines } = await import('../preview-words.js');
    const zone = found.schedule?.timezone ?? 'UTC';
    for (const line of readerLines(found, output, (at) => stamp(at, zone))) output.line(line);
  }
};
