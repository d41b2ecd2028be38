/** The page with the form to sign up. */

import type { Cadence, Newsroom, ProgramFace, ProgramId, Schedule } from '../../model.js';
import type { Strings } from '../strings/index.js';
import { languageChoices, scheduleChoices } from './choices.js';

export interface SignUpForm {
  readonly address: string;
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
  readonly schedule: Schedule;
  /** A token that says when the form was made. */
  readonly started: string;
  /** What is wrong with what came back, in full sentences. */
  readonly problems: readonly string[];
}

export interface ProgramOffer extends ProgramFace {
  readonly description?: string;
}

export function signUpView(
  form: SignUpForm,
  offers: readonly ProgramOffer[],
  newsroom: Newsroom,
  t: Strings,
) {
  return {
    t: t.fields,
    problems: form.problems,
    intro: t.signUp.intro(newsroom.name),
    consent: t.signUp.consent(newsroom.name),
    button: t.signUp.button,
    address: form.address,
    started: form.started,
    programs: offers.map(({ id, name, colour, description = null }) => ({
      ...{ id, name, colour, description },
      chosen: form.programs.includes(id),
    })),
    cadences: (['instant', 'daily', 'weekly'] as const).map((value) => ({
      value,
      label: t.cadence[value],
      chosen: value === form.cadence,
    })),
    ...scheduleChoices(form.schedule, t.language),
    languages: languageChoices(t.language),
    guess: true,
  };
}
