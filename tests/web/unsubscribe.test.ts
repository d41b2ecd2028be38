import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { energy, FakeNewsroom, serve, spp } from './parts.js';

let deps: FakeNewsroom;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  deps = new FakeNewsroom();
  server = await serve(deps);
});
afterEach(() => server.close());

const open = async (token = 'token') => (await fetch(`${server.url}/unsubscribe/${token}`)).text();

const post = (
  body: string | FormData | null,
  headers: Record<string, string> = {},
  token = 'token',
) =>
  fetch(`${server.url}/unsubscribe/${token}`, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
  });

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
const multipart = { 'content-type': 'multipart/form-data; boundary="--b.1"' };
const part = 'Content-Disposition: form-data; name="List-Unsubscribe"';

describe('the page of an unsubscribe link', () => {
  it('names the programs of the e-mail and offers to leave them, or everything', async () => {
    const page = await open();
    expect(page).toContain('value="programs">Stop e-mails about Security and Politics<');
    expect(page).toContain('class="second">Stop all e-mails from Caspian Policy Desk<');
    expect(page).toContain('Nothing changes until you press a button.');
    expect(deps.reads).toEqual([spp, energy]);
  });

  it('offers only the rest to who left the programs already', async () => {
    deps.reads = [energy];
    const page = await open();
    expect(page).toContain('You receive no e-mails from Caspian Policy Desk any more about:');
    expect(page).not.toContain('value="programs"');
    expect(page).toContain('value="all"');
  });

  it('says goodbye after its first button, names what is left, and offers to leave that too', async () => {
    const response = await post('scope=programs', urlencoded);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('You will get no more e-mails about Security and Politics.');
    expect(page).toContain('Energy &amp; Water');
    expect(page).toContain('value="all"');
    expect(deps.reads).toEqual([energy]);
  });

  it('says goodbye to everything after its second button', async () => {
    const response = await post('scope=all', urlencoded);
    const page = await response.text();
    expect(page).toContain('You will get no more e-mails from Caspian Policy Desk.');
    expect(page).not.toContain('<button');
    expect(deps.reads).toEqual([]);
  });

  it('is not found for an unknown token, and says what to do', async () => {
    const response = await fetch(`${server.url}/unsubscribe/unknown`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Open it again from the e-mail itself');
    expect((await post('scope=all', urlencoded, 'unknown')).status).toBe(404);
  });

  it('is kept by no cache', async () => {
    const response = await fetch(`${server.url}/unsubscribe/token`);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the one-click POST of RFC 8058', () => {
  it.each<[string, string, Record<string, string>]>([
    ['urlencoded', 'List-Unsubscribe=One-Click', urlencoded],
    [
      'urlencoded with a charset',
      'List-Unsubscribe=One-Click',
      { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    ],
    ['multipart', `----b.1\r\n${part}\r\n\r\nOne-Click\r\n----b.1--\r\n`, multipart],
    [
      'multipart without a last line end',
      `----b.1\r\n${part}\r\n\r\nOne-Click\r\n----b.1--`,
      multipart,
    ],
    [
      'multipart with a content type in the part',
      `----b.1\r\n${part}\r\nContent-Type: text/plain\r\n\r\nOne-Click\r\n----b.1--\r\n`,
      multipart,
    ],
  ])('as %s leaves the programs of the e-mail', async (_, body, headers) => {
    const response = await post(body, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(deps.changes).toEqual(['programs']);
    expect(deps.reads).toEqual([energy]);
  });

  it('is taken as fetch and browsers write multipart', async () => {
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    expect((await post(form)).status).toBe(200);
    expect(deps.reads).toEqual([energy]);
  });

  it('is taken from any origin, without a cookie, and answered the same twice', async () => {
    const headers = {
      ...urlencoded,
      origin: 'https://mail.example',
      'sec-fetch-site': 'cross-site',
    };
    const answers = [];
    for (const _ of [1, 2]) {
      const response = await post('List-Unsubscribe=One-Click', headers);
      expect(response.headers.get('set-cookie')).toBeNull();
      answers.push([response.status, await response.text()]);
    }
    expect(answers[0]).toEqual([200, 'You are unsubscribed.\n']);
    expect(answers[1]).toEqual(answers[0]);
    expect(deps.reads).toEqual([energy]);
  });

  it('is not found for an unknown token', async () => {
    const response = await post('List-Unsubscribe=One-Click', urlencoded, 'unknown');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });
});

describe('a POST that does not say what to stop', () => {
  it.each<[string, string | null, Record<string, string>, number]>([
    ['no body', null, {}, 400],
    ['another field', 'List-Unsubscribe=Two-Clicks&scope=none', urlencoded, 400],
    [
      'another type',
      '{"List-Unsubscribe":"One-Click"}',
      { 'content-type': 'application/json' },
      400,
    ],
    ['broken multipart', '----b.1\r\nnonsense', multipart, 400],
    ['no boundary', 'x', { 'content-type': 'multipart/form-data' }, 400],
    ['a huge body', `scope=all&x=${'x'.repeat(20_000)}`, urlencoded, 413],
  ])('with %s changes nothing', async (_, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain('press one of its buttons');
    expect(deps.changes).toEqual([]);
  });

  it('with a huge body of unknown length changes nothing', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`scope=all&x=${'x'.repeat(40_000)}`));
        controller.close();
      },
    });
    const init = { method: 'POST', body: chunks, headers: urlencoded, duplex: 'half' } as const;
    const response = await fetch(`${server.url}/unsubscribe/token`, init);
    expect(response.status).toBe(413);
    expect(deps.changes).toEqual([]);
  });
});
