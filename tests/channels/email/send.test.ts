import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../src/model.js';
import { startMailServer } from './mail-server.js';
import {
  all,
  config,
  delivery,
  edition,
  mailServer,
  openChannel,
  openWire,
  scripted,
} from './parts.js';

/** Sends to these addresses over the server, and returns the receipts in the same order. */
async function send(url: string | undefined, addresses: readonly string[], wire = openWire()) {
  const email = openChannel(url);
  const deliveries = addresses.map((address) => delivery(address));
  const receipts = await all(email.send(await email.render(edition), deliveries, wire));
  return { receipts: deliveries.map(({ id }) => receipts.get(id) as Receipt), deliveries, wire };
}

describe('an accepted delivery', () => {
  it('goes to each reader in a transaction of its own, from a return path of its own', async () => {
    const server = await mailServer();
    const addresses = ['a@one.example', 'bb@one.example', 'ccc@two.example'];
    const { receipts, wire, deliveries } = await send(server.url, addresses);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(receipts[0]).toMatchObject({ detail: expect.stringMatching(/^250 /) });
    expect(server.received.map(({ to }) => to).sort()).toEqual(addresses.map((one) => [one]));
    expect(new Set(server.received.map(({ from }) => from)).size).toBe(3);
    expect(wire.asked.sort()).toEqual(deliveries.map(({ id }) => id).sort());
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('keeps to the number of connections when several batches are sent at once', async () => {
    const server = await mailServer();
    const email = openChannel(server.url);
    const rendered = await email.render(edition);
    const batches = ['a', 'b', 'c', 'd'].map((name) => [
      delivery(`${name}1@one.example`),
      delivery(`${name}2@one.example`),
    ]);
    await Promise.all(batches.map((batch) => all(email.send(rendered, batch, openWire()))));
    expect(server.received).toHaveLength(8);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('waits for a slow answer', async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const server = await mailServer({
      beforeAnswer: async () => {
        setImmediate(answer);
        await held;
      },
    });
    const { receipts } = await send(server.url, ['a@one.example']);
    expect(receipts[0]?.outcome).toBe('accepted');
  });

  it('has the same octets on each attempt', async () => {
    const server = await mailServer();
    await send(server.url, ['a@one.example']);
    await send(server.url, ['a@one.example']);
    expect(server.received[0]?.raw.equals(server.received[1]?.raw ?? Buffer.of())).toBe(true);
  });
});

describe('a refused delivery', () => {
  it('is told apart by stage and code, and stops no other', async () => {
    const replies: Record<string, string> = {
      'gone@one.example': '550 5.1.1 <gone@one.example>: user unknown',
      'bare@one.example': '550 no such user',
      'policy@one.example': '550 5.7.515 sender does not meet the required level',
      'full@one.example': '452 4.2.2 mailbox full',
      'big@one.example': '552 5.2.2 over quota',
    };
    const server = await mailServer({
      rcpt: (address) => replies[address],
      data: ({ to }) =>
        to[0] === 'spam@one.example'
          ? '554 5.7.1 looks like spam'
          : to[0] === 'later@one.example'
            ? '451 4.7.1 greylisted'
            : undefined,
    });
    const { receipts } = await send(server.url, [
      ...Object.keys(replies),
      'spam@one.example',
      'later@one.example',
      'fine@one.example',
    ]);
    expect(receipts).toMatchObject([
      { outcome: 'rejected', addressRefused: true },
      { outcome: 'rejected', addressRefused: true },
      { outcome: 'rejected', addressRefused: false },
      { outcome: 'deferred', scope: 'delivery' },
      { outcome: 'rejected', addressRefused: false },
      { outcome: 'rejected', addressRefused: false },
      { outcome: 'deferred', scope: 'delivery' },
      { outcome: 'accepted' },
    ]);
    expect(JSON.stringify(receipts.map((one) => ({ ...one, delivery: '' })))).not.toContain('@one');
    expect(server.received).toHaveLength(1);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('does not blame the address for what the server says of the sender', async () => {
    const server = await mailServer({ mail: () => '550 5.1.8 bad sender' });
    const { receipts } = await send(server.url, ['a@one.example']);
    expect(receipts[0]).toMatchObject({ outcome: 'rejected', addressRefused: false });
  });

  it.each(['no-at-sign', 'a b@one.example', 'a@one.example\r\nRCPT TO:<b@two.example>', 'a@'])(
    'never touches the wire for %j, which is no address',
    async (address) => {
      const server = await mailServer();
      const { receipts, wire } = await send(server.url, [address]);
      expect(receipts[0]?.outcome).toBe('rejected');
      expect(wire.asked).toEqual([]);
      expect(server.received).toEqual([]);
    },
  );
});

describe('a mail server that cannot be used', () => {
  it('defers the channel, and the wire is never asked, when there is none', async () => {
    const { receipts, wire } = await send(undefined, ['a@one.example', 'b@one.example']);
    expect(receipts[0]).toMatchObject({ outcome: 'deferred', scope: 'channel' });
    expect(receipts[0]).toMatchObject({ reason: expect.stringContaining('Set SMTP_URL') });
    expect(wire.asked).toEqual([]);
  });

  it('defers the channel when it refuses the connection', async () => {
    const server = await startMailServer();
    await server.close();
    const { receipts, wire } = await send(server.url, ['a@one.example']);
    expect(receipts[0]).toMatchObject({
      outcome: 'deferred',
      scope: 'channel',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(wire.asked).toEqual([]);
  });

  it('says what to write where the server does not speak TLS from the first byte', async () => {
    const server = await mailServer();
    const { receipts } = await send(server.url.replace('smtp:', 'smtps:'), ['a@one.example']);
    expect(receipts[0]).toMatchObject({
      outcome: 'deferred',
      reason: expect.stringContaining('Write smtp:// for STARTTLS'),
    });
  });

  it('defers the channel when it refuses to sign in, and tells no password', async () => {
    const server = await mailServer(
      {},
      {
        onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) =>
          done(new Error('no')),
        allowInsecureAuth: true,
      },
    );
    const url = server.url.replace('//', '//user:hunter2secret@');
    const { receipts, wire } = await send(url, ['a@one.example']);
    expect(receipts[0]).toMatchObject({
      outcome: 'deferred',
      scope: 'channel',
      reason: expect.stringContaining('535'),
    });
    expect(JSON.stringify(receipts)).not.toContain('hunter2secret');
    expect(wire.asked).toEqual([]);
  });

  it('defers the channel and stops the batch at a 421', async () => {
    const server = await mailServer({ rcpt: () => '421 4.3.2 shutting down' });
    const addresses = Array.from({ length: 20 }, (_, index) => `reader${index}@one.example`);
    const { receipts, wire } = await send(server.url, addresses);
    expect(receipts[0]).toMatchObject({ outcome: 'deferred', scope: 'channel' });
    expect(wire.asked.length).toBeLessThanOrEqual(2);
    expect(receipts.filter(Boolean)).toHaveLength(wire.asked.length);
  });

  it('is not tried again by those of a batch that waited until others had tried it', async () => {
    const url = await scripted((line, socket) =>
      socket.write(line.startsWith('MAIL') ? '421 4.3.2 shutting down\r\n' : '250 ok\r\n'),
    );
    const email = openChannel(url);
    const rendered = await email.render(edition);
    // The one of another batch has the first of two connections until the end.
    const wire = openWire();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const onWire: typeof wire.onWire = async (ids) => {
      const may = await wire.onWire(ids);
      await answered;
      return may;
    };
    const other = all(email.send(rendered, [delivery('o@one.example')], { ...wire, onWire }));
    await expect.poll(() => wire.asked.length, { timeout: 20_000 }).toBe(1);
    const own = openWire();
    const both = ['a@one.example', 'b@one.example'].map((address) => delivery(address));
    const receipts = await all(email.send(rendered, both, own));
    expect(own.asked).toHaveLength(1);
    expect([...receipts.values()]).toMatchObject([{ outcome: 'deferred', scope: 'channel' }]);
    answer();
    await other;
  });
});

describe('stopping', () => {
  it('finishes what is on the wire, and starts nothing new', async () => {
    const wire = openWire();
    const server = await mailServer({ beforeAnswer: async () => wire.stop.abort() });
    const addresses = Array.from({ length: 10 }, (_, index) => `reader${index}@one.example`);
    const { receipts } = await send(server.url, addresses, wire);
    const settled = receipts.filter(Boolean);
    expect(settled.length).toBeGreaterThan(0);
    expect(settled.length).toBeLessThanOrEqual(2);
    expect(settled.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(wire.asked).toHaveLength(settled.length);
    expect(server.received).toHaveLength(settled.length);
  });

  it('sends nothing that onWire did not allow', async () => {
    const server = await mailServer();
    const [held, free] = [delivery('held@one.example'), delivery('free@one.example')];
    const email = openChannel(server.url);
    const wire = openWire([held.id]);
    const receipts = await all(email.send(await email.render(edition), [held, free], wire));
    expect([...receipts.keys()]).toEqual([free.id]);
    expect(server.received.map(({ to }) => to)).toEqual([['free@one.example']]);
  });

  it('costs the server a few connections where staff stop an edition, however many deliveries are left', async () => {
    const server = await mailServer();
    const email = openChannel(server.url);
    const rest = Array.from({ length: 20 }, (_, n) => delivery(`reader${n}@one.example`));
    const wire = openWire(rest.map(({ id }) => id));
    expect((await all(email.send(await email.render(edition), rest, wire))).size).toBe(0);
    expect(wire.asked).toHaveLength(rest.length);
    expect(server.connections()).toBeLessThanOrEqual(2 * config.connections);
    const free = delivery('free@one.example');
    await all(email.send(await email.render(edition), [free], openWire()));
    expect(server.received.map(({ to }) => to)).toEqual([['free@one.example']]);
  });

  it('loses no receipt when onWire fails for another delivery', async () => {
    const server = await mailServer();
    const email = openChannel(server.url);
    const wire = openWire();
    const [bad, good] = [delivery('bad@one.example'), delivery('good@one.example')];
    const seen: Receipt[] = [];
    const failing = {
      ...wire,
      onWire: async (ids: readonly string[]) => {
        if (ids.includes(bad.id)) throw new Error('The database is gone.');
        return new Set(ids);
      },
    };
    const sending = (async () => {
      for await (const one of email.send(await email.render(edition), [bad, good], failing))
        seen.push(one);
    })();
    await expect(sending).rejects.toThrow('The database is gone.');
    expect(seen).toHaveLength(server.received.length);
  });
});

describe('addresses beyond ASCII', () => {
  it('go out with the domain in punycode', async () => {
    const recipients: string[] = [];
    const url = await scripted((line, socket) => {
      if (line.startsWith('RCPT')) recipients.push(line);
      socket.write(line === 'DATA' ? '451 not now\r\n' : '250 ok\r\n');
    });
    await send(url, ['reader@пример.example']);
    expect(recipients).toEqual(['RCPT TO:<reader@xn--e1afmkfd.example>']);
  });

  it('are rejected with a reason where the server has no SMTPUTF8', async () => {
    const server = await mailServer({}, { hideSMTPUTF8: true });
    const { receipts, wire } = await send(server.url, ['читатель@one.example']);
    expect(receipts[0]).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('SMTPUTF8'),
    });
    expect(wire.asked).toEqual([]);
  });

  it('are accepted where it has', async () => {
    const server = await mailServer({}, { hideSMTPUTF8: false });
    const { receipts } = await send(server.url, ['читатель@one.example']);
    expect(receipts[0]?.outcome).toBe('accepted');
    expect(server.received[0]?.to).toEqual(['читатель@one.example']);
  });
});

describe('check', () => {
  it('says what works, and reaches no reader', async () => {
    const server = await mailServer();
    const findings = await openChannel(server.url).check();
    expect(findings).toMatchObject([{ level: 'ok' }, { subject: 'DKIM', level: 'warning' }]);
    expect(server.received).toEqual([]);
  });

  it('says what to do about a server that is not there', async () => {
    const server = await startMailServer();
    await server.close();
    expect((await openChannel(server.url).check())[0]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('Check SMTP_URL'),
    });
    expect((await openChannel(undefined).check())[0]).toMatchObject({ level: 'error' });
    expect(() => openChannel('mail.example:25')).toThrow('SMTP_URL is not the URL');
  });
});
