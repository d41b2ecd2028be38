/** Tries the token and each Discord channel, without posting. */

import type { DiscordChannel } from '../../config/config.js';
import type { Finding } from '../../model.js';
import type { DiscordApi, Failure } from './api.js';
import { noToken, outcomeOf } from './outcome.js';
import {
  type Guild,
  type Member,
  type Overwrite,
  permissions,
  permissionsOf,
} from './permissions.js';

interface Place {
  readonly type: number;
  readonly name?: string;
  readonly guild_id?: string;
  readonly permission_overwrites?: readonly Overwrite[];
}

/** Text and announcement channels (https://discord.com/developers/docs/resources/channel#channel-object-channel-types). */
const textTypes = [0, 5];

const needed = [
  { bit: permissions.viewChannel, name: 'View Channel' },
  { bit: permissions.sendMessages, name: 'Send Messages' },
  { bit: permissions.embedLinks, name: 'Embed Links' },
  { bit: permissions.readMessageHistory, name: 'Read Message History' },
];

/** What is looked at of a Discord channel: of one for readers, or of that of staff. */
export type CheckedChannel = Pick<DiscordChannel, 'id' | 'name' | 'mentionRole'>;

/** One finding for the token, then one for each Discord channel. */
export async function checkDiscord(
  api: DiscordApi | undefined,
  channels: readonly CheckedChannel[],
): Promise<readonly Finding[]> {
  const subject = 'Discord';
  if (channels.length === 0) {
    return [{ subject, level: 'ok', message: 'No Discord channel is configured.' }];
  }
  if (!api) return [{ subject, level: 'error', message: noToken.reason }];
  const me = await api.get<{ id: string; username: string }>('/users/@me');
  if (!me.ok) return [{ subject, level: 'error', message: explain(me.failure, '') }];
  const message = `The token is that of the bot ${me.data.username}.`;
  const findings: Finding[] = [{ subject, level: 'ok', message }];
  for (const channel of channels) findings.push(await checkChannel(api, me.data.id, channel));
  return findings;
}

async function checkChannel(
  api: DiscordApi,
  botId: string,
  channel: CheckedChannel,
): Promise<Finding> {
  const subject = `Discord channel ${channel.name}`;
  const place = `${channel.name} (${channel.id})`;
  const finding = (level: Finding['level'], message: string): Finding => ({
    subject,
    level,
    message,
  });

  const found = await api.get<Place>(`/channels/${channel.id}`);
  if (!found.ok) return finding('error', explain(found.failure, place));
  const guildId = found.data.guild_id;
  if (!guildId || !textTypes.includes(found.data.type)) {
    return finding(
      'error',
      `${place} takes no plain posts. Name a text or announcement channel of a server in the config.`,
    );
  }
  const guild = await api.get<Guild>(`/guilds/${guildId}`);
  if (!guild.ok) return finding('error', explain(guild.failure, place));
  const member = await api.get<Member>(`/guilds/${guildId}/members/${botId}`);
  if (!member.ok) return finding('error', explain(member.failure, place));

  const overwrites = found.data.permission_overwrites ?? [];
  const granted = permissionsOf(guild.data, member.data, overwrites);
  const missing = needed.filter(({ bit }) => (granted & bit) === 0n).map(({ name }) => name);
  if (missing.length > 0) {
    return finding(
      'error',
      `The bot lacks ${missing.join(', ')} in ${place}. Grant it in Discord: Edit Channel, Permissions.`,
    );
  }
  if (channel.mentionRole) {
    const role = guild.data.roles.find(({ id }) => id === channel.mentionRole);
    if (!role) {
      return finding(
        'error',
        `The server has no role ${channel.mentionRole}. Correct mentionRole of ${place} in the config.`,
      );
    }
    if (!role.mentionable && (granted & permissions.mentionEveryone) === 0n) {
      return finding(
        'warning',
        `The role ${role.name} would be named in ${place} but not notified. Allow anyone to mention it in Discord: Server Settings, Roles.`,
      );
    }
  }
  return finding('ok', `The bot may post in ${found.data.name ?? channel.name}.`);
}

function explain(failure: Failure, place: string): string {
  return failure.kind === 'lost' ? `${failure.message}.` : outcomeOf(failure, place).reason;
}
