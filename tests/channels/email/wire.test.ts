import { describe, expect, it } from 'vitest';
import { fromWire, mailOf, toWire } from '../../../src/channels/email/wire.js';

const envelope = { from: 'a@one.example', to: 'b@one.example' };

describe('a message on the wire', () => {
  it.each([
    ['no dot', 'x\r\ny\r\n', 'x\r\ny\r\n.\r\n'],
    ['no line break at its end', 'x\r\ny', 'x\r\ny\r\n.\r\n'],
    ['a dot at its start', '.x\r\n', '..x\r\n.\r\n'],
    ['lines of dots', '.\r\n..\r\n.\r\n', '..\r\n...\r\n..\r\n.\r\n'],
    ['dots within lines', 'x.\r\ny..z\r\n', 'x.\r\ny..z\r\n.\r\n'],
    ['nothing', '', '\r\n.\r\n'],
  ])(
    'has each line that begins with a dot begin with two, and ends with one: %s',
    (_, raw, wire) => {
      expect(toWire(Buffer.from(raw)).toString()).toBe(wire);
      const mail = mailOf({ envelope, raw: Buffer.from(raw) });
      expect(Buffer.concat(mail.wire).toString()).toBe(wire);
      expect(mail.octets).toBe(raw.length);
    },
  );

  it('comes back as it was, wherever it is cut', () => {
    const raw = 'Subject: x\r\n\r\n.\r\n..\r\n.x\r\n\r\n.\r\n';
    const wire = toWire(Buffer.from(raw));
    for (let at = 0; at <= wire.length; at++) {
      const pieces = [wire.subarray(0, at), wire.subarray(at)];
      expect(fromWire(pieces).toString()).toBe(raw);
    }
  });
});
