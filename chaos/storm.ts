/** Carries out a plan, one act after the other, so that what is in flight at each kill can be asked for. */

import { eventually, sleep } from '../rig/child.js';
import type { Fleet, Kill } from './fleet.js';
import type { LedgerView } from './ledger.js';
import type { Neighbours } from './neighbours.js';
import { type Act, describeAct, type MemberName, type Plan } from './plan.js';
import { discordChannels } from './service-config.js';

export interface StormOptions {
  readonly plan: Plan;
  readonly around: Pick<Neighbours, 'postgres' | 'redis' | 'newsroom' | 'discord'>;
  readonly fleet: Fleet;
  readonly ledger: LedgerView;
  /** Lets so many readers unsubscribe. */
  readonly leave: (readers: number) => Promise<void>;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface StormLog {
  readonly kills: readonly Kill[];
  /** What was done besides kills, by its name: how often. */
  readonly acts: ReadonlyMap<Act['act'], number>;
}

/** How long a moment that a kill waits for may take to come, in milliseconds. */
const patience = 20_000;

export type Storm = ReturnType<typeof createStorm>;

export function createStorm({ plan, around, fleet, ledger, leave, say, signal }: StormOptions) {
  const { postgres, redis, newsroom, discord } = around;
  const kills: Kill[] = [];
  const acts = new Map<Act['act'], number>();
  let turn: Promise<unknown> = Promise.resolve();

  /** Nothing is killed while the ledger is away or asked, but for what is killed on purpose then. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  function record(kill: Kill | undefined): void {
    if (!kill) return;
    kills.push(kill);
    const { whom, starting, inFlight } = kill;
    const of = (channel: string) => inFlight.filter((one) => one.channel === channel).length;
    const wire = ['email', 'discord', 'rss'].filter(of).map((name) => `${of(name)} ${name}`);
    const state = starting ? ' (it was just starting)' : '';
    say(`kill -9 ${whom}${state}; in flight: ${wire.join(', ') || 'nothing'}`);
  }

  const kill = (whom: MemberName) => inTurn(async () => record(await fleet.kill(whom)));

  async function untilReady(whom: MemberName, life: number): Promise<void> {
    const deadline = Date.now() + patience;
    while (!signal.aborted && (fleet.life(whom) ?? -1) < life && Date.now() < deadline) {
      await sleep(20);
    }
  }

  async function perform(act: Act): Promise<void> {
    acts.set(act.act, (acts.get(act.act) ?? 0) + 1);
    if (act.act === 'kill') {
      if (act.life !== undefined) await untilReady(act.whom, act.life);
      return kill(act.whom);
    }
    say(describeAct(act));
    switch (act.act) {
      case 'flush':
        return inTurn(() => (redis ? redis.flush() : ledger.emptyQueue()));
      case 'restart-redis':
        return inTurn(async () => redis?.restart());
      case 'restart-postgres':
        return inTurn(async () => {
          const frozen = act.whom && (await fleet.freeze(act.whom));
          await postgres.stop(act.mode);
          record(await frozen?.kill(true));
          await postgres.start();
        });
      case 'publish': {
        newsroom.publish('wire');
        const channel = plan.chance.pick(discordChannels).id;
        if (act.fault) discord.inject({ ...act.fault, channel });
        return;
      }
      case 'leave':
        return leave(act.readers);
    }
  }

  return {
    log: { kills, acts } satisfies StormLog,

    /** Publishes an article to all readers, and kills the watcher at its worst moments. */
    async publishToReaders(): Promise<void> {
      const { title } = newsroom.publish('readers');
      say(`${title} is published to all readers`);
      const ready = await ledger.ready();
      await Promise.race([newsroom.nextFetch(), sleep(patience)]);
      await sleep(plan.killAfterFetch);
      if (signal.aborted) return;
      say('the watcher has just fetched the feed:');
      await kill('watch');
      const seen = await eventually(
        async () => {
          if (await ledger.assembling()) return 'assembling';
          return (await ledger.ready()) > ready || signal.aborted ? 'over' : undefined;
        },
        { every: 3, within: patience, otherwise: '' },
      ).catch(() => 'over');
      if (seen !== 'assembling' || signal.aborted) return;
      say('the edition is just being assembled:');
      await kill('watch');
    },

    /** Resolves when the plan is carried out, `within` milliseconds are over, or the signal aborts. */
    async carryOut(within: number): Promise<void> {
      const begun = Date.now();
      for (const act of plan.acts) {
        while (!signal.aborted && Date.now() - begun < act.at) await sleep(20);
        if (signal.aborted || Date.now() - begun > within) return;
        await perform(act);
      }
    },
  };
}
