/**
 * The command line. Commands register their options here and load what they work with only when
 * they run, so that `--help` and `config` answer at once.
 */

import { existsSync, readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { articles, show } from './commands/articles.js';
import { audit } from './commands/audit.js';
import { catchUp } from './commands/catch-up.js';
import { check } from './commands/check.js';
import { completion } from './commands/completion.js';
import { config } from './commands/config.js';
import { confirmRestore } from './commands/confirm-restore.js';
import { digest } from './commands/digest.js';
import { feeds } from './commands/feeds.js';
import { feedsAdopt } from './commands/feeds-adopt.js';
import { hold } from './commands/hold.js';
import { init } from './commands/init.js';
import { page } from './commands/page.js';
import { parse } from './commands/parse.js';
import { pause, resume } from './commands/pause.js';
import { poll } from './commands/poll.js';
import { preview } from './commands/preview.js';
import { release } from './commands/release.js';
import { resend } from './commands/resend.js';
import { serve } from './commands/serve.js';
import { status } from './commands/status.js';
import { subscribers } from './commands/subscribers.js';
import { subscribersExport } from './commands/subscribers-export.js';
import { forget } from './commands/subscribers-forget.js';
import { subscribersImport } from './commands/subscribers-import.js';
import { subscribersPause } from './commands/subscribers-pause.js';
import { exportPerson } from './commands/subscribers-person.js';
import { subscribersShow } from './commands/subscribers-show.js';
import { subscribersStats } from './commands/subscribers-stats.js';
import { suppress, unsuppress } from './commands/subscribers-suppress.js';
import { testSend } from './commands/test-send.js';
import { uncertain } from './commands/uncertain.js';
import { watch } from './commands/watch.js';
import { why } from './commands/why.js';
import { type ExitCode, exitCodes, Failure } from './exit.js';
import { type Io, processIo } from './io.js';
import { type Neighbours, realNeighbours } from './neighbours.js';
import { createOutput, type Output } from './output.js';

/** What a command is given. */
interface Cli {
  readonly io: Io;
  readonly output: Output;
  readonly neighbours: Neighbours;
  /** Adds a command that has `--json` and help with examples. `a b` is the command b of the group a. */
  command(name: string, help: CommandHelp): Command;
  /**
   * Makes an action of a handler: its exit code is that of the process, and what it throws is shown,
   * with `--json` as a document `{ "errors": [{ "message" }] }` or as the Failure says.
   */
  exits<Arguments extends unknown[]>(
    handler: (...args: Arguments) => Promise<ExitCode>,
  ): (...args: Arguments) => Promise<void>;
}

interface CommandHelp {
  readonly summary: string;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** The shape of what `--json` prints. */
  readonly json: string;
  /** What 0 and 1 mean for this command, and what else it ends with, where that is not the usual. */
  readonly exits?: Readonly<Record<number, string>>;
}

const usualExits: Readonly<Record<number, string>> = {
  [exitCodes.done]: 'done',
  [exitCodes.failed]: 'failed',
  [exitCodes.usage]: 'wrong usage, config or environment',
};

function exitsHelp(own: CommandHelp['exits']): string {
  const lines = Object.entries({ ...usualExits, ...own }).map(
    ([code, means]) => `  ${code}  ${means}`,
  );
  return `Exit codes:\n${lines.join('\n')}`;
}

/** Adds a command. It must load what it works with only in its action. */
export type Register = (cli: Cli) => void;

/** One line a command, in the order in which the help lists them. */
const commands: readonly Register[] = [
  serve,
  init,
  config,
  check,
  parse,
  status,
  watch,
  audit,
  feeds,
  feedsAdopt,
  poll,
  articles,
  show,
  page,
  preview,
  why,
  digest,
  catchUp,
  hold,
  release,
  pause,
  resume,
  uncertain,
  confirmRestore,
  resend,
  testSend,
  subscribers,
  subscribersImport,
  subscribersExport,
  subscribersShow,
  subscribersPause,
  suppress,
  unsuppress,
  forget,
  exportPerson,
  subscribersStats,
  completion,
];

const footer = `
Config and environment:
  The config is the file in BROADSHEET_CONFIG, else broadsheet.yaml in the working directory;
  without one, the demo runs. Secrets and addresses come from the environment or a file .env.
  Colour is used on a terminal only, and never where NO_COLOR is set.

Exit codes:
  0  done
  1  failed
  2  wrong usage, config or environment
  3  check found problems`;

/**
 * Runs one command line and resolves to its exit code; it never rejects.
 *
 * @param argv the words after `broadsheet`
 */
export async function run(
  argv: readonly string[],
  io: Io = processIo(),
  neighbours: Neighbours = realNeighbours,
): Promise<ExitCode> {
  const output = createOutput(io);
  const program = new Command('broadsheet');
  let code: ExitCode = exitCodes.done;

  // Subcommands copy these settings when they are made, so they come first.
  program
    .description('Carries what a newsroom publishes to its readers: e-mail, Discord and RSS.')
    .version(version())
    .exitOverride()
    // An option belongs to the command that it follows, also where that is within another.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => (io.isTTY ? io.columns : 100),
      getErrHelpWidth: () => (io.isTTY ? io.columns : 100),
      // What Commander writes is not coloured anyway.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Add --help for how to use this command.')
    .addHelpText('after', footer);

  function parentOf(name: string): Command {
    const [group, inner] = name.split(' ');
    if (!inner || !group) return program;
    const known = program.commands.find((one) => one.name() === group);
    return known ?? program.command(group).description(`Commands for ${group}.`);
  }

  const cli: Cli = {
    io,
    output,
    neighbours,
    command: (name, { summary, examples, json, exits }) =>
      parentOf(name)
        .command(name.split(' ').at(-1) ?? name)
        .description(summary)
        .option('--json', 'print JSON for other programs')
        .addHelpText(
          'after',
          `\nExamples:\n  ${examples.join('\n  ')}\n\nWith --json:\n  ${json}\n\n${exitsHelp(exits)}`,
        ),
    exits:
      (handler) =>
      async (...args) => {
        try {
          code = await handler(...args);
        } catch (error) {
          const command = args.at(-1);
          const json = command instanceof Command && command.opts().json === true;
          code = report(error, output, json, io.variables.LOG_LEVEL === 'debug');
        }
      },
  };
  for (const register of commands) register(cli);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what is wrong; only asking for help or the version is no mistake.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      // It speaks to stderr only, and other programs read JSON from stdout.
      const message = error.message.replace(/^error: /, '');
      if (argv.includes('--json')) output.json({ errors: [{ message }] });
      return exitCodes.usage;
    }
    return report(error, output, false, io.variables.LOG_LEVEL === 'debug');
  }
}

/** Shows what a command has thrown. What was meant to be read says all; anything else is worth its stack. */
function report(error: unknown, output: Output, json: boolean, debug: boolean): ExitCode {
  const failure = error instanceof Failure ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (json) output.json(failure?.json ?? { errors: [{ message }] });
  else output.note(message);
  if (!failure && error instanceof Error && (debug || !isMeant(error))) {
    output.note(debug ? (error.stack ?? '') : 'Set LOG_LEVEL=debug to see where this comes from.');
  }
  return failure?.exitCode ?? exitCodes.failed;
}

/** Whether we wrote it: our errors are plain ones, and full sentences. */
function isMeant(error: Error): boolean {
  return error.constructor === Error && /[.!?…]$/.test(error.message);
}

/** The compiled file lies one folder deeper below package.json than this one. */
function version(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
