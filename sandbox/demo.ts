/** What the demo is configured with: plain data, in the shape of a config, and its readers. */

import type { Cadence, Feed, Language, Newsroom, Program, ProgramId } from '../src/model.js';
import { centre, programs } from './centre.js';

export interface DemoDiscordChannel {
  readonly id: string;
  readonly name: string;
  readonly programs: readonly ProgramId[];
  readonly language: Language;
}

export interface DemoSubscriber {
  readonly address: string;
  readonly name: string;
  readonly language: Language;
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
  readonly consentOrigin: string;
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
  readonly outputFeeds: { readonly items: number };
  readonly release: { readonly after: number };
  readonly delivery: { readonly giveUpAfter: number };
}

const allPrograms = programs.map((program) => program.id);
const consentOrigin = 'Invented for the demo';

/** One Discord channel a program, and one for all. */
export const demoDiscordChannels: readonly DemoDiscordChannel[] = [
  { id: '1200000000000000001', name: 'all-articles', programs: allPrograms, language: 'en' },
  { id: '1200000000000000002', name: 'security', programs: ['security'], language: 'en' },
  { id: '1200000000000000003', name: 'economics', programs: ['economics'], language: 'en' },
  { id: '1200000000000000004', name: 'society', programs: ['society'], language: 'en' },
];

/** Readers with different profiles. The daily one must not get alerts. */
export const demoSubscribers: readonly DemoSubscriber[] = [
  reader('amina@readers.example', 'Amina Tolegen', allPrograms),
  reader('bolat@readers.example', 'Bolat Kairbek', ['security']),
  reader('clara@readers.example', 'Clara Oswin', ['economics', 'society']),
  reader('dinara@readers.example', 'Динара Сейткызы', ['society']),
  reader('emil@readers.example', 'Emil Varga', ['security', 'economics']),
  reader('farida@readers.example', 'Farida Nazir', allPrograms, 'daily'),
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
        fullText: 'auto',
        allowPrivate: true,
        burst: 10,
      },
    ],
    email: {
      from: `${centre.name} <newsletter@tarpan.example>`,
      replyTo: 'editors@tarpan.example',
      domain: 'tarpan.example',
      connections: 2,
    },
    discord: { channels: demoDiscordChannels },
    outputFeeds: { items: 30 },
    release: { after: 0 },
    delivery: { giveUpAfter: 48 * 3600 },
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
