import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const zsh = ['/usr/bin/zsh', '/bin/zsh'].find((path) => existsSync(path));

/** Whether this machine has zsh; "apt-get install zsh" brings it. */
export const zshPresent = zsh !== undefined;

/** What the interactive shell runs first: Tab writes down what is handed to \`compadd\`, and ends it. */
const setup = `
autoload -Uz compinit; compinit -u -D
source $SCRIPT
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a proposed
  builtin compadd -A proposed "$@"
  (( $#proposed )) && print -rl -- $proposed >> $FOUND
  builtin compadd "$@"
}
report() { _main_complete; exit }
zle -C report complete-word report
bindkey '^I' report
`;

/** Types a line at an interactive zsh on a terminal of its own, and presses Tab. */
const driver = `
zmodload zsh/zpty
zpty session 'zsh -f -i'
zpty -w session "source $SETUP"
zpty -w -n session "$LINE"$'\\t'
while zpty -r session output; do :; done
`;

/** What zsh proposes at the end of the line, in alphabetical order. */
export function completeInZsh(script: string, line: string, cwd: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-zsh-'));
  try {
    const found = join(folder, 'found');
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TERM: 'xterm',
      SCRIPT: join(folder, 'script'),
      SETUP: join(folder, 'setup'),
      FOUND: found,
      LINE: line,
    };
    writeFileSync(env.SCRIPT, script);
    writeFileSync(env.SETUP, setup);
    writeFileSync(found, '');
    const ran = spawnSync(zsh ?? 'zsh', ['-f', '-c', driver], {
      cwd,
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (ran.error) throw ran.error;
    const words = readFileSync(found, 'utf8').split('\n');
    return [...new Set(words.filter((word) => word !== ''))].sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
