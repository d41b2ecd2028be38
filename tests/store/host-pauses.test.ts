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

it('does not let a host be asked earlier by a second, shorter pause', async () => {
  const database = await testLedger();
  const pauses = createPauses(database, () => later(0));
  await pauses.put('newsroom.test', later(600));
  await pauses.put('newsroom.test', later(60));
  expect(await pauses.until('newsroom.test')).toEqual(later(600));
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
