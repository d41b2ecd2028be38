/** What can be completed, read off the commands themselves, so that it never falls behind them. */

import type { Command, Option } from 'commander';

/** What comes after an option, or as an argument. */
export type Value =
  | { readonly of: 'choice'; readonly choices: readonly string[] }
  | { readonly of: 'file' }
  /** Anything else: nothing can be proposed. */
  | { readonly of: 'text'; readonly name: string };

export interface Flag {
  /** `-h` and `--help`. */
  readonly names: readonly string[];
  readonly summary: string;
  /** Undefined where it takes none. */
  readonly value?: Value;
}

export interface Branch {
  /** The words after `broadsheet`, such as `subscribers add`; empty for `broadsheet` itself. */
  readonly path: string;
  readonly flags: readonly Flag[];
  readonly values: readonly Value[];
  /** The commands below it, by their own name. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
}

/** The command and all below it, from the top down. */
export function branchesOf(command: Command, path = ''): Branch[] {
  const below = command.createHelp().visibleCommands(command);
  const branch: Branch = {
    path,
    flags: command.createHelp().visibleOptions(command).map(flagOf),
    values: command.registeredArguments.map((one) => valueFor(one.argChoices, one.name())),
    commands: below.map((one) => ({
      name: one.name(),
      summary: firstSentence(one.description()),
    })),
  };
  return [
    branch,
    ...below.flatMap((one) => {
      const inner = path ? `${path} ${one.name()}` : one.name();
      if (command.commands.includes(one)) return branchesOf(one, inner);
      // Commander's own `help` takes the name of another command.
      const choices = command.commands.map((other) => other.name());
      return [{ path: inner, flags: [], values: [valueFor(choices, 'command')], commands: [] }];
    }),
  ];
}

function flagOf({ short, long, description, flags, argChoices, required, optional }: Option): Flag {
  const names = [short, long].filter((name) => name !== undefined);
  if (!required && !optional) return { names, summary: description };
  const placeholder = /[<[](.+?)[\]>]/.exec(flags)?.[1] ?? '';
  return { names, summary: description, value: valueFor(argChoices, placeholder) };
}

function valueFor(choices: readonly string[] | undefined, name: string): Value {
  if (choices) return { of: 'choice', choices };
  return name === 'file' ? { of: 'file' } : { of: 'text', name };
}

function firstSentence(text: string): string {
  return (/^.*?[.:;](?=\s|$)/.exec(text)?.[0] ?? text).replace(/[.:;]$/, '');
}
