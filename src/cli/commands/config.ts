import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';

/** `broadsheet config`: the effective settings, so that nobody has to guess what is in force. */
export const config: Register = ({ command, exits, io, output }) => {
  command('config', {
    summary: 'Print the effective config and environment, defaults filled in and secrets masked.',
    examples: [
      'broadsheet config',
      'broadsheet config --json',
      'broadsheet config --config other.yaml',
    ],
    json: '{ "file": path or null, "config": as in the file or null, "environment": { NAME: value or null } }',
  })
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (options: { config?: string; json?: boolean }) => {
        const { readSettings } = await import('../settings.js');
        const { mask } = await import('../../config/mask.js');
        const settings = readSettings(io, options);
        const masked = mask(settings.config, settings.environment);
        const file = settings.environment.configFile ?? null;
        if (options.json) {
          output.json({ file, ...masked });
          return exitCodes.done;
        }
        if (masked.config) {
          const { stringify } = await import('yaml');
          output.line(output.paint('dim', `# ${file}`));
          output.line(stringify(masked.config, { lineWidth: 0 }).trimEnd());
        } else {
          output.line('# There is no config file, so the demo runs.');
          output.line('# Write one with: broadsheet init --feed URL');
        }
        output.line();
        output.line('# The environment');
        for (const [name, value] of Object.entries(masked.environment)) {
          output.line(value === null ? `# ${name} is not set` : `# ${name}=${value}`);
        }
        return exitCodes.done;
      }),
    );
};
