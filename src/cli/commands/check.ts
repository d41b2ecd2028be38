import type { Finding } from '../../model.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

const styles = { ok: 'green', warning: 'yellow', error: 'red' } as const;

/** `broadsheet check`: whether everything that the config names is there and works. */
export const check: Register = ({ command, exits, io, output, neighbours }) => {
  command('check', {
    summary: 'Validate config and environment, then try every neighbour without reaching a reader.',
    examples: [
      'broadsheet check',
      'broadsheet check --json',
      'broadsheet check --config other.yaml',
    ],
    json: '{ "ok": boolean, "findings": [{ "subject", "level": "ok" | "warning" | "error", "message" }] }\n  or, where config or environment are wrong, { "errors": [{ "path", "message", "fix", "file"?, "line"?, "column"? }] }',
    exits: { 3: 'the config is right, and something that was tried has a problem' },
  })
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (options: { config?: string; json?: boolean }) => {
        const { readSettings } = await import('../settings.js');
        const { runChecks } = await import('../checks.js');
        const { config, environment } = readSettings(io, options);
        if (!config) {
          throw new Failure(
            'There is no config file to check, so the demo would run. Write one with: broadsheet init --feed URL, or name it in BROADSHEET_CONFIG.',
            exitCodes.usage,
          );
        }

        const findings: Finding[] = [];
        const add = (finding: Finding) => {
          findings.push(finding);
          if (options.json) return;
          const level = output.paint(styles[finding.level], finding.level.padEnd(7));
          output.line(`${level}  ${output.paint('bold', finding.subject)}: ${finding.message}`);
        };
        const count = (list: readonly unknown[], what: string) =>
          `${list.length} ${what}${list.length === 1 ? '' : 's'}`;
        add({
          subject: 'config',
          level: 'ok',
          message: `It is right, and names ${count(config.feeds, 'feed')}, ${count(config.programs, 'program')} and ${count(config.discord.channels, 'Discord channel')}.`,
        });
        const checks = await neighbours.checks(config, environment);
        if (!options.json) output.note(`Trying ${count(checks, 'neighbour')} …`);
        for await (const finding of runChecks(checks)) add(finding);

        const wrong = findings.filter(({ level }) => level === 'error');
        if (options.json) output.json({ ok: wrong.length === 0, findings });
        else if (wrong.length > 0) output.note(`Found ${count(wrong, 'problem')}.`);
        return wrong.length > 0 ? exitCodes.problems : exitCodes.done;
      }),
    );
};
