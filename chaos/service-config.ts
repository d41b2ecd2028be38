/** The config that the service runs on, and the Discord channels in it. */

import { domain } from './verdict.js';

export const token = 'token';

/** Their names say what they carry. */
export const discordChannels = [
  { id: '1200000000000000001', name: 'all-1', programs: ['readers', 'wire'] },
  { id: '1200000000000000002', name: 'all-2', programs: ['readers', 'wire'] },
  { id: '1200000000000000003', name: 'readers-1', programs: ['readers'] },
  { id: '1200000000000000004', name: 'wire-1', programs: ['wire'] },
  { id: '1200000000000000005', name: 'wire-2', programs: ['wire'] },
] as const;

/** As YAML. What is due is due at once, and a few new articles are never a burst. */
export function config(feedUrl: string, uncertain: 'hold' | 'retry-once'): string {
  const channels = discordChannels.map(
    ({ id, name, programs }) =>
      `    - { id: "${id}", name: ${name}, programs: [${programs.join(', ')}] }`,
  );
  return `
newsroom: { name: Test Centre, postalAddress: 1 Test Street, language: en, timezone: Asia/Almaty }
email: { from: news@${domain}, replyTo: editors@${domain}, connections: 5 }
programs:
  - { id: readers, name: Readers, aliases: [readers], colour: "#7a1f3d" }
  - { id: wire, name: Wire, aliases: [wire], colour: "#0b5c6b" }
feeds: [{ id: main, url: "${feedUrl}", every: 5s, burst: 100, allowPrivate: true }]
discord:
  channels:
${channels.join('\n')}
outputFeeds: { items: 200 }
release: { after: 0s }
${uncertain === 'hold' ? '' : `delivery: { uncertain: ${uncertain} }\n`}`;
}
