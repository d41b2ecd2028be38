import { spawnSync } from 'node:child_process';

const { error } = spawnSync('smtp-sink', { stdio: 'ignore', timeout: 60_000 });

/** Whether this machine has smtp-sink; "apt-get install postfix" brings it. */
export const sinkPresent = (error as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT';
