/** What every command begins with: the config and the environment, or all that is wrong with them. */

import type { Config, Environment } from '../config/config.js';
import { configFileOf, readEnvironment } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { type ConfigError, formatProblem, type Problem } from '../config/problem.js';
import { validateTogether } from '../config/together.js';
import { exitCodes, Failure } from './exit.js';
import type { Io } from './io.js';

export interface Settings {
  /** Undefined where there is no config file, which means the demo. */
  readonly config: Config | undefined;
  readonly environment: Environment;
}

/**
 * Reads and validates config and environment together. Throws a Failure with everything that is
 * wrong, whose JSON is `{ "errors": [{ "path", "message", "fix", "file"?, "line"?, "column"? }] }`.
 *
 * @param options.config the file of `--config`, which wins over BROADSHEET_CONFIG
 */
export function readSettings(io: Io, options: { readonly config?: string }): Settings {
  const variables = options.config
    ? { ...io.variables, BROADSHEET_CONFIG: options.config }
    : io.variables;
  const read = readEnvironment(variables, io.directory);
  const environment = 'environment' in read ? read.environment : undefined;
  // Read apart from the environment: a wrong variable must not hide what is wrong in the file.
  const file = configFileOf(variables, io.directory);
  const loaded = file ? loadConfig(file) : undefined;
  const config = loaded && 'config' in loaded ? loaded.config : undefined;

  const problems: (Problem | ConfigError)[] = [
    ...('errors' in read ? read.errors : []),
    ...(loaded && 'errors' in loaded ? loaded.errors : []),
    ...(config && environment ? validateTogether(config, environment) : []),
  ];
  if (problems.length > 0 || !environment) {
    const text = problems.map((problem) => formatProblem(problem, io.directory)).join('\n');
    throw new Failure(text, exitCodes.usage, { errors: problems });
  }
  return { config, environment };
}

/** The config alone, or undefined where there is none: for what needs nothing of the environment. */
export function readConfig(io: Io, options: { readonly config?: string }): Config | undefined {
  const file = configFileOf(
    { ...io.variables, ...(options.config && { BROADSHEET_CONFIG: options.config }) },
    io.directory,
  );
  const loaded = file === undefined ? undefined : loadConfig(file);
  if (loaded && 'errors' in loaded) {
    const problems = loaded.errors.map((problem) => formatProblem(problem, io.directory));
    throw new Failure(problems.join('\n'), exitCodes.usage, { errors: loaded.errors });
  }
  return loaded?.config;
}
