import { execFileSync } from 'node:child_process';

/** Worker threads and spawned services run the compiled code, so it is compiled before any test. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
