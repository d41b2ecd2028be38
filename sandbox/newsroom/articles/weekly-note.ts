/** When the written articles are used up, the newsroom goes on with notes made from these parts. */

import { programs } from '../../centre.js';
import { Chance } from '../chance.js';
import { PALETTE_NAMES } from '../picture.js';
import { SCENES } from '../scenes.js';
import type { WrittenArticle } from './article.js';

interface Theme {
  readonly topic: string;
  readonly opening: string;
  readonly finding: string;
  readonly advice: string;
}

const THEMES: Readonly<Record<(typeof programs)[number]['id'], readonly Theme[]>> = {
  security: [
    {
      topic: 'the queue at Qoshtau',
      opening: 'The notebook at the Qoshtau crossing has a new page, and on it a pattern we know.',
      finding:
        'Waiting time rose on both sides at once, which usually means holidays and not quarrels.',
      advice: 'No action is called for, except to publish the figure before a rumour does.',
    },
    {
      topic: 'a committee that met',
      opening:
        'One of the five assemblies surprised its observers by reporting a bill on the promised day.',
      finding:
        'The calendar introduced last year appears to be working, if only because it is printed.',
      advice: 'The other four could copy the practice at the price of a line on a form.',
    },
  ],
  economics: [
    {
      topic: 'apricots and cold rooms',
      opening: 'The first apricots reached the dry port of Aqtam nine days early this season.',
      finding: 'Cold rooms filled within hours, and the price of a night on ice rose by a fifth.',
      advice: 'Growers who book a place together pay less; two villages have begun to.',
    },
    {
      topic: 'the evening peak',
      opening:
        'The chalk price at the Tumar bazaar has followed the weather more closely than usual.',
      finding:
        'On the windiest evening it fell below the price of charging, and sewing machines ran late.',
      advice:
        'The city should read the board beside the tea house before ordering a new transformer.',
    },
  ],
  society: [
    {
      topic: 'a reading room by the river',
      opening:
        'The library in Kökbulaq now opens on Sundays, because its visitors asked for the key.',
      finding:
        'Visits are up by a third, and the stove has become a subject of its own in the guest book.',
      advice:
        'Districts that count visits should count Sundays too, or they will miss the best of them.',
    },
    {
      topic: 'a choir that reassembled',
      opening: 'A choir in the upper valleys sang this week for the first time in seven years.',
      finding:
        'Its teacher had come back after a telephone call that took, by her account, four minutes.',
      advice: 'The list of those who left remains the cheapest instrument that a district can own.',
    },
  ],
};

const REFLECTIONS = [
  'One week proves nothing, and we would not build a policy on it. But the direction agrees with the longer series, and the people who keep the records were not surprised.',
  'We have asked our observers to repeat the count next week at a different hour. If the pattern holds, it will be the third season in a row, and deserves a longer study than this note can be.',
  'As so often, the change was made by somebody without a title who had a reason to try it. The offices concerned heard of it from us, and took it well.',
  'Comparisons with the neighbouring districts are difficult, because each of them counts something else. A common form has been proposed since the spring, and fits on one page.',
  'Readers sometimes ask why we report such small things. Large things are reported elsewhere, and are usually made of these.',
  'The figures behind this note are available on request, with the handwriting as we received it. Corrections are welcome and will be published beside the original.',
];
const AUTHORS = ['Marat Ilgenov', 'Leyla Nurtas', 'Gauhar Serikbol', 'Timur Askarbek'] as const;

/** The nth weekly note, from 1: always the same for the same n. */
export function weeklyNote(n: number): WrittenArticle {
  const chance = new Chance(`weekly note ${n}`);
  const program = programs[(n - 1) % programs.length] ?? programs[0];
  const theme = chance.pick(THEMES[program.id]);
  const first = Math.floor(chance.between(0, REFLECTIONS.length));
  const reflections = [0, 1, 2, 3].map((step) => REFLECTIONS[(first + step) % REFLECTIONS.length]);
  const percent = Math.round(chance.between(3, 38));
  return {
    slug: `weekly-note-${n}`,
    title: `Weekly note ${n}: ${theme.topic}`,
    author: chance.pick(AUTHORS),
    programs: [program.id],
    language: 'en',
    summary: theme.finding,
    picture: {
      scene: SCENES[(n * 3) % SCENES.length] ?? 'river',
      palette: PALETTE_NAMES[(n * 5 + 2) % PALETTE_NAMES.length] ?? 'noon',
      alt: 'An invented landscape, drawn for this note',
      credit: 'Tarpan picture desk',
    },
    body: [
      theme.opening,
      `${theme.finding} Against the same week of last year the difference is ${percent} per cent.`,
      reflections[0],
      '## What we make of it',
      reflections[1],
      reflections[2],
      `> ${theme.advice}`,
      reflections[3],
      'The next note appears when there is something to say.',
    ].join('\n\n'),
  };
}
