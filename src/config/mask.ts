/** The effective config and environment for people to see, without any secret. */

import type { Schedule, SilencePolicy } from '../model.js';
import type { Config, Environment } from './config.js';
import { formatDuration } from './duration.js';
import { environmentTable } from './environment.js';
import { hidden, maskUrl } from './mask-url.js';
import { weekdays } from './schedule.js';

/** Masks every URL in a value of JSON. */
function maskDeep(value: unknown): unknown {
  if (typeof value === 'string') return maskUrl(value);
  if (Array.isArray(value)) return value.map(maskDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskDeep(inner)]));
}

export interface Masked {
  /** In the words of the config file, durations too, so that it could be loaded again; null in the demo. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** By the names of the variables; null where one is not set. */
  readonly environment: Readonly<Record<string, string | number | null>>;
}

/** The effective settings, defaults filled in, secrets hidden. */
export function mask(config: Config | undefined, environment: Environment): Masked {
  const masked = Object.entries(environmentTable).map(([key, variable]) => {
    const value = environment[key as keyof Environment] ?? null;
    if (value === null || typeof value === 'number') return [variable.name, value] as const;
    return [variable.name, variable.secret ? hidden : maskUrl(String(value))] as const;
  });
  return {
    config: config ? (maskDeep(inFileWords(config)) as Record<string, unknown>) : null,
    environment: Object.fromEntries(masked),
  };
}

function inFileWords(config: Config): object {
  return {
    ...config,
    feeds: config.feeds.map(({ programs, ...feed }) => ({
      ...feed,
      ...(programs.length > 0 && { programs }),
      every: formatDuration(feed.every),
      everyWhenQuiet: formatDuration(feed.everyWhenQuiet),
      everyWhenPushed: formatDuration(feed.everyWhenPushed),
      longestWait: formatDuration(feed.longestWait),
      ...silenceInFileWords(feed),
    })),
    programs: config.programs.map((program) => ({ ...program, ...silenceInFileWords(program) })),
    discord: {
      channels: config.discord.channels.map(({ schedule, ...channel }) => ({
        ...channel,
        ...scheduleInFileWords(schedule),
      })),
    },
    digest: scheduleInFileWords(config.digest),
    release: { after: formatDuration(config.release.after) },
    delivery: {
      ...config.delivery,
      giveUpAfter: formatDuration(config.delivery.giveUpAfter),
      drainFor: formatDuration(config.delivery.drainFor),
    },
    catchUp: { alertsWithin: formatDuration(config.catchUp.alertsWithin) },
    signUp: { ...config.signUp, confirmWithin: formatDuration(config.signUp.confirmWithin) },
  };
}

function silenceInFileWords({ silence }: { readonly silence?: SilencePolicy }): object {
  return typeof silence === 'number' ? { silence: formatDuration(silence) } : {};
}

function scheduleInFileWords({ weekday, ...schedule }: Schedule): object {
  return { ...schedule, weekday: weekdays[weekday - 1] };
}
