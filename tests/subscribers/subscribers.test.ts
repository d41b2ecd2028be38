import { describe, expect, it } from 'vitest';
import { destinationRow, isSuppressed } from '../../src/store/destinations.js';
import { deriveKeys, openKeys } from '../../src/subscribers/keys.js';
import { createSubscribers } from '../../src/subscribers/subscribers.js';
import {
  formToken,
  idToken,
  readFormToken,
  readIdToken,
  readUnsubscribeToken,
  returnPath,
  unsubscribeToken,
} from '../../src/subscribers/tokens.js';
import { testLedger } from '../support/database.js';
import { at, programs } from '../support/ledger.js';

const keys = deriveKeys('a secret of the test, long enough');

async function room() {
  const database = await testLedger();
  const subscribers = createSubscribers({
    database,
    keys,
    programs,
    schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
    now: () => at,
    unwantedDomains: ['throwaway.example'],
  });
  const add = (address: string, chosen = ['spp']) =>
    subscribers.add(
      { address, programs: chosen, cadence: 'instant', language: 'en', consentOrigin: 'Sheet' },
      'dana',
    );
  return { database, subscribers, add };
}

describe('subscribers', () => {
  it('are one reader however their address is spelt', async () => {
    const { add } = await room();
    const first = await add('Reader@Пример.Example');
    expect(first.result).toBe('added');
    expect(await add(' reader@xn--e1afmkfd.example ')).toMatchObject({
      result: 'unchanged',
      id: 'id' in first && first.id,
    });
  });

  it('come in with their consent on record, or not at all', async () => {
    const { database, subscribers, add } = await room();
    await add('reader@example.org');
    const { rows } = await database.query('select act, programs, origin, actor from consents');
    expect(rows).toEqual([{ act: 'given', programs: ['spp'], origin: 'Sheet', actor: 'dana' }]);
    const without = await subscribers.add(
      {
        address: 'other@example.org',
        programs: ['spp'],
        cadence: 'instant',
        language: 'en',
        consentOrigin: ' ',
      },
      'dana',
    );
    expect(without.result).toBe('invalid');
  });

  it('that moved to another address are not brought in at the old one too', async () => {
    const { database, add } = await room();
    await add('old@example.org');
    const hash = keys.addressHash('email', 'new@example.org');
    await database.query(`update destinations set address = 'new@example.org', address_hash = $1`, [
      hash,
    ]);
    expect(await add('old@example.org')).toMatchObject({
      result: 'suppressed',
      reason: expect.stringContaining('has moved to another one'),
    });
    expect((await add('new@example.org')).result).toBe('unchanged');
  });

  it('are not taken at an unwanted domain', async () => {
    const { add } = await room();
    expect(await add('reader@mx.throwaway.example')).toEqual({
      result: 'invalid',
      reason: 'Addresses at throwaway.example are not taken.',
    });
  });

  it('keep what they chose when they are added again, and gain what is new', async () => {
    const { database, add } = await room();
    const { id } = (await add('reader@example.org')) as { id: string };
    expect((await add('reader@example.org', ['spp', 'eep'])).result).toBe('updated');
    expect((await destinationRow(database, id))?.profile).toEqual({
      spp: 'instant',
      eep: 'instant',
    });
  });

  it('that left a program are not brought back by being added again', async () => {
    const { database, subscribers, add } = await room();
    const { id } = (await add('reader@example.org', ['spp', 'eep'])) as { id: string };
    const token = unsubscribeToken(keys, { destination: id, programs: ['spp'] });
    expect(await subscribers.readLink(token)).toMatchObject({ reads: true });
    expect(await subscribers.leave(token, 'programs')).toMatchObject({
      remaining: [{ id: 'eep' }],
    });
    expect(await subscribers.leave(token, 'programs')).toMatchObject({
      remaining: [{ id: 'eep' }],
    });
    expect((await add('reader@example.org', ['spp', 'eep'])).result).toBe('unchanged');
    expect((await destinationRow(database, id))?.profile).toEqual({ eep: 'instant' });
  });

  it('that left everything are suppressed, and an import cannot bring them back', async () => {
    const { database, subscribers, add } = await room();
    const { id } = (await add('reader@example.org', ['spp', 'eep'])) as { id: string };
    await subscribers.leave(unsubscribeToken(keys, { destination: id, programs: ['spp'] }), 'all');
    expect(await isSuppressed(database, keys.addressHash('email', 'reader@example.org'))).toBe(
      true,
    );
    expect((await add('READER@example.org')).result).toBe('suppressed');
  });
});

describe('tokens', () => {
  const destination = '0b6f1f0e-8d0c-4c59-9c0e-2f6f3f1f5a10';

  it('say who they are for, and nothing else can make them', () => {
    const token = unsubscribeToken(keys, { destination, programs: ['spp', 'eep'] });
    expect(token).toMatch(/^[\w.~-]+$/);
    expect(readUnsubscribeToken(keys, token)).toEqual({ destination, programs: ['spp', 'eep'] });
    expect(readUnsubscribeToken(keys, token.replace('spp', 'xxx'))).toBeUndefined();
    expect(readUnsubscribeToken(keys, `${token}x`)).toBeUndefined();
    expect(readUnsubscribeToken(keys, '')).toBeUndefined();
    expect(readUnsubscribeToken(deriveKeys('another secret'), token)).toBeUndefined();
  });

  it('for return paths fit into a local part', () => {
    const path = returnPath(keys, { editionId: destination, destination: { id: destination } });
    expect(path.length).toBeLessThanOrEqual(64);
    expect(path).toMatch(/^bounce\+[0-9a-f.]+$/);
  });
});

it('refuses a ledger that was made under another secret', async () => {
  const database = await testLedger();
  const first = 'a secret of the test, long enough';
  await openKeys(database, first);
  await openKeys(database, first);
  await expect(openKeys(database, 'another')).rejects.toThrow('BROADSHEET_SECRET is not the one');
});

describe('a secret that was changed', () => {
  const destination = '0b6f1f0e-8d0c-4c59-9c0e-2f6f3f1f5a10';
  const claim = { destination, programs: ['spp'] };

  it('leaves every link good that was made under an old one, and makes new ones under the new one', async () => {
    const database = await testLedger();
    const first = await openKeys(database, 'first');
    const second = await openKeys(database, 'second', ['first']);
    const third = await openKeys(database, 'third', ['second', 'first']);
    const tokens = [first, second, third].map((one) => unsubscribeToken(one, claim));
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(readUnsubscribeToken(third, token)).toEqual(claim);
    expect(readUnsubscribeToken(second, tokens[2] as string)).toBeUndefined();
    expect(third.macs('return-path', 'x')).toContainEqual(first.mac('return-path', 'x'));
  });

  it('leaves every suppression found', async () => {
    const database = await testLedger();
    const hash = (await openKeys(database, 'first')).addressHash('email', 'a@b.example');
    const keys = await openKeys(database, 'third', ['second', 'first']);
    expect(keys.addressHash('email', 'a@b.example')).toEqual(hash);
    await expect(openKeys(database, 'third', ['second'])).rejects.toThrow('BROADSHEET_OLD_SECRETS');
  });

  it('makes no token of one purpose good for another', () => {
    const token = idToken(keys, 'confirm', destination);
    expect(readIdToken(keys, 'confirm', token)).toEqual({ id: destination, note: '' });
    expect(readIdToken(keys, 'preferences', token)).toBeUndefined();
    expect(readUnsubscribeToken(keys, token)).toBeUndefined();
    expect(readFormToken(keys, formToken(keys, at))).toEqual(at);
  });
});
