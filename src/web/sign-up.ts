/**
 * `/sign-up`, the same as a form to be framed at `/sign-up/embed`, and for scripts at `/sign-up.json`;
 * and `/confirm/<token>`, where the letter leads. The answer is the same for every address that could be
 * one, and comes before anything is looked up: nobody learns here who is a reader.
 */

import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Cadence } from '../model.js';
import { normaliseAddress } from '../subscribers/address.js';
import type { SignUpState } from '../subscribers/signups.js';
import { spokenBy } from '../templates/pages/choices.js';
import type { SignUpForm } from '../templates/pages/sign-up.js';
import { strings } from '../templates/strings/index.js';
import { clientAddress, limitKey, networkOf } from './client.js';
import type { WebDeps } from './deps.js';
import { cadenceOf, type Fields, fieldsOf, formSize, readForm, scheduleOf } from './form.js';
import type { PageResponder } from './respond.js';

export function signUpRoutes(deps: WebDeps, respond: PageResponder, base: string): Hono {
  const { signUp, newsroom } = deps;
  const app = new Hono();
  const size = formSize(respond);
  const languageOf = (text: string) => spokenBy(text) ?? strings(newsroom.language).language;
  const emptyForm = (): SignUpForm => ({
    address: '',
    programs: signUp.programs.length === 1 ? signUp.programs.map(({ id }) => id) : [],
    cadence: 'instant',
    schedule: signUp.schedule,
    started: signUp.startForm(),
    problems: [],
  });

  for (const framed of signUp.origins.length > 0 ? [false, true] : [false]) {
    const path = framed ? '/sign-up/embed' : '/sign-up';
    const page = (c: Context, status: ContentfulStatusCode, language: string, form: SignUpForm) =>
      respond(c, status, (pages) => pages.signUp(form), { language, framed, indexed: !framed });

    app.get(path, (c) => page(c, 200, languageOf(c.req.query('lang') ?? ''), emptyForm()));
    app.post(path, size, async (c) => {
      const fields = await readForm(c);
      const language = languageOf(fields.one('language'));
      const origin = framed ? 'embedded form' : 'sign-up page';
      const answer = await take(c, fields, language, origin);
      const look = { language, framed };
      if (answer === 'taken') return respond(c, 200, (pages) => pages.checkMail(), look);
      if (answer === 'limited') return respond(c, 429, (pages) => pages.notice('tooMany'), look);
      return page(c, 422, language, answer);
    });
  }

  /** What the form lacks, to be shown again; or that it was taken, or that there were too many. */
  async function take(
    c: Context,
    fields: Fields,
    language: string,
    page: string,
  ): Promise<'taken' | 'limited' | SignUpForm> {
    const t = strings(language).signUp;
    const address = fields.one('email').slice(0, 320);
    const chosen = signUp.programs
      .map(({ id }) => id)
      .filter((id) => fields.all('program').includes(id));
    const cadence: Cadence = cadenceOf(fields.one('cadence')) ?? 'instant';
    const schedule = { ...signUp.schedule, ...scheduleOf(fields) };
    const problems = [
      ...(normaliseAddress(address) ? [] : [t.noAddress]),
      ...(chosen.length > 0 ? [] : [t.noProgram]),
    ];
    const inTime = signUp.isInTime(fields.one('started'));
    if (problems.length === 0 && !inTime) problems.push(t.again);
    const client = clientAddress(c, signUp.trustedProxies);
    if (problems.length > 0) {
      const started = inTime ? fields.one('started') : signUp.startForm();
      return { address, programs: chosen, cadence, schedule, started, problems };
    }
    if (!(await signUp.allow(limitKey(client)))) return 'limited';
    // A field that no person sees: whoever fills it in is told the same, and that is all.
    if (fields.one('website') === '') {
      signUp.ask({
        address,
        profile: Object.fromEntries(chosen.map((id) => [id, cadence])),
        schedule,
        language,
        page,
        network: networkOf(client),
        text: t.consent(newsroom.name),
      });
    }
    return 'taken';
  }

  app.use('/sign-up.json', async (c, next) => {
    const origin = c.req.header('origin');
    c.header('Vary', 'Origin');
    c.header('Cache-Control', 'no-store');
    if (origin && signUp.origins.includes(origin)) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Methods', 'GET, POST');
      c.header('Access-Control-Allow-Headers', 'Content-Type');
      c.header('Cross-Origin-Resource-Policy', 'cross-origin');
    }
    return c.req.method === 'OPTIONS' ? c.body(null, 204) : next();
  });
  app.get('/sign-up.json', (c) => {
    const language = languageOf(c.req.query('lang') ?? '');
    return c.json({
      programs: signUp.programs.map(({ id, name, description }) => ({ id, name, description })),
      cadences: ['instant', 'daily', 'weekly'],
      schedule: signUp.schedule,
      consent: strings(language).signUp.consent(newsroom.name),
      language,
      started: signUp.startForm(),
    });
  });
  app.post('/sign-up.json', size, async (c) => {
    // Only a script may send this type, and only one of an origin that was asked about.
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      return c.json({ problems: ['Send this as application/json.'] }, 415);
    }
    const body: unknown = await c.req.json().catch(() => undefined);
    const entries = Object.entries(typeof body === 'object' && body ? body : {}).flatMap(
      ([name, value]) =>
        [value]
          .flat()
          .map((one): [string, unknown] => [name, typeof one === 'number' ? String(one) : one]),
    );
    const fields = fieldsOf(entries);
    const language = languageOf(fields.one('language'));
    const answer = await take(c, fields, language, 'JSON');
    const t = strings(language);
    if (answer === 'taken') return c.json({ message: t.signUp.checkMailText }, 202);
    if (answer === 'limited') return c.json({ problems: [t.page.tooManyText] }, 429);
    return c.json({ problems: answer.problems, started: answer.started }, 422);
  });

  app.get('/confirm/:token', async (c) => {
    const found = await signUp.read(c.req.param('token'));
    return confirmPage(c, found);
  });
  app.post('/confirm/:token', size, async (c) => {
    const network = networkOf(clientAddress(c, signUp.trustedProxies));
    return confirmPage(c, await signUp.confirm(c.req.param('token'), network));
  });

  function confirmPage(c: Context, found: SignUpState) {
    if (found.state === 'over') return respond(c, 404, (pages) => pages.confirmOver());
    const { language, programs } = found;
    const preferences = found.preferences && `${base}/preferences/${found.preferences}`;
    return respond(
      c,
      200,
      (pages) =>
        found.state === 'waiting'
          ? pages.confirm({ programs })
          : pages.confirmed({ programs, preferences }),
      { language },
    );
  }

  return app;
}
