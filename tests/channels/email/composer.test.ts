import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createComposer } from '../../../src/channels/email/composer.js';
import { composeMessage, type MessageOptions } from '../../../src/channels/email/message.js';
import { createStencil, valuesOf } from '../../../src/channels/email/stencil.js';
import { type Mail, mailOf, toWire } from '../../../src/channels/email/wire.js';
import type { Edition } from '../../../src/model.js';
import { renderMail } from '../../../src/templates/email/mail.js';
import {
  alert,
  alertOf,
  bare,
  economy,
  newsroom,
  security,
} from '../../templates/email/editions.js';
import { config, delivery } from './parts.js';

const russian =
  'Пять государств согласились обмениваться данными о своих реках, а кто делит воду в засушливый год, в соглашении не сказано. ';
const editions: Record<string, Edition> = {
  English: alert({ programs: [security, economy] }),
  Russian: alert(
    { title: russian, summary: russian.repeat(2), bodyHtml: `<p>${russian.repeat(20)}</p>` },
    'ru',
  ),
  bare: alertOf(bare()),
};

const names = [
  'Ann',
  '',
  'Zoë "Z" Reader',
  'Айгерим Сатыбалды из отдела водных отношений и климата',
  'A very long name that a header has to fold somewhere, as it does not fit into one line',
  'Bob',
];

/** What the messages to readers of these names are composed of. */
async function readers(edition: Edition, names: readonly string[]): Promise<MessageOptions[]> {
  const rendered = JSON.parse(JSON.stringify(await renderMail(edition, newsroom)));
  const token = () => `1.${randomUUID()}.${Buffer.from(randomUUID()).toString('base64url')}`;
  return names.map((name, n) => ({
    config: { ...config, unsubscribeMailto: 'leave@news.example' },
    newsroom,
    rendered,
    delivery: { ...delivery(`${randomUUID()}@one.example`, { name }), editionId: edition.id },
    to: n === 4 ? 'наталья@пример.рф' : `reader${n}@one.example`,
    returnPath: `bounce+${n}.0a1b@news.example`,
    unsubscribeUrl: `https://news.example/unsubscribe/${token()}?k=1&v=2`,
    preferencesUrl: `https://news.example/preferences/${token()}`,
    webViewUrl: 'https://news.example/editions/0b9f7a34',
  }));
}

describe.each(Object.entries(editions))('a stencil of a mail (%s)', (_, edition) => {
  it('writes the same octets for other readers as composing does', async () => {
    const [first, ...others] = (await readers(edition, names)) as [MessageOptions];
    const { raw, messageId } = await composeMessage(first);
    const stencil = createStencil(first, raw, valuesOf(first, messageId));
    for (const other of others as MessageOptions[]) {
      const composed = await composeMessage(other);
      const mail = stencil?.(other, valuesOf(other, composed.messageId));
      const { wire = [], octets } = mail ?? {};
      expect(Buffer.concat(wire).toString('latin1')).toBe(toWire(composed.raw).toString('latin1'));
      expect(octets).toBe(composed.raw.length);
    }
  });
});

/** As it goes over the wire in one piece. */
const whole = ({ envelope, octets, wire }: Mail) => ({
  envelope,
  octets,
  wire: Buffer.concat(wire),
});
const inFull = async (options: MessageOptions) => whole(mailOf(await composeMessage(options)));

describe('a composer', () => {
  it('gives each reader what composing does, whatever their programs and the length of their tokens', async () => {
    const { English } = editions as { English: Edition };
    const compose = createComposer();
    const plain = await readers(English, ['Ann', 'Bob', 'Cem', 'Dan', 'Eva', 'Fay', 'Gus', 'Hal']);
    const all = plain.map((options, n) => ({
      ...options,
      ...(n % 4 === 1 && { unsubscribeUrl: `https://news.example/unsubscribe/2.${n}` }),
      delivery: { ...options.delivery, programs: n % 2 ? ['spp'] : ['spp', 'econ'] },
    }));
    for (const options of [...all, ...all])
      expect(whole(await compose(options))).toEqual(await inFull(options));
  });

  it('copies no more of a long message for each reader than is around what is their own', async () => {
    const long = alert({ bodyHtml: `<p>${russian.repeat(20)}</p><p>...</p>`.repeat(10) });
    const compose = createComposer();
    const mails: Mail[] = [];
    for (const options of await readers(long, ['Ann', 'Bob', 'Cem', 'Dan']))
      mails.push(await compose(options));
    const [third, last] = mails.slice(2) as [Mail, Mail];
    const own = last.wire.filter((piece) => !third.wire.includes(piece));
    expect(last.octets).toBeGreaterThan(25_000);
    expect(Buffer.concat(own).length).toBeLessThan(last.octets / 5);
    expect(last.wire.length).toBeLessThan(12);
  });

  it('believes no stencil before each value was another one', async () => {
    const tokens = ['Zq', 'Zq', 'Xw', 'Vk', 'Zq'];
    const plain = await readers(editions.English as Edition, ['Ann', 'Bob', 'Cem', 'Dan', 'Eva']);
    const compose = createComposer();
    for (const [n, options] of plain.entries()) {
      const unsubscribeUrl = `https://news.example/unsubscribe/${tokens[n]}`;
      const preferencesUrl = 'https://news.example/preferences/Zq';
      const given = { ...options, unsubscribeUrl, preferencesUrl };
      expect(whole(await compose(given))).toEqual(await inFull(given));
    }
  });

  it('composes in full where an article says what is a reader’s own', async () => {
    const [model] = (await readers(alert(), ['Ann'])) as [MessageOptions];
    const quoting = alert({ bodyHtml: `<p>${model.unsubscribeUrl}</p>` });
    const [first, ...others] = (await readers(quoting, ['Ann', 'Bob', 'Cem', 'Dan'])) as [
      MessageOptions,
    ];
    const compose = createComposer();
    const own = { ...first, unsubscribeUrl: model.unsubscribeUrl };
    for (const options of [own, ...others])
      expect(whole(await compose(options))).toEqual(await inFull(options));
  });
});
