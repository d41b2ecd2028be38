/** The service's processes, as a supervisor runs them: each is started again when it ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, sleep } from '../rig/child.js';
import type { ChannelName } from '../src/model.js';
import type { LedgerView } from './ledger.js';
import { type MemberName, members } from './plan.js';

const launcher = join(import.meta.dirname, '../bin/broadsheet.js');

const rolesOf: Readonly<Record<MemberName, string>> = {
  watch: 'watch,assemble',
  web: 'web',
  'deliver 1': 'deliver',
  'deliver 2': 'deliver',
  'deliver 3': 'deliver',
};

/** Milliseconds after which a process that ended is started again. */
const restartAfter = 300;
/** Milliseconds for which a process is frozen before it is killed: statements of its own come to their end. */
const frozenFor = 20;
/** Milliseconds that a process may take to stop when it is asked to. */
const patience = 30_000;

/** A delivery that was being written to the wire. */
export interface InFlight {
  readonly id: string;
  readonly channel: ChannelName;
}

export interface Kill {
  readonly whom: MemberName;
  /** Killed before it had said that it is ready. */
  readonly starting: boolean;
  readonly inFlight: readonly InFlight[];
}

/** A process that ended without being told to. */
export interface Exit {
  readonly whom: MemberName;
  readonly code: number | null;
  /** One that was not may have found its database or queue away. */
  readonly wasReady: boolean;
}

interface Member {
  readonly child: ChildProcess;
  readonly since: Date;
  readonly exited: Promise<unknown>;
  /** Milliseconds since 1970; undefined while it starts. */
  readyAt: number | undefined;
  expected: boolean;
}

export interface FleetOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** For the web alone. */
  readonly webPort: string;
  readonly ledger: LedgerView;
  readonly onReady: (whom: MemberName) => void;
}

export type Fleet = ReturnType<typeof createFleet>;

export function createFleet({ directory, env, webPort, ledger, onReady }: FleetOptions) {
  const running = new Map<MemberName, Member>();
  const exits: Exit[] = [];
  let stopping: Promise<MemberName[]> | undefined;

  function start(whom: MemberName): void {
    const child = spawn(process.execPath, [launcher, 'serve', '--role', rolesOf[whom]], {
      cwd: directory,
      // The others would listen there too, for who looks after them.
      env: { ...env, ...(whom === 'web' && { PORT: webPort }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const member: Member = {
      child,
      since: new Date(Date.now() - 1_000),
      exited: once(child, 'exit'),
      readyAt: undefined,
      expected: false,
    };
    running.set(whom, member);
    child.stderr?.pipe(createWriteStream(logOf(directory, whom), { flags: 'a' }));
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!/ is ready/.test(line)) return;
        member.readyAt = Date.now();
        onReady(whom);
      });
    }
    child.once('exit', (code) => {
      if (!member.expected) exits.push({ whom, code, wasReady: member.readyAt !== undefined });
      running.delete(whom);
      if (!stopping) setTimeout(() => !stopping && start(whom), restartAfter);
    });
  }

  const allReady = () => members.every((whom) => running.get(whom)?.readyAt !== undefined);

  /** Stops it in the middle of what it does; undefined where it does not run just now. */
  async function freeze(whom: MemberName): Promise<Frozen | undefined> {
    const member = running.get(whom);
    if (!member?.child.pid) return undefined;
    member.expected = true;
    // While it is frozen it still counts as alive, so nobody takes over what it has on the wire.
    member.child.kill('SIGSTOP');
    await sleep(frozenFor);
    const number = await ledger.processNumber(member.child.pid, member.since);
    const found = new Map<string, InFlight>();
    const ask = async () => {
      if (number === undefined) return;
      for (const one of await ledger.inFlight(number)) found.set(one.id, one);
    };
    await ask();
    return {
      async kill(serverIsAway = false) {
        member.child.kill('SIGKILL');
        await member.exited;
        // A statement that it had begun may have come to its end only now.
        if (!serverIsAway) await ask();
        return { whom, starting: member.readyAt === undefined, inFlight: [...found.values()] };
      },
    };
  }

  return {
    exits: exits as readonly Exit[],

    /** Starts all, and resolves when all are ready. */
    async start(signal: AbortSignal): Promise<void> {
      for (const whom of members) start(whom);
      await eventually(async () => (allReady() || signal.aborted ? true : undefined), {
        every: 50,
        within: 120_000,
        otherwise: `Not every process became ready. Their logs are in ${directory}.`,
      });
    },

    /** Milliseconds since it became ready; undefined while it starts. */
    life(whom: MemberName): number | undefined {
      const since = running.get(whom)?.readyAt;
      return since === undefined ? undefined : Date.now() - since;
    },
    freeze,

    async kill(whom: MemberName): Promise<Kill | undefined> {
      return (await freeze(whom))?.kill();
    },

    /** Asks all to stop, and resolves to those that did not end with 0; the second time to the same. */
    stop(): Promise<MemberName[]> {
      stopping ??= Promise.all([...running].map(end)).then((all) => all.flat());
      return stopping;
    },
  };
}

/** Resolves to its name where it did not end with 0, although it was ready. */
async function end([whom, member]: readonly [MemberName, Member]): Promise<MemberName[]> {
  member.expected = true;
  member.child.kill('SIGTERM');
  member.child.kill('SIGCONT'); // It may have been frozen when the run ended.
  const timer = setTimeout(() => member.child.kill('SIGKILL'), patience);
  await member.exited;
  clearTimeout(timer);
  return member.child.exitCode === 0 || member.readyAt === undefined ? [] : [whom];
}

interface Frozen {
  /** Resolves when it is dead, to what it had on the wire. */
  kill(serverIsAway?: boolean): Promise<Kill>;
}

function logOf(directory: string, whom: MemberName): string {
  return join(directory, `${whom.replace(' ', '-')}.log`);
}
