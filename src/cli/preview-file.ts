/** A preview as a file: the form follows from the file's ending. */

import type { MessagePreview } from '../staff/preview-message.js';
import { exitCodes, Failure } from './exit.js';

const forms: Readonly<Record<string, (message: MessagePreview) => string | undefined>> = {
  eml: (message) => (message.channel === 'email' ? message.raw : undefined),
  html: (message) => (message.channel === 'email' ? message.html : undefined),
  txt: (message) => (message.channel === 'email' ? message.text : undefined),
  json: (message) =>
    message.channel === 'discord' ? `${JSON.stringify(message.body, null, 2)}\n` : undefined,
  xml: (message) => (message.channel === 'rss' ? `${message.xml}\n` : undefined),
};

/** What the file is to hold. Throws a Failure for an ending that is not known, or where there is no such message. */
export function fileOf(messages: readonly MessagePreview[], file: string): string {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  const form = forms[ending];
  if (!form) {
    throw new Failure(
      `${file} has no ending that says what to write: .eml for the whole mail, .html for its page, .txt for its text, .json for the Discord post, .xml for the feed item.`,
      exitCodes.usage,
    );
  }
  for (const message of messages) {
    const text = form(message);
    if (text !== undefined) return text;
  }
  throw new Failure(`There is nothing to write as .${ending} of it.`);
}
