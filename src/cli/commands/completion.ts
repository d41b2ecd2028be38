import { Argument, type Command } from 'commander';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';

const shells = ['bash', 'zsh'] as const;

/** `broadsheet completion`: tab completion for a shell. */
export const completion: Register = ({ command, exits, output }) => {
  command('completion', {
    summary: 'Print what gives bash or zsh tab completion of commands, options and their choices.',
    examples: [
      'source <(broadsheet completion bash)    # in ~/.bashrc',
      'source <(broadsheet completion zsh)     # in ~/.zshrc, after compinit',
    ],
    json: '{ "shell", "script" }',
  })
    .addArgument(new Argument('<shell>', 'for which shell').choices(shells))
    .action(
      exits(async (shell: (typeof shells)[number], options: { json?: boolean }, self: Command) => {
        const [{ branchesOf }, { bashScript }, { zshScript }] = await Promise.all([
          import('../completion/tree.js'),
          import('../completion/bash.js'),
          import('../completion/zsh.js'),
        ]);
        const branches = branchesOf(self.parent ?? self);
        const script = { bash: bashScript, zsh: zshScript }[shell](branches);
        if (options.json) output.json({ shell, script });
        else output.line(script.trimEnd());
        return exitCodes.done;
      }),
    );
};
