/** A process that has just started compiles its code while it sends. What is measured is one that runs. */

import { eventually } from '../rig/child.js';
import type { Program } from '../src/model.js';
import { freezeTenArticles, program } from './edition.js';
import { mailEnded } from './receipts.js';
import type { Stage } from './stage.js';

const warmUpProgram: Program = { ...program, id: 'warm-up' };

/** Sends an edition of its own to some of the readers, who are there already, and returns its title. */
export async function warmUp({ database, directory }: Stage): Promise<string> {
  await database.query(
    `insert into subscriptions (destination_id, program_id, cadence, since, covered_until)
     select id, $1, 'instant', now(), 0 from destinations limit 8000 on conflict do nothing`,
    [warmUpProgram.id],
  );
  const title = `Warm-up ${Date.now()}`;
  const edition = await freezeTenArticles(database, title, warmUpProgram);
  await eventually(async () => (await mailEnded(database, edition)) || undefined, {
    every: 50,
    within: 120_000,
    otherwise: `The warm-up did not come to its end. What the service said is in ${directory}.`,
  });
  return title;
}
