/** Ways in which the stand-in can be told to misbehave. */

import type { Snowflake } from './guild.js';

export interface Fault {
  readonly kind: /** The connection ends without an answer, the message posted or not. */
    | 'drop before commit'
    | 'drop after commit'
    | '502 before commit'
    | '502 after commit'
    /** Asked too often: on this route, on what all bots share, or on everything. */
    | '429 route'
    | '429 shared'
    | '429 global'
    | '401'
    | '403'
    | '404'
    /** Posted at once, answered late. */
    | 'slow answer'
    /** Posted and answered late, whether or not anybody still waits. */
    | 'slow commit';
  /** Which requests: creating a message where not given, reading a Discord channel's messages, or any. */
  readonly on?: 'create' | 'read' | 'any';
  /** Only in this Discord channel. */
  readonly channel?: Snowflake;
  /** How many requests it strikes: 1 where not given. */
  readonly times?: number;
  /** How long a slow one takes, and what a 429 asks to wait; 1 where not given. */
  readonly seconds?: number;
}

export interface Faults {
  inject(fault: Fault): void;
  /** The fault that strikes this request, counted as used up. */
  strike(request: { readonly method: string; readonly path: string }): Fault | undefined;
}

export function createFaults(initial: readonly Fault[] = []): Faults {
  const waiting: { fault: Fault; left: number }[] = [];
  const inject = (fault: Fault) => void waiting.push({ fault, left: fault.times ?? 1 });
  initial.forEach(inject);
  return {
    inject,
    strike(request) {
      const found = waiting.find(({ fault, left }) => left > 0 && concerns(fault, request));
      if (found) found.left -= 1;
      return found?.fault;
    },
  };
}

function concerns(fault: Fault, { method, path }: { method: string; path: string }): boolean {
  if (fault.channel && !path.startsWith(`/channels/${fault.channel}/`)) return false;
  const ofMessages = /^\/channels\/\d+\/messages$/.test(path);
  switch (fault.on ?? 'create') {
    case 'create':
      return ofMessages && method === 'POST';
    case 'read':
      return ofMessages && method === 'GET';
    case 'any':
      return true;
  }
}
