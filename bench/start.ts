/** How long the service takes from nothing to ready. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startService } from '../rig/service.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';
import { configure, type Engine, engineNames, onStage } from './stage.js';

/** Seconds that an embedded start may take: the first, which makes the database, and those after it. */
const wanted = { first: 4, again: 2 } as const;

export async function* start({ smoke }: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  for (const engine of smoke ? (['embedded'] as const) : (['embedded', 'redis'] as const)) {
    yield* onStage<Figure>(engine, async function* (stage) {
      const { directory } = stage;
      await configure(stage, { connections: 5 });
      // A data directory of its own: the stage's has a server that runs already.
      const env = { ...stage.env, PORT: '0', DATA_DIR: join(directory, 'fresh') };
      for (const time of ['first', 'again'] as const) {
        const name = `start: ${engineNames[engine]}, ${time === 'first' ? 'the first time' : 'once more'}`;
        io.say(name);
        const begun = performance.now();
        const service = await startService({ directory, env });
        const value = (performance.now() - begun) / 1000;
        await service.stop();
        yield figureOf(engine, time, name, value);
      }
      await rm(env.DATA_DIR, { recursive: true, force: true });
    });
  }
}

function figureOf(engine: Engine, time: keyof typeof wanted, name: string, value: number): Figure {
  const limit = engine === 'embedded' ? { wanted: { atMost: wanted[time] } } : {};
  return { name, value, unit: 's', ...limit };
}
