/** What is done to the service and when, decided from the seed before anything starts. */

import type { Fault } from '../sandbox/discord/index.js';
import { Chance } from '../sandbox/newsroom/chance.js';
import type { ChaosOptions } from './options.js';

/** The processes of the run: one that watches and assembles, one for the web, three that deliver. */
export const members = ['watch', 'web', 'deliver 1', 'deliver 2', 'deliver 3'] as const;
export type MemberName = (typeof members)[number];

export type DiscordFault = Pick<Fault, 'kind' | 'seconds'>;

export type Act =
  /**
   * `life`: milliseconds that the process is left after it was ready, so that slow machines get on too.
   * Undefined: it is killed in whatever state it is, also while it starts.
   */
  | { readonly act: 'kill'; readonly whom: MemberName; readonly life?: number }
  /** All that waits in the queue is gone: FLUSHALL, or its tables emptied. */
  | { readonly act: 'flush' }
  /** The queue's Redis is killed, and started again empty. */
  | { readonly act: 'restart-redis' }
  /** `immediate` is a crash; one process is killed while the server is away where `whom` is given. */
  | {
      readonly act: 'restart-postgres';
      readonly mode: 'fast' | 'immediate';
      readonly whom?: MemberName;
    }
  /** Some readers unsubscribe, through the web. */
  | { readonly act: 'leave'; readonly readers: number }
  /** An article for Discord and the output feeds alone, and a fault that strikes one of its posts. */
  | { readonly act: 'publish'; readonly fault?: DiscordFault };

export type PlannedAct = Act & {
  /** Milliseconds after the first edition was assembled. */
  readonly at: number;
};

export interface Plan {
  readonly acts: readonly PlannedAct[];
  /** Milliseconds after the feed was asked for at which the watcher that asked is killed. */
  readonly killAfterFetch: number;
  /** Of each connection to the mail server: whether it drops after the final dot of its first message. */
  readonly drops: () => boolean;
  /** Picks readers and Discord channels. */
  readonly chance: Chance;
}

/** What Discord does to one post. */
const faults: readonly DiscordFault[] = [
  { kind: 'drop after commit' },
  { kind: '502 after commit' },
  { kind: 'slow answer', seconds: 2 },
  { kind: 'slow commit', seconds: 2 },
];
/** The next attempt waits a minute after it, so it strikes once, and only in a longer run. */
const refusing: DiscordFault = { kind: 'drop before commit' };

/** Share of the connections to the mail server that drop. */
const dropping = 0.12;

export function makePlan(
  options: Pick<ChaosOptions, 'seed' | 'seconds' | 'kills' | 'engine'>,
): Plan {
  const chance = new Chance(`${options.seed}/plan`);
  const end = options.seconds * 1000;
  const acts: PlannedAct[] = [];

  for (let at = chance.between(300, 1_000); at < end; at += chance.between(900, 2_000)) {
    if (options.kills !== undefined && acts.length >= options.kills) break;
    const whom = chance.pick(members);
    const life = chance.between(0, 3_000);
    const atOnce = chance.next() < 0.15;
    acts.push({ at, act: 'kill', whom, ...(!atOnce && { life }) });
  }
  // What is done less often comes once in each stretch of the run.
  const stretch = (length: number, act: () => Act) => {
    const count = Math.max(1, Math.round(end / length));
    for (let n = 0; n < count; n++) {
      acts.push({ at: ((n + chance.between(0.1, 0.6)) * end) / count, ...act() });
    }
  };
  stretch(20_000, () => ({ act: 'flush' }));
  stretch(30_000, () => ({
    act: 'restart-postgres',
    mode: chance.pick(['fast', 'immediate'] as const),
    ...(chance.next() < 0.5 && options.kills === undefined && { whom: chance.pick(members) }),
  }));
  if (options.engine === 'redis') stretch(45_000, () => ({ act: 'restart-redis' }));
  let published = 0;
  stretch(3_000, () => {
    const last = published++ === 2 && options.seconds >= 30;
    const fault = last ? refusing : chance.next() < 0.8 ? chance.pick(faults) : undefined;
    return { act: 'publish', ...(fault && { fault }) };
  });
  stretch(6_000, () => ({ act: 'leave', readers: 3 }));

  const ofConnections = new Chance(`${options.seed}/connections`);
  return {
    acts: acts.sort((a, b) => a.at - b.at),
    killAfterFetch: chance.between(0, 150),
    drops: () => ofConnections.next() < dropping,
    chance: new Chance(`${options.seed}/run`),
  };
}

/** What is done, for whoever watches. */
export function describeAct(act: Act): string {
  switch (act.act) {
    case 'kill':
      return `kill -9 ${act.whom}`;
    case 'flush':
      return 'everything in the queue is deleted';
    case 'restart-redis':
      return 'kill -9 redis-server, and start it again';
    case 'restart-postgres': {
      const how =
        act.mode === 'immediate' ? 'PostgreSQL crashes and comes back' : 'PostgreSQL restarts';
      return act.whom ? `${how}, and kill -9 ${act.whom} while it is away` : how;
    }
    case 'publish':
      return `a further article, and Discord has ${act.fault ? `the fault "${act.fault.kind}"` : 'no fault'}`;
    case 'leave':
      return `${act.readers} readers unsubscribe`;
  }
}
