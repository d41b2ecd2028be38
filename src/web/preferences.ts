/**
 * `/preferences/<token>`, where readers change what they get, and `/change/<token>`, where the letters about
 * a new address lead. A GET changes nothing; the token is the authority, so no cookie and no origin is looked at.
 */

import { type Context, Hono } from 'hono';
import { localDate } from '../editions/schedule.js';
import { normaliseAddress } from '../subscribers/address.js';
import type { ChangeState } from '../subscribers/address-change.js';
import type { Preferences } from '../subscribers/preferences.js';
import { spokenBy } from '../templates/pages/choices.js';
import { strings } from '../templates/strings/index.js';
import { clientAddress, networkOf } from './client.js';
import type { WebDeps } from './deps.js';
import { cadenceOf, type Fields, formSize, readForm, scheduleOf } from './form.js';
import type { PageResponder } from './respond.js';

/** Milliseconds that one may pause, at most. */
const longest = 366 * 86_400_000;

export function preferencesRoutes(deps: WebDeps, respond: PageResponder, base: string): Hono {
  const { preferences, addressChange, signUp } = deps;
  const app = new Hono();
  const size = formSize(respond);

  app.get('/preferences/:token', async (c) =>
    page(c, await preferences.read(c.req.param('token')), { saved: false }),
  );

  app.post('/preferences/:token', size, async (c) => {
    const token = c.req.param('token');
    const before = await preferences.read(token);
    if (!before) return page(c, before, { saved: false });
    const fields = await readForm(c);
    const language = spokenBy(fields.one('language')) ?? before.language;
    const schedule = { ...before.schedule, ...scheduleOf(fields) };
    const saved = await preferences.change(token, {
      profile: profileOf(fields, before.profile),
      schedule,
      language,
      pausedUntil: untilOf(fields.one('until'), schedule.timezone),
      text: strings(language).preferences.consent,
      network: networkOf(clientAddress(c, signUp.trustedProxies)),
    });
    return page(c, saved, { saved: true });
  });

  app.post('/preferences/:token/address', size, async (c) => {
    const token = c.req.param('token');
    const found = await preferences.read(token);
    if (!found) return page(c, found, { saved: false });
    const address = (await readForm(c)).one('email').slice(0, 320);
    const t = strings(found.language).signUp;
    if (!normaliseAddress(address)) {
      return page(c, found, { saved: false, problems: [t.noAddress] });
    }
    addressChange.ask(token, address);
    return respond(c, 200, (pages) => pages.checkMail(), { language: found.language });
  });

  function page(
    c: Context,
    found: Preferences | undefined,
    { saved, problems = [] }: { saved: boolean; problems?: readonly string[] },
  ) {
    if (!found) return respond(c, 404, (pages) => pages.noPreferences());
    const tomorrow = localDate(
      new Date(deps.now().getTime() + 86_400_000),
      found.schedule.timezone,
    );
    const links = {
      self: `${base}/preferences/${c.req.param('token')}`,
      unsubscribe: `${base}/unsubscribe/${found.unsubscribe}`,
    };
    const view = { ...found, tomorrow, links, saved, problems };
    const status = problems.length > 0 ? 422 : 200;
    return respond(c, status, (pages) => pages.preferences(view), { language: found.language });
  }

  /** What a form does not say of a program stays as it is. */
  function profileOf(fields: Fields, before: Preferences['profile']) {
    const chosen = signUp.programs.flatMap(({ id }) => {
      const said = fields.one(`cadence-${id}`);
      const cadence = said === '' ? before[id] : cadenceOf(said);
      return cadence ? [[id, cadence] as const] : [];
    });
    return Object.fromEntries(chosen);
  }

  /** A day to come within a year; undefined for anything else. */
  function untilOf(text: string, timezone: string) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return undefined;
    const now = deps.now();
    const last = localDate(new Date(now.getTime() + longest), timezone);
    return text > localDate(now, timezone) && text <= last ? text : undefined;
  }

  app.get('/change/:token', async (c) =>
    changePage(c, await addressChange.read(c.req.param('token'))),
  );
  app.post('/change/:token', size, async (c) =>
    changePage(c, await addressChange.confirm(c.req.param('token'))),
  );

  function changePage(c: Context, found: ChangeState) {
    if (found.state === 'over') return respond(c, 404, (pages) => pages.confirmOver());
    return respond(c, 200, (pages) => pages.change(found), { language: found.language });
  }

  return app;
}
