/** What a notice to staff says. Pure. */

import { createHash } from 'node:crypto';
import type { Notice } from '../channels/channel.js';
import type { ToTell } from '../store/told.js';

/** Things that one notice spells out; what is beyond, `broadsheet status` shows. */
const longest = 20;

/** `way` is in the id, so that each mailbox gets a message of its own. The events are the oldest first. */
export function noticeOf(events: readonly ToTell[], way: string, at: Date): Notice {
  const ids = events.map(({ id }) => id);
  return {
    id: createHash('sha256')
      .update(JSON.stringify([way, ids]))
      .digest('hex')
      .slice(0, 32),
    at: at.toISOString(),
    things: events.slice(0, longest).map((event) => ({
      at: event.at.toISOString(),
      message: event.message,
      command: commandFor(event),
    })),
    more: Math.max(0, events.length - longest),
  };
}

/** What shows more of it. */
function commandFor({ kind, subject }: ToTell): string {
  const [what, id = ''] = subject.split(':');
  const short = id.slice(0, 8);
  if (kind === 'feed.held') return 'broadsheet articles --held';
  if (what === 'feed') return `broadsheet feeds ${id}`;
  if (kind === 'delivery.uncertain') return `broadsheet uncertain ${short}`;
  if (what === 'article') return `broadsheet show ${short}`;
  if (what === 'edition') return `broadsheet preview ${short}`;
  if (what === 'neighbour') return 'broadsheet check';
  return 'broadsheet status';
}
