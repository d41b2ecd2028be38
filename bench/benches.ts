/** What there is to measure. */

import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions, Part } from './options.js';

export type Bench = (options: BenchOptions, io: BenchIo) => AsyncGenerator<Figure>;

/** Loaded when it is their turn: what one has loaded would count in another's memory. */
export const benches: Readonly<Record<Part, () => Promise<Bench>>> = {
  mail: async () => (await import('./mail.js')).mail,
  latency: async () => (await import('./latency.js')).latency,
  render: async () => (await import('./render.js')).render,
  start: async () => (await import('./start.js')).start,
  watch: async () => (await import('./watch.js')).watch,
  scale: async () => (await import('./scale.js')).scale,
};
