/** The server that the stand-in plays: its Discord channels, roles and permissions. */

/** Discord's ids are decimal strings of 64 bits whose upper part is the time. */
export type Snowflake = string;

const permissionBits = {
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  EMBED_LINKS: 1n << 14n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
} as const;
export type Permission = keyof typeof permissionBits;

interface SandboxRole {
  readonly id: Snowflake;
  readonly name: string;
  /** Whether anyone may mention it; true where not given. */
  readonly mentionable?: boolean;
}

export interface SandboxChannel {
  readonly id: Snowflake;
  readonly name: string;
  readonly topic?: string;
  /** 0, a text channel, where not given. */
  readonly type?: number;
  /** Roles of the server that posts there may mention. */
  readonly roles?: readonly SandboxRole[];
  /** What the bot may not do there. */
  readonly deny?: readonly Permission[];
}

export interface Guild {
  readonly id: Snowflake;
  readonly name: string;
  readonly bot: { readonly id: Snowflake; readonly name: string };
  readonly channels: readonly SandboxChannel[];
  readonly roles: readonly SandboxRole[];
}

const ids = {
  guild: '1000000000000000001',
  bot: '1000000000000000002',
  owner: '1000000000000000003',
};
/** What the role @everyone, and so the bot, may do where a Discord channel does not deny it. */
const granted: readonly Permission[] = [
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'READ_MESSAGE_HISTORY',
];

export function createGuild(name: string, channels: readonly SandboxChannel[]): Guild {
  const roles = new Map(
    channels.flatMap((channel) => channel.roles ?? []).map((role) => [role.id, role]),
  );
  const bot = { id: ids.bot, name: 'Broadsheet' };
  return { id: ids.guild, name, bot, channels, roles: [...roles.values()] };
}

export function may(channel: SandboxChannel, permission: Permission): boolean {
  return granted.includes(permission) && !channel.deny?.includes(permission);
}

/** The User object of the bot (https://discord.com/developers/docs/resources/user#user-object). */
export function botUser({ bot }: Guild): object {
  return {
    id: bot.id,
    username: bot.name,
    discriminator: '0',
    global_name: null,
    avatar: null,
    bot: true,
  };
}

/** https://discord.com/developers/docs/resources/channel#channel-object */
export function channelObject(guild: Guild, channel: SandboxChannel, last: string | null): object {
  const deny = bits(channel.deny ?? []);
  return {
    id: channel.id,
    type: channel.type ?? 0,
    guild_id: guild.id,
    name: channel.name,
    topic: channel.topic ?? null,
    position: guild.channels.indexOf(channel),
    nsfw: false,
    rate_limit_per_user: 0,
    parent_id: null,
    last_message_id: last,
    permission_overwrites: deny === '0' ? [] : [{ id: guild.id, type: 0, allow: '0', deny }],
  };
}

/** https://discord.com/developers/docs/resources/guild#guild-object */
export function guildObject(guild: Guild): object {
  return { id: guild.id, name: guild.name, owner_id: ids.owner, roles: roleObjects(guild) };
}

/** The role @everyone has the guild's own id. */
export function roleObjects(guild: Guild): object[] {
  const everyone = { id: guild.id, name: '@everyone', mentionable: false };
  return [everyone, ...guild.roles].map((role, position) => ({
    id: role.id,
    name: role.name,
    permissions: position === 0 ? bits(granted) : '0',
    mentionable: role.mentionable ?? true,
    position,
    color: 0,
    hoist: false,
    managed: false,
  }));
}

export function memberObject(guild: Guild): object {
  return { user: botUser(guild), roles: [], nick: null, deaf: false, mute: false };
}

function bits(set: readonly Permission[]): string {
  return set.reduce((sum, permission) => sum | permissionBits[permission], 0n).toString();
}
