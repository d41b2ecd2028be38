/** The message that tells staff, in a Discord channel of their own, what needs them. */

import type { Newsroom } from '../../model.js';
import type { Notice } from '../channel.js';
import { colourNumber, embedLimits } from './embed.js';
import { escapeWithin, lengthOf } from './markdown.js';

/** Code points of one thing's sentences. */
const longest = 600;

/** What feeds say is in the sentences: it is escaped, and can ping nobody. */
export function noticeMessage({ id, things, more }: Notice, newsroom: Newsroom) {
  const said = things.map(({ at, message, command }) => {
    const moment = `<t:${Math.floor(Date.parse(at) / 1000)}:f>`; // Each reader's app shows it in their own zone.
    return `${moment} ${escapeWithin(message, longest)}\n\`${command.replaceAll('`', '')}\``;
  });
  const listed: string[] = [];
  const rest = (count: number) => (count > 0 ? [`And ${count} more: \`broadsheet status\``] : []);
  for (const one of said) {
    const left = more + said.length - listed.length - 1;
    const together = [...listed, one, ...rest(Math.max(left, 1))].join('\n\n');
    if (lengthOf(together) > embedLimits.description) break;
    listed.push(one);
  }
  const count = things.length + more;
  const title = `${count === 1 ? 'One thing needs' : `${count} things need`} staff`;
  return {
    embeds: [
      {
        title,
        description: [...listed, ...rest(count - listed.length)].join('\n\n'),
        color: colourNumber('#c0392b'),
        footer: { text: newsroom.name },
      },
    ],
    allowed_mentions: { parse: [], roles: [] },
    nonce: id.slice(0, 25),
    enforce_nonce: true,
  };
}
