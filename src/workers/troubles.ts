/** Tells staff of deliveries that ended so that they have to look: one event for all of an edition and channel. */

import type { ChannelName, EditionId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { firstTitle } from '../store/editions.js';
import { recordEvent } from '../store/events.js';
import { putFailing } from '../store/neighbours.js';
import { type Trouble, takeTroubles } from '../store/troubles.js';
import { closed, count } from '../templates/plain.js';

/** Milliseconds that an edition has to settle, before what is known of it is told. */
const patience = 10 * 60_000;

/** In a transaction of the caller's, which is alone in this. */
export async function reportTroubles(tx: Queryable, at: Date): Promise<void> {
  const before = new Date(at.getTime() - patience);
  const groups = new Map<string, Trouble[]>();
  for (const trouble of await takeTroubles(tx, before)) {
    if (trouble.kind === 'refused') {
      // The destination is one of the config: it is a neighbour that fails, whatever the edition.
      const { destinationId, detail: message, settledAt } = trouble;
      await putFailing(tx, { name: `destination:${destinationId}`, message, at: settledAt });
      continue;
    }
    const key = `${trouble.editionId} ${trouble.channel} ${trouble.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), trouble]);
  }
  for (const group of groups.values()) {
    const [first] = group as [Trouble];
    await recordEvent(tx, {
      at,
      actor: 'schedule',
      kind: first.kind === 'uncertain' ? 'delivery.uncertain' : 'delivery.given-up',
      level: 'attention',
      subject: `edition:${first.editionId}`,
      message: sentence(first, group.length),
    });
  }
}

/** Tells of deliveries that were skipped as they had waited too long; `reason` is a full sentence. */
export async function tellOfLate(
  tx: Queryable,
  { editionId, channel }: { readonly editionId: EditionId; readonly channel: ChannelName },
  late: { readonly skipped: number; readonly reason: string; readonly at: Date },
): Promise<void> {
  const { skipped, reason, at } = late;
  const title = await firstTitle(tx, editionId);
  await recordEvent(tx, {
    at,
    actor: 'schedule',
    kind: 'delivery.late',
    level: 'attention',
    subject: `edition:${editionId}`,
    message: `${count(skipped, 'delivery', 'deliveries')} ${ways[channel]} of the alert “${title}” ${skipped === 1 ? 'was' : 'were'} skipped. ${reason} Send it all the same with: broadsheet resend ${editionId.slice(0, 8)}`,
  });
}

const ways: Readonly<Record<ChannelName, string>> = {
  email: 'by e-mail',
  discord: 'to Discord',
  rss: 'to output feeds',
};

function sentence(
  { kind, edition, title, channel, detail, editionId }: Trouble,
  n: number,
): string {
  const these = `${count(n, 'delivery', 'deliveries')} ${ways[channel]} of the ${edition} “${title}”`;
  const short = editionId.slice(0, 8);
  if (kind === 'uncertain') {
    return `${these} may have arrived or not, and nothing is sent again by itself. ${closed(detail)} Settle them with: broadsheet uncertain`;
  }
  return `${these} did not arrive, and will not be tried any more. ${closed(detail)} Send again with: broadsheet resend ${short} --only rejected`;
}
