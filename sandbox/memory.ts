/** What a sandbox remembers from one start to the next: its ports and its Discord token. */

import { join } from 'node:path';
import { readJson, writeDurably } from './files.js';

const PARTS = ['newsroom', 'smtp', 'mailbox', 'discord'] as const;
export type Ports = Readonly<Record<(typeof PARTS)[number], number>>;

export interface Memory {
  readonly discordToken?: string;
  readonly ports: Partial<Ports>;
}

/** The sandbox's own folder in DATA_DIR. */
export function sandboxDirectory(dataDir: string): string {
  return join(dataDir, 'sandbox');
}

/** What is not as expected is forgotten: other ports are as good. Rejects for a file that is no JSON. */
export async function recall(dataDir: string): Promise<Memory> {
  const state = (await readJson(memoryFile(dataDir))) as Record<string, unknown> | undefined;
  const ports = (state?.ports ?? {}) as Record<string, unknown>;
  return {
    ...(typeof state?.discordToken === 'string' ? { discordToken: state.discordToken } : {}),
    ports: Object.fromEntries(
      PARTS.filter((part) => isPort(ports[part])).map((part) => [part, ports[part]]),
    ),
  };
}

export function remember(dataDir: string, memory: Memory): Promise<void> {
  return writeDurably(memoryFile(dataDir), `${JSON.stringify(memory, null, 2)}\n`);
}

function memoryFile(dataDir: string): string {
  return join(sandboxDirectory(dataDir), 'sandbox.json');
}

function isPort(port: unknown): boolean {
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536;
}
