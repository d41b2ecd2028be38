/** The page on which a reader changes what they get. */

import type { Cadence, LocalDate, Newsroom, ProgramId, Schedule } from '../../model.js';
import type { Strings } from '../strings/index.js';
import { languageChoices, scheduleChoices } from './choices.js';
import type { ProgramOffer } from './sign-up.js';

export interface PreferencesPage {
  readonly address: string;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  readonly schedule: Schedule;
  readonly pausedUntil: LocalDate | undefined;
  /** The first day until which one may pause. */
  readonly tomorrow: LocalDate;
  /** Where the page is, and where all is left. */
  readonly links: { readonly self: string; readonly unsubscribe: string };
  readonly saved: boolean;
  readonly problems: readonly string[];
}

const cadences = ['none', 'instant', 'daily', 'weekly'] as const;

export function preferencesView(
  page: PreferencesPage,
  offers: readonly ProgramOffer[],
  newsroom: Newsroom,
  t: Strings,
) {
  return {
    t: { ...t.fields, ...t.preferences, address: t.preferences.address },
    intro: t.preferences.intro(newsroom.name, page.address),
    saved: page.saved ? t.preferences.saved : null,
    problems: page.problems,
    programs: offers.map(({ id, name, colour, description = null }) => ({
      ...{ id, name, colour, description },
      cadences: cadences.map((value) => ({
        value,
        label: t.cadence[value],
        chosen: value === (page.profile[id] ?? 'none'),
      })),
    })),
    ...scheduleChoices(page.schedule, t.language),
    languages: languageChoices(t.language),
    guess: false,
    until: page.pausedUntil ?? '',
    tomorrow: page.tomorrow,
    links: page.links,
  };
}
