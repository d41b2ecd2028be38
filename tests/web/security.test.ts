/** What every answer says to browsers, whatever is asked. */

import { expect, it } from 'vitest';
import { FakeNewsroom, serve } from './parts.js';

const paths = [
  '/sign-up',
  '/sign-up.json',
  '/confirm/token',
  '/confirm/unknown',
  '/preferences/token',
  '/preferences/unknown',
  '/change/token',
  '/unsubscribe/token',
  '/unsubscribe/unknown',
  '/archive',
  '/archive/all',
  '/nowhere',
];

it.each(paths)(
  '%s runs and loads nothing foreign, sets no cookie and tells nobody its address',
  async (path) => {
    const server = await serve(new FakeNewsroom());
    const { headers } = await fetch(server.url + path, {
      headers: { 'x-forwarded-host': 'evil.example', referer: 'https://evil.example' },
    });
    await server.close();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=/);
    expect(headers.get('set-cookie')).toBeNull();
  },
);

it.each(paths)('%s redirects nowhere, however it is asked', async (path) => {
  const server = await serve(new FakeNewsroom());
  const asked = [
    '',
    '?next=https://evil.example',
    '//evil.example',
    '/%2f%2fevil.example',
    '%0d%0aLocation:%20x',
  ];
  for (const more of asked) {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(server.url + path + more, {
        method,
        redirect: 'manual',
        headers: { 'x-forwarded-host': 'evil.example' },
        ...(method === 'POST' && { body: new URLSearchParams({ next: 'https://evil.example' }) }),
      });
      expect([answer.status >= 300 && answer.status < 400, answer.headers.get('location')]).toEqual(
        [false, null],
      );
      expect(await answer.text()).not.toContain('evil.example');
    }
  }
  await server.close();
});
