/** Discord's REST API, version 10, as far as a bot that posts and looks after its posts needs it. */

import {
  botUser,
  channelObject,
  type Guild,
  guildObject,
  may,
  memberObject,
  roleObjects,
  type SandboxChannel,
} from './guild.js';
import {
  type DiscordError,
  emptyMessage,
  isEmpty,
  judgeCreate,
  judgeEdit,
  type Refused,
} from './schema.js';
import type { SandboxMessage, State } from './state.js';

export interface ApiRequest {
  readonly method: string;
  /** Below the version, such as `/users/@me`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface ApiResponse {
  readonly status: number;
  /** Nothing for a 204. */
  readonly body?: object;
  /** What was wrong with the message, one sentence for each place. */
  readonly problems?: readonly string[];
}

type OfMessages = (request: ApiRequest, channel: SandboxChannel) => ApiResponse;
type OfMessage = (request: ApiRequest, message: SandboxMessage) => ApiResponse;

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export const errors = {
  unauthorized: failure(401, 0, '401: Unauthorized'),
  notFound: failure(404, 0, '404: Not Found'),
  method: failure(405, 0, '405: Method Not Allowed'),
  notJson: failure(400, 50109, 'The request body contains invalid JSON.'),
  unknownChannel: failure(404, 10003, 'Unknown Channel'),
  unknownGuild: failure(404, 10004, 'Unknown Guild'),
  unknownMember: failure(404, 10007, 'Unknown Member'),
  unknownMessage: failure(404, 10008, 'Unknown Message'),
  missingAccess: failure(403, 50001, 'Missing Access'),
  missingPermissions: failure(403, 50013, 'Missing Permissions'),
};

export function createRoutes(guild: Guild, state: State, now: () => number) {
  const ofMessages: Record<string, OfMessages> = {
    GET: (request, channel) => {
      // Discord shows nothing rather than an error to who may not read.
      if (!may(channel, 'READ_MESSAGE_HISTORY')) return { status: 200, body: [] };
      return { status: 200, body: page(state.messages(channel.id), request.query).map(object) };
    },
    POST: (request, channel) => {
      const judged = judgeCreate(request.body);
      if (!judged.ok) return invalid(judged);
      const { content = '', embeds = [], allowed_mentions, nonce } = judged.message;
      if (!may(channel, 'SEND_MESSAGES')) return errors.missingPermissions;
      if (embeds.length > 0 && !may(channel, 'EMBED_LINKS')) return errors.missingPermissions;
      const earlier = state.postedAs(nonce);
      if (earlier) {
        const known = state.messages().find(({ id }) => id === earlier);
        return known ? { status: 200, body: { ...object(known), nonce } } : errors.unknownMessage;
      }
      const allowedMentions = allowed_mentions;
      const added = state.add({ channelId: channel.id, content, embeds, allowedMentions, nonce });
      return { status: 200, body: { ...object(added), nonce } };
    },
  };

  const ofMessage: Record<string, OfMessage> = {
    GET: (_request, message) => ({ status: 200, body: object(message) }),
    PATCH: (request, message) => {
      const judged = judgeEdit(request.body);
      if (!judged.ok) return invalid(judged);
      const { content, embeds, allowed_mentions } = judged.message;
      const edited: SandboxMessage = {
        ...message,
        content: content ?? message.content,
        embeds: embeds ?? message.embeds,
        allowedMentions: allowed_mentions,
        editedAt: new Date(now()).toISOString(),
      };
      if (isEmpty(edited)) return invalid(emptyMessage);
      state.replace(edited);
      return { status: 200, body: object(edited) };
    },
    DELETE: (_request, message) => {
      state.remove(message.id);
      return { status: 204 };
    },
  };

  /** A message as reading gives it: without its nonce, which Discord tells only at creation. */
  function object(one: SandboxMessage) {
    const named = [...one.content.matchAll(/<@&(\d+)>/g)].map(([, id]) => id ?? '');
    const { parse, roles } = one.allowedMentions;
    return {
      id: one.id,
      type: 0,
      channel_id: one.channelId,
      author: botUser(guild),
      content: one.content.trim(),
      timestamp: one.sentAt,
      edited_timestamp: one.editedAt ?? null,
      tts: false,
      mention_everyone: parse.includes('everyone') && /@(everyone|here)/.test(one.content),
      mentions: [],
      mention_roles: named.filter((id) => parse.includes('roles') || roles?.includes(id)),
      attachments: [],
      embeds: one.embeds.map((embed) => ({ type: 'rich', ...embed })),
      pinned: false,
      flags: 0,
      components: [],
    };
  }

  function ofChannel(request: ApiRequest, id: string, rest: readonly string[]): ApiResponse {
    const channel = guild.channels.find((one) => one.id === id);
    if (!channel) return errors.unknownChannel;
    if (!may(channel, 'VIEW_CHANNEL')) return errors.missingAccess;
    const [collection, messageId, tooMuch] = rest;
    if (collection === undefined) {
      if (request.method !== 'GET') return errors.method;
      const last = state.messages(id).at(-1)?.id ?? null;
      return { status: 200, body: channelObject(guild, channel, last) };
    }
    if (collection !== 'messages' || tooMuch !== undefined) return errors.notFound;
    if (messageId === undefined) {
      return ofMessages[request.method]?.(request, channel) ?? errors.method;
    }
    const message = state.find(id, messageId);
    if (!message) return errors.unknownMessage;
    return ofMessage[request.method]?.(request, message) ?? errors.method;
  }

  function ofGuild(request: ApiRequest, id: string, rest: readonly string[]): ApiResponse {
    if (id !== guild.id) return errors.unknownGuild;
    if (request.method !== 'GET') return errors.method;
    const [collection, memberId] = rest;
    if (collection === undefined) return { status: 200, body: guildObject(guild) };
    if (collection === 'roles') return { status: 200, body: roleObjects(guild) };
    if (collection !== 'members' || memberId === undefined) return errors.notFound;
    if (memberId !== guild.bot.id) return errors.unknownMember;
    return { status: 200, body: memberObject(guild) };
  }

  return function answer(request: ApiRequest): ApiResponse {
    const [root, id = '', ...rest] = request.path.split('/').slice(1);
    if (root === 'users' && id === '@me' && rest.length === 0) {
      return { status: 200, body: botUser(guild) };
    }
    if (root === 'channels') return ofChannel(request, id, rest);
    if (root === 'guilds') return ofGuild(request, id, rest);
    return errors.notFound;
  };
}

/** Discord gives those next to `after` or `before`, and the newest of them first. */
function page(all: readonly SandboxMessage[], query: URLSearchParams): SandboxMessage[] {
  const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 50)));
  const after = query.get('after');
  const before = query.get('before');
  if (after) {
    return all
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse();
  }
  const older = before ? all.filter(({ id }) => BigInt(id) < BigInt(before)) : all;
  return older.slice(-limit).reverse();
}

function invalid({ error, problems }: Refused): ApiResponse {
  return { status: 400, body: error, problems };
}

function failure(status: number, code: number, message: string): ApiResponse {
  const body: DiscordError = { code, message };
  return { status, body };
}
