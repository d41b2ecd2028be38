/**
 * How fast an edition of ten articles goes out by mail, with the ledger on: beside smtp-source, which is
 * what the mail server can take, and beside what people write with nodemailer.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { eventually, execute, requireProgram } from '../rig/child.js';
import { addReaders } from '../rig/readers.js';
import { startService } from '../rig/service.js';
import { fillMail, renderMail } from '../src/templates/email/mail.js';
import { freezeTenArticles, mailOctets, newsroom, program, tenArticles } from './edition.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';
import { peakMemory, processorTime } from './process.js';
import { mailEnded, mailTimes } from './receipts.js';
import { configure, engineNames, onStage, type Stage } from './stage.js';
import { warmUp } from './warm-up.js';

interface Run {
  readonly connections: number;
  readonly processes: number;
  readonly signed: boolean;
}

/** Each is a thousand messages or more, so that the beginning does not count. */
const runs: readonly Run[] = [false, true].flatMap((signed) => [
  { connections: 1, processes: 1, signed },
  { connections: 5, processes: 1, signed },
  { connections: 10, processes: 1, signed },
  { connections: 10, processes: 2, signed },
]);

export async function* mail(options: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  requireProgram('smtp-sink', 'postfix');
  requireProgram('openssl', 'openssl');
  const best = new Map<string, number>();
  for (const engine of options.smoke ? (['redis'] as const) : (['redis', 'embedded'] as const)) {
    if (engine === 'redis') requireProgram('redis-server', 'redis-server');
    yield* onStage<Figure>(engine, async function* (stage) {
      const dkimKey = join(stage.directory, 'dkim.pem');
      await execute('openssl', ['genrsa', '-out', dkimKey, '2048']);
      const plain = { false: 0, true: 0 };
      for (const signed of [false, true]) {
        io.say(`nodemailer, composing each message${signed ? ' and signing it' : ''}`);
        const rate = await nodemailer(stage, options.readers / 10, signed ? dkimKey : undefined);
        plain[`${signed}`] = rate;
        yield {
          name: `mail: nodemailer, composed each, 5 connections${signed ? ', DKIM' : ''}`,
          value: rate,
          unit: 'messages/s',
        };
      }
      let first = true;
      for (const run of options.smoke
        ? runs.filter(({ connections }) => connections === 5)
        : runs) {
        const name = `mail: ${engineNames[engine]}, ${run.processes} × ${run.connections} connections${run.signed ? ', DKIM' : ''}`;
        io.say(name);
        const ceiling = await smtpSource(stage, run.connections * run.processes, options.readers);
        const { rate, cpu, memory } = await edition(stage, run, {
          readers: options.readers,
          dkimKey,
          first,
        });
        first = false;
        yield {
          name,
          value: rate,
          unit: 'messages/s',
          ratio: { is: rate / ceiling, of: 'smtp-source' },
        };
        yield { name: `${name}: processor time`, value: cpu, unit: 'ms/message' };
        yield {
          name: `${name}: most memory`,
          value: memory,
          unit: 'MB',
          wanted: { atMost: 250 },
        };
        const kind = `${engine} ${run.signed}`;
        best.set(`${kind} source`, Math.max(best.get(`${kind} source`) ?? 0, rate / ceiling));
        best.set(kind, Math.max(best.get(kind) ?? 0, rate));
        best.set(
          `${kind} plain`,
          Math.max(best.get(`${kind} plain`) ?? 0, rate / plain[`${run.signed}`]),
        );
      }
    });
  }
  for (const [signed, ofSource, ofPlain] of [
    [false, 0.5, 4],
    [true, 0.28, 5],
  ] as const) {
    const [kind, with_] = [`redis ${signed}`, signed ? ', DKIM' : ''];
    const value = best.get(kind) ?? 0;
    const of = (name: string) => best.get(`${kind} ${name}`) ?? 0;
    yield {
      name: `mail: the best${with_}`,
      value,
      unit: 'messages/s',
      ratio: { is: of('source'), of: 'smtp-source' },
      wanted: { atLeast: ofSource },
    };
    yield {
      name: `mail: the best${with_}`,
      value,
      unit: 'messages/s',
      ratio: { is: of('plain'), of: 'nodemailer' },
      wanted: { atLeast: ofPlain },
    };
    const embedded = best.get(`embedded ${signed}`);
    if (embedded === undefined) continue;
    yield {
      name: `mail: the best, embedded${with_}`,
      value: embedded,
      unit: 'messages/s',
      ratio: { is: embedded / value, of: 'that with Redis' },
      wanted: { atLeast: 0.8 },
    };
  }
}

