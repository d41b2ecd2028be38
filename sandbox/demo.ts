/** What the demo is configured with: plain data, in the shape of a config, and its readers. */

import type {
  Cadence,
  DigestCadence,
  Feed,
  Language,
  Newsroom,
  Program,
  ProgramId,
  Schedule,
} from '../src/model.js';
import { centre, programs } from './centre.js';

export interface DemoDiscordChannel {
  readonly id: string;
  readonly name: string;
  readonly programs: readonly ProgramId[];
  readonly language: Language;
  readonly cadence: Cadence;
  readonly schedule: Schedule;
}

export interface DemoSubscriber {
  readonly address: string;
  readonly name: string;
  readonly language: Language;
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
  readonly consentOrigin: string;
  readonly schedule?: Partial<Schedule>;
}

export interface DemoConfig {
  readonly newsroom: Newsroom;
  readonly programs: readonly Program[];
  readonly fallbackProgram: ProgramId;
  readonly feeds: readonly Feed[];
  readonly email: {
    readonly from: string;
    readonly replyTo: string;
    readonly domain: string;
    readonly connections: number;
  };
  readonly discord: { readonly channels: readonly DemoDiscordChannel[] };
  readonly outputFeeds: {
    readonly items: number;
    readonly digests: DigestCadence;
    readonly hubs: readonly string[];
  };
  readonly digest: Schedule;
  readonly release: { readonly after: number };
  readonly delivery: {
    readonly giveUpAfter: number;
    readonly uncertain: 'hold';
    readonly suppressRefused: boolean;
    readonly stopAfterRefusals: number;
    readonly drainFor: number;
  };
  readonly bounces: { readonly softLimit: number; readonly softDays: number };
  readonly catchUp: { readonly alertsWithin: number };
  readonly subscribers: { readonly unwantedDomains: readonly string[] };
  readonly signUp: {
    readonly confirmWithin: number;
    readonly perNetwork: number;
    readonly altogether: number;
    readonly origins: readonly string[];
  };
  readonly web: { readonly trustedProxies: readonly string[] };
  readonly staff: { readonly confirmAbove: number; readonly mail: readonly string[] };
}

const allPrograms = programs.map((program) => program.id);
const consentOrigin = 'Invented for the demo';
/** When digests come to those who chose nothing else. */
export const demoSchedule: Schedule = { timezone: centre.timezone, hour: 8, weekday: 1 };

/** One Discord channel a program, one for all, and one for all in a digest a day. */
export const demoDiscordChannels: readonly DemoDiscordChannel[] = [
  discordChannel('1200000000000000001', 'all-articles', allPrograms),
  discordChannel('1200000000000000002', 'security', ['security']),
  discordChannel('1200000000000000003', 'economics', ['economics']),
  discordChannel('1200000000000000004', 'society', ['society']),
  discordChannel('1200000000000000005', 'daily-digest', allPrograms, 'daily'),
];

/** Readers with different profiles, hours and zones. Those of digests must not get alerts. */
export const demoSubscribers: readonly DemoSubscriber[] = [
  reader('amina@readers.example', 'Amina Tolegen', allPrograms),
  reader('bolat@readers.example', 'Bolat Kairbek', ['security']),
  reader('clara@readers.example', 'Clara Oswin', ['economics', 'society']),
  reader('dinara@readers.example', 'Динара Сейткызы', ['society']),
  reader('emil@readers.example', 'Emil Varga', ['security', 'economics']),
  reader('farida@readers.example', 'Farida Nazir', allPrograms, 'daily'),
  {
    ...reader('gulnara@readers.example', 'Gulnara Iskakova', ['security', 'society'], 'daily'),
    schedule: { timezone: 'Europe/Berlin', hour: 17 },
  },
  {
    ...reader('henrik@readers.example', 'Henrik Dahl', allPrograms, 'weekly'),
    schedule: { timezone: 'America/New_York', hour: 7 },
  },
];

/** The demo's config for a newsroom at these addresses. */
export function demoConfig(newsroom: {
  readonly url: string;
  readonly feedUrl: string;
}): DemoConfig {
  return {
    newsroom: { ...centre, url: `${newsroom.url}/` },
    programs,
    fallbackProgram: 'security',
    feeds: [
      {
        id: 'tarpan',
        url: newsroom.feedUrl,
        programs: [],
        every: 5,
        everyWhenQuiet: 5,
        everyWhenPushed: 5,
        longestWait: 86_400,
        own: true,
        fullText: 'auto',
        allowPrivate: true,
        burst: 10,
        websub: 'auto',
      },
    ],
    email: {
      from: `${centre.name} <newsletter@tarpan.example>`,
      replyTo: 'editors@tarpan.example',
      domain: 'tarpan.example',
      connections: 2,
    },
    discord: { channels: demoDiscordChannels },
    outputFeeds: { items: 30, digests: 'daily', hubs: [] },
    digest: demoSchedule,
    release: { after: 0 },
    delivery: {
      giveUpAfter: 48 * 3600,
      uncertain: 'hold',
      suppressRefused: true,
      stopAfterRefusals: 20,
      drainFor: 30,
    },
    bounces: { softLimit: 5, softDays: 14 },
    // The demo's clock leaps over days, and what is on its way then is not late.
    catchUp: { alertsWithin: 365 * 86_400 },
    subscribers: { unwantedDomains: [] },
    signUp: { confirmWithin: 3 * 86_400, perNetwork: 1000, altogether: 1000, origins: [] },
    web: { trustedProxies: [] },
    staff: { confirmAbove: 50, mail: [] },
  };
}

function reader(
  address: string,
  name: string,
  reads: readonly ProgramId[],
  cadence: Cadence = 'instant',
): DemoSubscriber {
  return { address, name, language: 'en', programs: reads, cadence, consentOrigin };
}

function discordChannel(
  id: string,
  name: string,
  programs: readonly ProgramId[],
  cadence: Cadence = 'instant',
): DemoDiscordChannel {
  return { id, name, programs, language: 'en', cadence, schedule: demoSchedule };
}
