import type { Happening } from '../../staff/watch.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import { cut } from '../output.js';
import { howLong, progressOf } from '../words.js';

/** Milliseconds between two looks. */
const every = 1_000;

/** `broadsheet watch`: what happens, live. */
export const watch: Register = ({ command, exits, io, output }) => {
  command('watch', {
    summary:
      'Follow live what happens: polls, releases, editions and their progress, holds and pauses. Ctrl-C ends it.',
    examples: ['broadsheet watch', 'broadsheet watch --for 10m', 'broadsheet watch --json'],
    json: 'one document a line: { "at", "kind", "level", "actor", "subject", "message", "channel"?, "progress"?: { "accepted", "rejected", "uncertain", "skipped", "onWire", "waiting", "unrendered" } }',
    exits: { 0: 'ended by --for or Ctrl-C' },
  })
    .option('--for <time>', 'end by itself after this time, such as 10s or 5m', howLong)
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(async (options: { for?: number; config?: string; json?: boolean }) => {
        const { withLedger } = await import('../ledger.js');
        const { follow } = await import('../../staff/watch.js');
        const stop = new AbortController();
        const end = () => stop.abort();
        process.once('SIGINT', end);
        const timer = options.for && setTimeout(end, options.for * 1000);
        try {
          return await withLedger(io, options, async ({ database, config, now }) => {
            const pause = () => next(stop.signal);
            for await (const happening of follow({ database, now, pause })) {
              if (options.json) io.stdout.write(`${JSON.stringify(happening)}\n`);
              else output.line(line(happening, config.newsroom.timezone));
            }
            return exitCodes.done;
          });
        } finally {
          process.off('SIGINT', end);
          clearTimeout(timer);
        }
      }),
    );

  function line(
    { at, level, actor, subject, message, channel, progress }: Happening,
    zone: string,
  ) {
    const time = new Date(at).toLocaleTimeString('sv-SE', { timeZone: zone });
    const [kind = '', id = ''] = subject.split(':');
    const about = kind === 'feed' ? id : kind === 'service' ? kind : `${kind} ${id.slice(0, 8)}`;
    const what =
      channel && progress ? `“${cut(message, 40)}”, ${channel}: ${progressOf(progress)}` : message;
    const who = actor === 'schedule' ? '' : `${actor}: `;
    const text = `${who}${what}`.replace(/\p{Cc}+/gu, ' ');
    return `${output.paint('dim', `${time}  ${about.trim().padEnd(16)}`)}  ${level === 'attention' ? output.paint('yellow', text) : text}`;
  }
};

/** Waits for the next look; to false where the signal has stopped it. */
function next(signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(done, every);
    signal.addEventListener('abort', done);
  });
}
