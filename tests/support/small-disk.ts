/** A disk of a few megabytes that a test may fill. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const mount = (path: string, megabytes: number) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path], {
    stdio: 'ignore',
  });
/** Also one that something still has open. */
const unmount = (path: string) => execFileSync('umount', ['-l', path], { stdio: 'ignore' });

/** Whether this process may mount one: root on Linux may, though not in every container. */
export const mayMount = (() => {
  const probe = mkdtempSync(join(tmpdir(), 'broadsheet-disk-'));
  try {
    mount(probe, 1);
    unmount(probe);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
})();

/** Mounts one at a path, which is made where it is not there, until the test is over. */
export async function smallDisk(path: string, megabytes: number) {
  await mkdir(path, { recursive: true });
  mount(path, megabytes);
  onTestFinished(() => void unmount(path));
  const filler = join(path, 'filler');
  return {
    /** Takes what is left, to the last page. */
    fill() {
      try {
        execFileSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' });
      } catch {
        // It ends so when nothing is left.
      }
    },
    /** Makes room again. */
    free: () => rm(filler, { force: true }),
  };
}
