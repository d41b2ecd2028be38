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

/** The columns of numbers. Those that tell of trouble are left out where there is none, to fit a terminal. */
const numbers: readonly {
  readonly header: string;
  readonly of: keyof Progress;
  readonly always?: true;
}[] = [
  { header: 'HAD IT', of: 'accepted', always: true },
  { header: 'REJECTED', of: 'rejected' },
  { header: 'UNCERTAIN', of: 'uncertain' },
  { header: 'ON THE WIRE', of: 'onWire' },
  { header: 'WAITING', of: 'waiting', always: true },
];

/** A line for each edition and channel: who had it, who may have it, and who waits. */
export function progressTable(output: Output, editions: readonly EditionProgress[]): void {
  const each = editions.flatMap(({ progress }) => perChannel(progress));
  const shown = numbers.filter(
    ({ of, always }) => always || each.some(([, progress]) => progress[of] > 0),
  );
  const rows = editions.flatMap(({ id, kind, title, heldAt, state, progress }) => {
    const about = [
      id.slice(0, 8),
      heldAt ? 'held' : state === 'assembling' ? 'in the making' : kind,
    ];
    const lines = perChannel(progress).map(([channel, counts]) => [
      channel,
      ...shown.map(({ of }) => String(counts[of])),
    ]);
    if (lines.length === 0) lines.push(['', ...shown.map(() => '')]);
    return lines.map((line, index) =>
      index === 0 ? [...about, ...line, title] : ['', '', ...line, ''],
    );
  });
  output.table(
    [
      { header: 'EDITION' },
      { header: '' },
      { header: 'CHANNEL' },
      ...shown.map(({ header }) => ({ header, align: 'right' as const })),
      { header: 'TITLE', narrow: 'first' },
    ],
    rows,
  );
}
