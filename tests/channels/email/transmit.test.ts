/** Mails one after the other over a connection, and what becomes of them where it does not last. */

import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { turns } from '../../../src/channels/email/lanes.js';
import type { Receipt } from '../../../src/model.js';
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

/** A channel with one connection. */
const overOne = (url: string) => openChannel(url, { config: { ...config, connections: 1 } });

/**
 * Sends to these addresses, over one connection at a time, and returns the receipts in the same order. The
 * wire takes its time, as the ledger does, so that the next mail is ready when one may go.
 */
async function send(
  url: string,
  addresses: readonly string[],
  wire = openWire(),
  email = overOne(url),
) {
  const deliveries = addresses.map((address) => delivery(address));
  const onWire = async (ids: readonly string[]) => {
    await turns(100);
    return wire.onWire(ids);
  };
  const slow = { ...wire, onWire };
  const receipts = await all(email.send(await email.render(edition), deliveries, slow));
  return { receipts: deliveries.map(({ id }) => receipts.get(id) as Receipt), wire };
}

const readers = (count: number) => Array.from({ length: count }, (_, n) => `r${n}@one.example`);

describe('mails over one connection', () => {
  it('arrive in order, and each is asked for once', async () => {
    const server = await mailServer();
    const { receipts, wire } = await send(server.url, readers(8));
    expect(receipts.map(({ outcome }) => outcome)).toEqual(Array(8).fill('accepted'));
    expect(server.received.map(({ to }) => to[0])).toEqual(readers(8));
    expect(wire.asked).toHaveLength(8);
    expect(server.connections()).toBe(1);
  });

  it('are announced behind the one in front of them, and asked for after its answer', async () => {
    const wire = openWire();
    const askedWhenAnnounced: number[] = [];
    let unanswered = false;
    const url = await scripted((line, socket) => {
      if (line.startsWith('EHLO')) socket.write('250-me\r\n250 PIPELINING\r\n');
      else if (line === '.') {
        unanswered = askedWhenAnnounced.length < 3;
        if (!unanswered) socket.write('250 kept\r\n');
      } else if (line === 'DATA' && unanswered) {
        askedWhenAnnounced.push(wire.asked.length);
        socket.write('250 kept\r\n250 ok\r\n250 ok\r\n354 go on\r\n');
      } else if (line === 'DATA') socket.write('354 go on\r\n');
      else if (/^(MAIL|RCPT)/.test(line) && !unanswered) socket.write('250 ok\r\n');
    });
    const { receipts } = await send(url, readers(4), wire);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(Array(4).fill('accepted'));
    expect(askedWhenAnnounced).toEqual([1, 2, 3]);
  });

  it('go on behind one that was refused', async () => {
    const server = await mailServer({
      rcpt: (address) => (address === 'r2@one.example' ? '550 5.1.1 no such user' : undefined),
      data: ({ to }) => (to[0] === 'r0@one.example' ? '554 5.7.1 looks like spam' : undefined),
    });
    const { receipts } = await send(server.url, readers(5));
    const outcomes = receipts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['rejected', 'accepted', 'rejected', 'accepted', 'accepted']);
    expect(server.received.map(({ to }) => to[0])).toEqual(
      [1, 3, 4].map((n) => `r${n}@one.example`),
    );
    for (const { raw } of server.received) expect(raw.toString()).not.toMatch(/^(RSET|MAIL)/m);
    expect(server.connections()).toBe(1);
  });

  it('go on over another connection behind one that may not go', async () => {
    const server = await mailServer();
    const wire = openWire([delivery('r1@one.example').id]);
    const { receipts } = await send(server.url, readers(4), wire);
    expect(receipts.map((receipt) => receipt?.outcome)).toEqual([
      'accepted',
      undefined,
      'accepted',
      'accepted',
    ]);
    expect(server.received).toHaveLength(3);
    expect(server.connections()).toBe(2);
  });

  it('go on over another connection where the server wants one for each', async () => {
    let connections = 0;
    const url = await scripted((line, socket) => {
      if (line.startsWith('EHLO')) {
        connections++;
        socket.write('250-me\r\n250 PIPELINING\r\n');
      } else if (line === '.') socket.end('250 kept\r\n');
      else if (!socket.writable) return;
      else if (line === 'DATA') socket.write('354 go on\r\n');
      else if (/^(MAIL|RCPT)/.test(line)) socket.write('250 ok\r\n');
    });
    const { receipts, wire } = await send(url, readers(3));
    expect(receipts.map(({ outcome }) => outcome)).toEqual(Array(3).fill('accepted'));
    expect(wire.asked).toHaveLength(3);
    expect(connections).toBe(3);
  });

  it('go on behind one that the server cannot take, whose address is beyond ASCII', async () => {
    const server = await mailServer({}, { hideSMTPUTF8: true });
    const addresses = ['a@one.example', 'читатель@one.example', 'b@one.example'];
    const { receipts } = await send(server.url, addresses);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(server.received.map(({ to }) => to)).toEqual([['a@one.example'], ['b@one.example']]);
    expect(server.connections()).toBe(1);
  });

  it('go on over another connection after a hundred of them', async () => {
    const server = await mailServer();
    const { receipts } = await send(server.url, readers(101));
    expect(receipts.map(({ outcome }) => outcome)).toEqual(Array(101).fill('accepted'));
    expect(server.connections()).toBe(2);
  });

  it('let those of another edition have their turn', async () => {
    const server = await mailServer();
    const email = overOne(server.url);
    const others = readers(6).map((address) => `other-${address}`);
    await Promise.all(
      [readers(6), others].map((addresses) => send(server.url, addresses, openWire(), email)),
    );
    const first = server.received.slice(0, 6).map(({ to }) => to[0]?.startsWith('other-'));
    expect(new Set(first)).toEqual(new Set([false, true]));
    expect(server.connections()).toBe(1);
  });

  it('leave no connection behind on which one was announced that is not sent any more', async () => {
    const wire = openWire();
    const open = new Set<Socket>();
    const url = await scripted((line, socket) => {
      if (line.startsWith('EHLO')) {
        open.add(socket.once('close', () => open.delete(socket)));
        socket.write('250-me\r\n250 PIPELINING\r\n');
      } else if (line === 'DATA') socket.write('354 go on\r\n');
      else if (/^(MAIL|RCPT)/.test(line)) socket.write('250 ok\r\n');
      else if (line === '.') {
        wire.stop.abort();
        socket.write('250 kept\r\n');
      }
    });
    const email = overOne(url);
    const { receipts } = await send(url, readers(3), wire, email);
    expect(receipts.map((receipt) => receipt?.outcome)).toEqual(['accepted', undefined, undefined]);
    await expect.poll(() => open.size, { timeout: 20_000 }).toBe(0);
    // What comes later has its turn.
    const later = await send(url, ['later@one.example'], openWire(), email);
    expect(later.receipts[0]?.outcome).toBe('accepted');
  });

  it.each([
    ['refuses', '503 Bad sequence of commands\r\n'.repeat(3)],
    ['drops', ''],
  ])(
    'are announced alone to a server that %s what comes along with a message',
    async (_, answer) => {
      let connections = 0;
      let kept = 0;
      const unanswered = new Set<Socket>();
      let alongLater = 0;
      const alongWith = new Map<Socket, number>();
      const url = await scripted((line, socket) => {
        const along = alongWith.get(socket);
        if (line.startsWith('EHLO')) {
          connections++;
          socket.write('250-me\r\n250 PIPELINING\r\n');
        } else if (along !== undefined) {
          // What comes along with the first message is waited for, and none of it is heard.
          alongWith.set(socket, along + 1);
          if (along < 2) return;
          alongWith.delete(socket);
          socket.write(`250 kept\r\n${answer}`);
        } else if (line === '.') {
          if (kept++ === 0) alongWith.set(socket, 0);
          else {
            unanswered.add(socket);
            void turns(20).then(() => {
              unanswered.delete(socket);
              socket.write('250 kept\r\n');
            });
          }
        } else if (line === 'DATA') socket.write('354 go on\r\n');
        else if (/^(MAIL|RCPT|RSET)/.test(line)) {
          if (unanswered.has(socket)) alongLater++;
          socket.write('250 ok\r\n');
        }
      });
      const { receipts, wire } = await send(`${url}?socketTimeout=1000`, readers(4));
      expect(receipts.map(({ outcome }) => outcome)).toEqual(Array(4).fill('accepted'));
      expect(wire.asked).toHaveLength(4);
      expect(connections).toBe(2);
      expect(alongLater).toBe(0);
    },
  );
});

