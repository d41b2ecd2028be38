/** How far editions are, as a table. */

import type { ChannelName } from '../model.js';
import type { EditionProgress, Progress } from '../store/holds.js';
import type { Output } from './output.js';
import { progressOf } from './words.js';

const order: readonly ChannelName[] = ['email', 'discord', 'rss'];

function perChannel(progress: EditionProgress['progress']): [ChannelName, Progress][] {
  return order.flatMap((channel) => {
    const each = progress[channel];
    return each ? [[channel, each] as [ChannelName, Progress]] : [];
  });
}

/** A line for each channel of one edition. */
export function progressLines(output: Output, progress: EditionProgress['progress']): void {
  for (const [channel, each] of perChannel(progress)) {
    output.line(`  ${channel.padEnd(8)} ${progressOf(each)}`);
  }
}

/** A line for each edition and channel: who had it, who may have it, and who waits. */
export function progressTable(output: Output, editions: readonly EditionProgress[]): void {
  const number = (header: string) => ({ header, align: 'right' as const });
  const rows = editions.flatMap(({ id, kind, title, heldAt, state, progress }) => {
    const about = [
      id.slice(0, 8),
      heldAt ? 'held' : state === 'assembling' ? 'in the making' : kind,
    ];
    const lines = perChannel(progress).map(([channel, each]) => [
      channel,
      ...[each.accepted, each.rejected, each.uncertain, each.onWire, each.waiting].map(String),
    ]);
    if (lines.length === 0) lines.push(['', '', '', '', '', '']);
    return lines.map((line, index) =>
      index === 0 ? [...about, ...line, title] : ['', '', ...line, ''],
    );
  });
  output.table(
    [
      { header: 'EDITION' },
      { header: '' },
      { header: 'CHANNEL' },
      number('HAD IT'),
      number('REJECTED'),
      number('UNCERTAIN'),
      number('ON THE WIRE'),
      number('WAITING'),
      { header: 'TITLE', narrow: 'first' },
    ],
    rows,
  );
}
