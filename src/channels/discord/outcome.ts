/** What a failed request means for its delivery, in sentences that say what to do. */

import type { Deferred, Outcome, Rejected } from '../../model.js';
import type { Failure } from './api.js';

export const noToken: Deferred = {
  outcome: 'deferred',
  scope: 'channel',
  reason:
    'Set DISCORD_TOKEN to the token of your bot (Discord developer portal, your application, Bot), and restart Broadsheet.',
};

/** Discord's own codes (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json). */
export const codes = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  missingAccess: 50001,
  missingPermissions: 50013,
} as const;

/**
 * @param place how staff know the Discord channel, such as `security (123…)`
 * @returns never `accepted`, and `deferred` for a `lost` one, which only holds where nothing was posted
 */
export function outcomeOf(failure: Failure, place: string): Deferred | Rejected {
  switch (failure.kind) {
    case 'limited': {
      const { everywhere, retryAfter } = failure;
      const reason = `Discord asks to wait ${retryAfter} s before the next post${everywhere ? '' : ' in this Discord channel'}.`;
      const scope = everywhere ? 'channel' : 'delivery';
      return { outcome: 'deferred', reason, retryAfter, scope };
    }
    case 'unreachable':
      return deferAll(
        `Discord could not be reached (${failure.message}). Check this machine's network, and DISCORD_API_URL if you set it.`,
      );
    case 'lost':
      return {
        outcome: 'deferred',
        reason: `${failure.message}, and nothing was posted.`,
        scope: 'delivery',
      };
    case 'refused':
      return refusal(failure, place);
  }
}

function refusal(failure: Failure & { kind: 'refused' }, place: string): Deferred | Rejected {
  const { status, code, message } = failure;
  if (status === 401) {
    return deferAll(
      'DISCORD_TOKEN is not accepted by Discord. Make a new token (Discord developer portal, your application, Bot), set it, and restart Broadsheet.',
    );
  }
  if (code === undefined) {
    return deferAll(
      `Something between Broadsheet and Discord answered ${status}. Check DISCORD_API_URL, and any proxy or firewall.`,
    );
  }
  switch (code) {
    case codes.unknownChannel:
      return reject(
        `There is no Discord channel ${place}. Correct its id in the config: in Discord, right-click the Discord channel and copy its id.`,
        true,
      );
    case codes.missingAccess:
      return reject(
        `The bot cannot see Discord channel ${place}. Invite it to the server, and grant it View Channel there.`,
      );
    case codes.missingPermissions:
      return reject(
        `The bot may not post in Discord channel ${place}. Grant it Send Messages and Embed Links there.`,
      );
    default:
      return reject(`Discord refused: ${message} (${status}, code ${code}).`);
  }
}

/** For a lost answer, where the Discord channel's messages could not tell either. */
export function uncertain(lost: string, why: string): Outcome {
  return {
    outcome: 'uncertain',
    reason: `${lost}, and the Discord channel's messages could not be read: ${why} Look there before you resend.`,
  };
}

function deferAll(reason: string): Deferred {
  return { outcome: 'deferred', reason, scope: 'channel' };
}

export function reject(reason: string, addressRefused = false): Rejected {
  return { outcome: 'rejected', reason, ...(addressRefused && { addressRefused }) };
}
