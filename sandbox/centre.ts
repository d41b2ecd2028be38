/** The invented policy centre whose newsroom the demo watches. */

import type { Newsroom, Program } from '../src/model.js';

export const centre = {
  name: 'Tarpan Policy Centre',
  language: 'en',
  timezone: 'Asia/Almaty',
  postalAddress: '7 Old Caravan Street, Aqtam (an invented place)',
  colour: '#1f4e5f',
} as const satisfies Omit<Newsroom, 'url' | 'logo'>;

export const programs = [
  {
    id: 'security',
    name: 'Security and Politics Program',
    aliases: ['SPP', 'Security and Politics Program (SPP)'],
    colour: '#9b2c2c',
    description: 'Borders, institutions and the long work of keeping neighbours at peace.',
    urls: [],
  },
  {
    id: 'economics',
    name: 'Economics and Energy Program',
    aliases: ['EEP', 'Economics and Energy Program (EEP)'],
    colour: '#0f6b5c',
    description: 'Trade, water, power and what they cost the people who use them.',
    urls: [],
  },
  {
    id: 'society',
    name: 'Society and Culture Program',
    aliases: ['SCP', 'Society and Culture Program (SCP)'],
    colour: '#6b3fa0',
    description: 'Schools, languages, libraries: how the region lives and remembers.',
    urls: [],
  },
] as const satisfies readonly Program[];

export type DemoProgramId = (typeof programs)[number]['id'];

/** As the newsroom's feed and pages label a program: "Security and Politics Program (SPP)". */
export function programLabel(id: DemoProgramId): string {
  const program = programs.find((known) => known.id === id);
  if (!program) throw new Error(`There is no program "${id}" in sandbox/centre.ts.`);
  return program.aliases[1];
}