describe('a lost connection', () => {
  it('is uncertain after the final dot', async () => {
    const server = await mailServer({ dropAfterDot: ({ to }) => to[0] === 'lost@one.example' });
    const { receipts } = await send(server.url, ['lost@one.example', 'fine@one.example']);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['uncertain', 'accepted']);
    expect(server.received.map(({ to }) => to)).toEqual([['fine@one.example']]);
  });

  it('is uncertain when the answer does not come in time', async () => {
    const server = await mailServer(
      { beforeAnswer: () => new Promise(() => {}) },
      { closeTimeout: 1 },
    );
    const { receipts } = await send(`${server.url}?socketTimeout=150`, ['a@one.example']);
    expect(receipts[0]).toMatchObject({ outcome: 'uncertain' });
  });

  it('is deferred when it comes before the message', async () => {
    const url = await scripted((line, socket) => {
      if (line === 'DATA') socket.destroy();
      else socket.write('250 ok\r\n');
    });
    const { receipts, wire } = await send(url, ['a@one.example']);
    expect(receipts[0]).toMatchObject({ outcome: 'deferred', scope: 'delivery' });
    expect(wire.asked).toHaveLength(1);
  });

  it('costs nothing when the server had only closed a waiting connection', async () => {
    const inMessage = new Set<Socket>();
    const used = new Set<Socket>();
    const url = await scripted((line, socket) => {
      if (line === '.') {
        inMessage.delete(socket);
        used.add(socket);
      } else if (inMessage.has(socket)) return;
      if (line.startsWith('MAIL') && used.has(socket)) return socket.destroy();
      if (line !== 'DATA') return socket.write('250 ok\r\n');
      inMessage.add(socket);
      return socket.write('354 go on\r\n');
    });
    const { receipts } = await send(url, ['a@one.example', 'b@one.example']);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    expect(used.size).toBe(2);
  });
});
