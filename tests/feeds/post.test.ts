import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { newsroom } from './newsroom.js';

const form = new URLSearchParams({
  'hub.mode': 'publish',
  'hub.topic': 'https://a.example/?a=1&b',
});

function fetcher() {
  const made = createFetcher();
  onTestFinished(() => made.close());
  return made;
}

/** A server that notes the forms it is sent, and answers each path with a status, and a place to go on to. */
async function hub(answers: Readonly<Record<string, readonly [number, string?]>>) {
  const forms: string[] = [];
  const server = await newsroom(async (request, response) => {
    const [status, location] = answers[request.url ?? ''] ?? [404];
    forms.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    forms.push(await text(request));
    response
      .writeHead(status, location === undefined ? {} : { location })
      .end('Please\nask  later');
  });
  const post = (path: string) =>
    fetcher().post({ url: `${server.url}${path}`, form, allowPrivate: true });
  return { post, forms, requests: server.requests };
}

test.each([200, 202, 204])('a form is sent as browsers do, and %i is good', async (status) => {
  const { post, forms } = await hub({ '/': [status] });
  expect(await post('/')).toMatchObject({ kind: 'ok', status });
  expect(forms).toEqual([
    'POST / application/x-www-form-urlencoded',
    'hub.mode=publish&hub.topic=https%3A%2F%2Fa.example%2F%3Fa%3D1%26b',
  ]);
});

test.each([301, 302, 307, 308])('a redirect of %i takes the form along', async (status) => {
  const { post, forms } = await hub({ '/old': [status, '/new'], '/new': [202] });
  expect(await post('/old')).toMatchObject({ kind: 'ok', status: 202 });
  expect(forms[3]).toBe(form.toString());
  expect(forms[2]).toMatch(/^POST \/new /);
});

test('a redirect of 303 is not followed, as the form was for somebody else', async () => {
  const { post, requests } = await hub({ '/': [303, '/elsewhere'] });
  expect((await post('/')).kind).toBe('failed');
  expect(requests).toHaveLength(1);
});

test('a refusal is told in the words of who refused', async () => {
  const { post } = await hub({ '/': [400] });
  const refused = await post('/');
  expect(refused.kind === 'failed' && refused.reason).toMatch(
    /^127\.0\.0\.1:\d+ answered 400 Bad Request: “Please ask later”$/,
  );
});

test('no form goes to a private network that was not meant', async () => {
  const server = await newsroom((_, response) => void response.end());
  const result = await fetcher().post({ url: server.url, form });
  expect(result.kind === 'failed' && result.reason).toContain('private network');
  expect(server.requests).toHaveLength(0);
});
