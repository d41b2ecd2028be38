/** How a command ends. The help of `broadsheet` lists the same. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Wrong usage, or a config or an environment that is not right. */
  usage: 2,
  /** `check` found problems. */
  problems: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a sentence for staff. Throw it where there is nothing else to say. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  /** What `--json` prints instead of the sentence, where a command documents it. */
  readonly json?: unknown;

  /** `message` is one or more lines of full sentences that say what to do. */
  constructor(message: string, exitCode: ExitCode = exitCodes.failed, json?: unknown) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.json = json;
  }
}
