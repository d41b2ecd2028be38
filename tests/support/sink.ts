import { spawnSync } from 'node:child_process';

/** Whether this machine has smtp-sink; "apt-get install postfix" brings it. */
export const sinkPresent =
  spawnSync('smtp-sink', { stdio: 'ignore', timeout: 5_000 }).error === undefined;