/** Messages a second that smtp-source brings to the same mail server. */
async function smtpSource({ sink }: Stage, sessions: number, messages: number): Promise<number> {
  const begun = performance.now();
  // biome-ignore format: one option a line says less than the command as it is typed
  await execute('smtp-source', ['-d', '-l', String(mailOctets), '-m', String(messages), '-s', String(sessions), '-f', 'a@bench.example', '-t', 'b@readers.example', `127.0.0.1:${sink.port}`]);
  return perSecond(messages, begun);
}

const perSecond = (count: number, begun: number) => (count / (performance.now() - begun)) * 1000;

/** Until its code is compiled, too. */
const warmUpMessages = 300;

/** What people write: a pool, and a message composed for each reader. */
async function nodemailer(
  { sink }: Stage,
  messages: number,
  dkimKey: string | undefined,
): Promise<number> {
  const pool = createTransport({
    pool: true,
    host: '127.0.0.1',
    port: sink.port,
    ignoreTLS: true,
    maxConnections: 5,
    maxMessages: Number.POSITIVE_INFINITY,
    ...(dkimKey && {
      dkim: {
        domainName: 'bench.example',
        keySelector: 'bench',
        privateKey: readFileSync(dkimKey, 'utf8'),
      },
    }),
  });
  const rendered = await renderMail(tenArticles(), newsroom);
  const send = (n: number) => {
    const link = (page: string) =>
      `https://news.bench.example/${page}/1.${n}.abcdefghijklmnopqrstuvwxyz`;
    const filled = fillMail(rendered, {
      unsubscribe: link('unsubscribe'),
      preferences: link('preferences'),
      webView: link('editions'),
      programs: [program.id],
    });
    return pool.sendMail({
      from: 'news@bench.example',
      to: `reader${n}@readers.example`,
      subject: rendered.subject,
      headers: { 'List-Unsubscribe': `<${link('unsubscribe')}>` },
      ...filled,
    });
  };
  let next = 0;
  const sendUpTo = (last: number) => {
    const lane = async () => {
      while (next < last) await send(++next);
    };
    return Promise.all(Array.from({ length: 10 }, lane));
  };
  await sendUpTo(warmUpMessages);
  const begun = performance.now();
  await sendUpTo(warmUpMessages + messages);
  pool.close();
  return perSecond(messages, begun);
}

/** Sends one edition through processes of the service. */
async function edition(
  stage: Stage,
  { connections, processes, signed }: Run,
  options: { readonly readers: number; readonly dkimKey: string; readonly first: boolean },
) {
  const { directory, env, database } = stage;
  const { readers, dkimKey, first } = options;
  await configure(stage, { connections, ...(signed && { dkimKey }) });
  const services = [];
  for (let n = 0; n < processes; n++)
    services.push(await startService({ directory, env, role: 'deliver' }));
  try {
    // The first process has made the tables.
    if (first) {
      await addReaders(database, readers, program.id);
      await database.query('analyze');
    }
    await warmUp(stage);
    const cpuBefore = sum(services.map(({ pid }) => processorTime(pid)));
    const id = await freezeTenArticles(database, `${Date.now()}`);
    await eventually(async () => (await mailEnded(database, id)) || undefined, {
      every: 100,
      within: 30 * 60_000,
      otherwise: `The edition did not come to its end. What the service said is in ${directory}.`,
    });
    const cpu = sum(services.map(({ pid }) => processorTime(pid))) - cpuBefore;
    const { first: begun, last: ended } = await mailTimes(database, id, readers);
    return {
      // Until the reconciler finds it nothing happens, and that is not what is measured.
      rate: (readers * 1000) / (ended - begun),
      cpu: (cpu * 1000) / readers,
      memory: Math.max(...services.map(({ pid }) => peakMemory(pid))),
    };
  } finally {
    for (const service of services) await service.stop();
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
