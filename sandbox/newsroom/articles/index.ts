/** The order in which the newsroom publishes: a dozen written articles, then weekly notes for ever. */

import type { WrittenArticle } from './article.js';
import { bazaarBatteries, dryPort, waterAccounts, windGrid } from './economics.js';
import { borderQueues, floodDrills, nightTrains, smallParliaments } from './security.js';
import { cyrillic, radioSongs, returningTeachers, villageLibraries } from './society.js';
import { weeklyNote } from './weekly-note.js';

const written: readonly WrittenArticle[] = [
  borderQueues,
  dryPort,
  villageLibraries,
  smallParliaments,
  windGrid,
  returningTeachers,
  nightTrains,
  cyrillic,
  waterAccounts,
  radioSongs,
  bazaarBatteries,
  floodDrills,
];

/** How many of the written articles are out when a newsroom opens for the first time. */
export const OPENING_ARTICLES = 6;

/** The article with this number; 0 is the first. The same number is always the same article. */
export function articleNumber(number: number): WrittenArticle {
  return written[number] ?? weeklyNote(number - written.length + 1);
}

export type { WrittenArticle };
