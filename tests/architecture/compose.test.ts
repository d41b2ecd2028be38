import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roles } from '../../src/app.js';
import { environmentTable, readEnvironment } from '../../src/config/environment.js';
import { broadsheet } from '../cli/terminal.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

const root = join(import.meta.dirname, '../..');
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const services = Object.entries<Service>(compose.services);
const ours = services.filter(([, { image }]) => image === 'broadsheet');

/** Puts in what stands after `:-`, as Compose does where nothing is set. */
function filledIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  const given: Readonly<Record<string, string>> = { BROADSHEET_SECRET: 'x'.repeat(32) };
  const fill = (text: string) =>
    text.replaceAll(
      /\$\{(\w+):(?:-([^}]*)|\?[^}]*)\}/g,
      (_all, name, or) => given[name] ?? or ?? '',
    );
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, fill(text)]));
}

describe('docker-compose.yml', () => {
  it('runs commands that there are, with roles that there are, and all of them together', async () => {
    const played: string[] = [];
    for (const [, { command = [] }] of ours) {
      const [program, name = '', option, value = '', ...more] = command;
      expect([program, option, more]).toEqual(['broadsheet', '--role', []]);
      const help = await broadsheet([name, '--help'], { directory: root });
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('--role <roles>');
      played.push(...value.split(','));
    }
    expect(played.sort()).toEqual([...roles].sort());
  });

  it('sets variables that Broadsheet reads, to values that it takes', () => {
    const known = Object.values(environmentTable).map(({ name }) => name);
    for (const [, { environment = {} }] of ours) {
      expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
      const read = readEnvironment(filledIn(environment), root);
      expect(read).toMatchObject({
        environment: {
          databaseUrl: 'postgres://broadsheet:broadsheet@postgres:5432/broadsheet',
          redisUrl: 'redis://redis:6379',
          smtpUrl: 'smtp://mailbox:1025',
        },
      });
    }
  });

  it('asks every service for its health, and names only images and volumes that it has', () => {
    const unasked = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name);
    expect(unasked).toEqual([]);
    const named = services
      .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((volume) => !volume.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('never lets Redis throw a job away', () => {
    const { command } = compose.services.redis;
    expect(command.join(' ')).toContain('--maxmemory-policy noeviction');
  });

  it('gives what is on the wire its time, and shares what is kept outside the database', () => {
    for (const [, { stop_grace_period = '', volumes = [], environment = {} }] of ours) {
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(30);
      expect(volumes).toContain(`broadsheet:${environment.DATA_DIR}`);
    }
  });

  it('opens its ports on this machine alone', () => {
    const ports = services.flatMap(([, one]) => one.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n');

  it('copies only what the repository has, and runs as an ordinary user', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const path of copied) expect(() => readFileSync(join(root, path))).not.toThrow(/ENOENT/);
    expect(lines).toContain('USER node');
    const command = lines.find((line) => line.startsWith('CMD '))?.slice(4) ?? '';
    expect(JSON.parse(command)).toEqual(['broadsheet', 'serve']);
  });
});
