/** What a bot may do in a Discord channel (https://discord.com/developers/docs/topics/permissions#permission-overwrites). */

export const permissions = {
  administrator: 1n << 3n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
} as const;

export interface Guild {
  readonly id: string;
  readonly owner_id: string;
  readonly roles: readonly {
    readonly id: string;
    readonly name: string;
    readonly permissions: string;
    readonly mentionable: boolean;
  }[];
}

export interface Member {
  readonly user: { readonly id: string };
  readonly roles: readonly string[];
}

export interface Overwrite {
  /** A role's id or a member's; the guild's own id is the role @everyone. */
  readonly id: string;
  readonly allow: string;
  readonly deny: string;
}

const everything = (1n << 64n) - 1n;

/** The member's permissions in a Discord channel, as bits of `permissions`. */
export function permissionsOf(
  guild: Guild,
  member: Member,
  overwrites: readonly Overwrite[],
): bigint {
  if (guild.owner_id === member.user.id) return everything;
  const own = guild.roles.filter(({ id }) => id === guild.id || member.roles.includes(id));
  const base = union(own.map((role) => role.permissions));
  if (base & permissions.administrator) return everything;
  // Each level outweighs the one before it; within the roles, an allow outweighs a deny.
  const levels = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => id !== guild.id && member.roles.includes(id)),
    overwrites.filter(({ id }) => id === member.user.id),
  ];
  return levels.reduce(
    (bits, level) =>
      (bits & ~union(level.map(({ deny }) => deny))) | union(level.map(({ allow }) => allow)),
    base,
  );
}

function union(sets: readonly string[]): bigint {
  return sets.reduce((bits, set) => bits | BigInt(set), 0n);
}
