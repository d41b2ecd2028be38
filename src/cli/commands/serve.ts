import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

/** `broadsheet serve`: the service, until it is stopped. */
export const serve: Register = ({ command, exits, io, output }) => {
  command('serve', {
    summary: 'Run Broadsheet: watch feeds, assemble editions, deliver them, and serve the web.',
    examples: [
      'broadsheet serve',
      'broadsheet serve --role watch,assemble,deliver',
      'broadsheet serve --config other.yaml',
    ],
    json: 'nothing: the log is JSON already, on stderr',
  })
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .option(
      '--role <roles>',
      'which parts to run: watch, assemble, deliver, web, inbound; all by default',
    )
    .action(
      exits(async (options: { config?: string; role?: string }) => {
        const { readSettings } = await import('../settings.js');
        const { roles: all } = await import('../../app.js');
        const { config, environment } = readSettings(io, options);
        const asked = options.role?.split(',').map((role) => role.trim()) ?? all;
        const unknown = asked.find((role) => !all.some((known) => known === role));
        if (unknown !== undefined) {
          const message = `There is no role "${unknown}". Write one or more of ${all.join(',')}.`;
          throw new Failure(message, exitCodes.usage);
        }
        const { inboundPort } = environment;
        if (options.role && asked.includes('inbound') && inboundPort === undefined) {
          const message =
            'The role "inbound" takes mail at INBOUND_PORT, which is not set. Write a port, such as 2525.';
          throw new Failure(message, exitCodes.usage);
        }
        const able = all.filter((role) => role !== 'inbound' || inboundPort !== undefined);
        const { serve: run } = await import('../../main.js');
        await run({
          config,
          env: environment,
          roles: able.filter((role) => asked.includes(role)),
          onReady: output.line,
          stop: stopSignal(() => output.note('Stopping. Press Ctrl-C again to stop at once.')),
        });
        // Whatever would not be closed, such as a connection to a server that says nothing, ends too.
        setTimeout(() => process.exit(exitCodes.done), 100).unref();
        return exitCodes.done;
      }),
    );
};

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(onFirst: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(exitCodes.failed);
      asked = true;
      onFirst();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
