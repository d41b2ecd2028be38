import { describe, expect, it } from 'vitest';
import { matchPrograms } from '../../src/feeds/programs.js';
import type { Program } from '../../src/model.js';

function program(id: string, name: string, aliases: string[] = [], urls: string[] = []): Program {
  return { id, name, aliases, urls, colour: '#336699' };
}

const PROGRAMS = [
  program('spp', 'Security and Politics Program (SPP)', ['Sécurité et politique'], ['/security/']),
  program(
    'energy',
    'Energy & Climate Programme',
    ['ECP', 'Programa de energía'],
    ['/energy/', '/энергия/'],
  ),
  program('water', 'Вода и озёра', ['Программа «Вода»']),
  program('general', 'General'),
];

function match(
  categories: string[],
  url = 'https://centre.example/a',
  feedPrograms: string[] = [],
) {
  return matchPrograms({ categories, url, feedPrograms }, PROGRAMS, 'general');
}

describe('an article belongs to a program', () => {
  it.each([
    ['Security and Politics Program (SPP)', 'spp'],
    ['security & politics program', 'spp'],
    ['SECURITY AND POLITICS', 'spp'],
    ['Security &  Politics programme', 'spp'],
    ['SPP', 'spp'],
    ['(spp)', 'spp'],
    ['[SPP]', 'spp'],
    ['Program: Security and Politics', 'spp'],
    ['Securite & Politique', 'spp'],
    ['Energy and Climate', 'energy'],
    ['PROGRAMA DE ENERGIA', 'energy'],
    ['ecp', 'energy'],
    ['вода & озера', 'water'],
    ['ВОДА И ОЗЁРА', 'water'],
    ['Программа Вода', 'water'],
    ['Research / Energy & Climate', 'energy'],
    ['Programs > SPP', 'spp'],
  ])('that its category “%s” names', (category, id) => {
    expect(match([category])).toEqual({ programs: [id], matched: true });
  });

  it('by its feed, by its URL, and by several at once, in the config’s order', () => {
    expect(match([], undefined, ['energy'])).toEqual({ programs: ['energy'], matched: true });
    expect(match([], 'https://centre.example/Security/a')).toEqual({
      programs: ['spp'],
      matched: true,
    });
    expect(match([], `https://centre.example/${encodeURIComponent('энергия')}/a`).programs).toEqual(
      ['energy'],
    );
    expect(
      match(['Вода и озера', 'SPP', 'Security and Politics'], 'https://x.example/energy/1', [
        'water',
        'unknown',
      ]),
    ).toEqual({
      programs: ['spp', 'energy', 'water'],
      matched: true,
    });
  });

  it('of the fallback where nothing matches, and says so', () => {
    for (const category of [
      '',
      'Program',
      '&',
      'and',
      'Politics',
      'Energy',
      'Secure',
      '(2021)',
      '%E0%A4%A',
    ]) {
      expect(match([category], 'https://centre.example/%E0%A4%A')).toEqual({
        programs: ['general'],
        matched: false,
      });
    }
  });
});
