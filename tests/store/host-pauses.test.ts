import { expect, it, onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createPauses } from '../../src/store/host-pauses.js';
import { newsroom } from '../feeds/newsroom.js';
import { testLedger } from '../support/database.js';
import { later } from '../support/ledger.js';

it('keeps that a host asked to be left alone for other processes, and through a restart', async () => {
  const database = await testLedger();
  const server = await newsroom((request, response) => {
    const busy = request.url === '/busy';
    response.writeHead(busy ? 429 : 200, busy ? { 'retry-after': '120' } : {}).end('x');
  });
  const fetchAt = (seconds: number, path: string) => {
    const now = () => later(seconds);
    const pauses = createPauses(database, now);
    const fetcher = createFetcher({ now: () => now().getTime(), pauses });
    onTestFinished(() => fetcher.close());
    return fetcher.get({ url: `${server.url}${path}`, allowPrivate: true });
  };
  expect(await fetchAt(0, '/busy')).toMatchObject({ kind: 'failed', retryAfter: 120 });
  expect(await fetchAt(30, '/other')).toMatchObject({ notAsked: true, retryAfter: 90 });
  expect(server.requests).toHaveLength(1);
  expect(await fetchAt(120, '/other')).toMatchObject({ kind: 'ok' });
});

it('takes a pause that is longer than any for one of a clock that was wrong', async () => {
  const database = await testLedger();
  const server = await newsroom((_, response) => void response.end('x'));
  const now = () => later(0);
  const pauses = createPauses(database, now);
  await pauses.put(new URL(server.url).host, later(90_000));
  const fetcher = createFetcher({ now: () => now().getTime(), pauses });
  onTestFinished(() => fetcher.close());
  expect(await fetcher.get({ url: server.url, allowPrivate: true })).toMatchObject({ kind: 'ok' });
});

it('forgets what is over', async () => {
  const database = await testLedger();
  const pauses = (seconds: number) => createPauses(database, () => later(seconds));
  await pauses(0).put('newsroom.test', later(60));
  expect(await pauses(60).until('newsroom.test')).toBeUndefined();
  await pauses(61).put('other.test', later(90));
  const { rows } = await database.query('select host from host_pauses');
  expect(rows).toEqual([{ host: 'other.test' }]);
});
