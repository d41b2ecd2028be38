/** What the stand-in remembers: messages and nonces, in a file so that a restart shows the same. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Snowflake } from './guild.js';
import type { AllowedMentions, SandboxEmbed } from './schema.js';

export interface SandboxMessage {
  readonly id: Snowflake;
  readonly channelId: Snowflake;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly editedAt?: string;
  readonly content: string;
  readonly embeds: readonly SandboxEmbed[];
  readonly allowedMentions: AllowedMentions;
  readonly nonce: string;
}

interface Remembered {
  readonly messages: readonly SandboxMessage[];
  /** By nonce: the message and when it was posted. It outlives the message. */
  readonly nonces: Readonly<Record<string, { readonly id: Snowflake; readonly at: number }>>;
}

/** The first millisecond of Discord's ids. */
const discordEpoch = 1_420_070_400_000;
/** How many messages are kept. */
const capacity = 2_000;

export type State = ReturnType<typeof openState>;

/**
 * @param file where it is kept; undefined for nowhere
 * @param nonceWindow milliseconds for which a nonce is remembered
 */
export function openState(file: string | undefined, nonceWindow: number, now: () => number) {
  const kept = file === undefined ? undefined : load(file);
  let messages: readonly SandboxMessage[] = kept?.messages ?? [];
  const nonces = new Map(Object.entries(kept?.nonces ?? {}));
  let lastId = BigInt(messages.at(-1)?.id ?? 0);

  function nextId(): Snowflake {
    const id = BigInt(now() - discordEpoch) << 22n;
    lastId = id > lastId ? id : lastId + 1n;
    return lastId.toString();
  }

  /** Before any answer goes out, so that what was answered survives a kill. */
  function save(): void {
    for (const [nonce, { at }] of nonces) if (now() - at > nonceWindow) nonces.delete(nonce);
    if (file === undefined) return;
    const remembered: Remembered = { messages, nonces: Object.fromEntries(nonces) };
    writeFileSync(`${file}.new`, JSON.stringify(remembered));
    renameSync(`${file}.new`, file);
  }

  return {
    /** From the oldest on; all Discord channels' where none is named. */
    messages(channelId?: Snowflake): readonly SandboxMessage[] {
      return channelId ? messages.filter((one) => one.channelId === channelId) : messages;
    },
    find(channelId: Snowflake, id: Snowflake): SandboxMessage | undefined {
      return messages.find((one) => one.channelId === channelId && one.id === id);
    },
    /** The id of the message that has this nonce, deleted or not, within the window. */
    postedAs(nonce: string): Snowflake | undefined {
      const known = nonces.get(nonce);
      return known && now() - known.at <= nonceWindow ? known.id : undefined;
    },
    add(message: Omit<SandboxMessage, 'id' | 'sentAt'>): SandboxMessage {
      const added = { ...message, id: nextId(), sentAt: new Date(now()).toISOString() };
      messages = [...messages, added].slice(-capacity);
      nonces.set(message.nonce, { id: added.id, at: now() });
      save();
      return added;
    },
    replace(message: SandboxMessage): void {
      messages = messages.map((one) => (one.id === message.id ? message : one));
      save();
    },
    remove(id: Snowflake): void {
      messages = messages.filter((one) => one.id !== id);
      save();
    },
  };
}

function load(file: string): Remembered | undefined {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The Discord stand-in cannot read ${file}. Delete it to begin anew.`, {
      cause: error,
    });
  }
}
