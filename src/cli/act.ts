/** What the commands by which staff act have in common: who does it, why, and whether it is done. */

import type { Command } from 'commander';
import type { EditionId } from '../model.js';
import type { Act } from '../staff/act.js';
import { type Answer, ask } from './confirm.js';
import { exitCodes, Failure } from './exit.js';
import type { Io } from './io.js';
import { actorOf, type OpenedLedger } from './ledger.js';
import type { Output } from './output.js';

export interface ActOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/**
 * Adds the options. `confirmed` is for acts that reach readers: they are only done with --yes, or when
 * somebody at the terminal says so.
 */
export function actOptions(command: Command, { confirmed }: { confirmed: boolean }): Command {
  command
    .option('--reason <text>', 'why, for the record')
    .option('--as <name>', 'who does it, instead of the user of this system')
    .option('--dry-run', 'show what would be done, and do nothing');
  if (confirmed) command.option('--yes', 'do it without asking');
  return command.option('--config <file>', 'read this file instead of BROADSHEET_CONFIG');
}

/** How commands by which staff act end. */
export const actExits = {
  0: 'done, or there was nothing to do, or only the plan was shown',
  1: 'failed, or what is named is not there',
} as const;

/** Who does it and why. Throws a Failure where an act is to be done without a reason. */
export function actOf(options: ActOptions, at: Date): Act {
  return { actor: actorOf(options), reason: options.reason?.trim() ?? '', at };
}

/** Throws a Failure where it is to be done, and no reason is given. */
export function requireReason(options: ActOptions): void {
  if (!options.dryRun && !options.reason?.trim()) {
    throw new Failure('Say why with --reason "…".', exitCodes.usage);
  }
}

/**
 * Whether to do what was shown: with --yes, or when somebody at the terminal says so. Says how it is
 * done where it is not.
 */
export async function isWanted(
  io: Io,
  output: Output,
  options: ActOptions,
  confirm: () => Promise<Answer> = () => ask(io),
): Promise<boolean> {
  if (options.dryRun) return false;
  if (options.yes) {
    requireReason(options);
    return true;
  }
  if (options.json) return false;
  const answer = options.reason?.trim() ? await confirm() : 'not asked';
  if (answer === 'no') output.line('Nothing was done.');
  if (answer === 'not asked') output.line('Nothing was done. Add --reason "…" --yes to do it.');
  return answer === 'yes';
}

/** Waits for work, and says what it is when that takes longer than two seconds. */
export function patiently<Result>(
  output: Output,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  const slow = setTimeout(() => output.note(`${what} …`), 2_000);
  return work.finally(() => clearTimeout(slow));
}

/**
 * Has a running service deliver at once what waits of these editions, or of all; by itself it would look
 * within seconds.
 */
export async function wakeDelivery(
  ledger: OpenedLedger,
  editions?: readonly EditionId[],
): Promise<void> {
  const { dueDeliveries } = await import('../store/deliveries.js');
  const due = await dueDeliveries(ledger.database, ledger.now());
  const jobs = due.filter(({ editionId }) => !editions || editions.includes(editionId));
  if (jobs.length === 0) return;
  const queue = await ledger.queue();
  for (const job of jobs) await queue.deliver(job);
}
