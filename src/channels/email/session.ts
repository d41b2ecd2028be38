/**
 * Mail transactions over a connection that is greeted and signed in (RFC 5321). nodemailer's client
 * could do them, at twice the cost: it sends a message through a stream that looks at each octet.
 */

import type { Socket } from 'node:net';
import type { Envelope } from './message.js';
import type { Attempt } from './outcome.js';

interface Reply {
  readonly code: number;
  /** With the code, lines joined by line breaks. */
  readonly text: string;
}

/** What the server said that it can do. */
export interface Extensions {
  /** It takes several commands at once (PIPELINING, RFC 2920). */
  readonly pipelining: boolean;
  /** It takes addresses beyond ASCII (SMTPUTF8, RFC 6531). */
  readonly international: boolean;
  /** Octets that a message may have (SIZE, RFC 1870); undefined where it told no limit. */
  readonly size?: number;
}

/** Reads the answer to EHLO. */
export function extensionsOf(answer: string): Extensions {
  const offers = (name: string) => new RegExp(`^250[ -]${name}\\b`, 'im').exec(answer) !== null;
  const size = Number(/^250[ -]SIZE (\d{1,15})/im.exec(answer)?.[1] ?? 0);
  return {
    pipelining: offers('PIPELINING'),
    international: offers('SMTPUTF8'),
    ...(size > 0 && { size }),
  };
}

type Refused = Attempt & { readonly end: 'refused' };

/** Octets of one reply. More is no mail server. */
const longestReply = 65_536;

export class SmtpSession {
  readonly #socket: Socket;
  readonly #extensions: Extensions;
  /** Messages tried on it. */
  used = 0;
  readonly #waiting: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  #received = '';
  #failure: Error | undefined;

  constructor(socket: Socket, extensions: Extensions) {
    this.#socket = socket;
    this.#extensions = extensions;
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1')));
    socket.on('error', (error) => this.#end(error));
    socket.on('timeout', () => this.#end(new Error('The mail server did not answer in time.')));
    socket.on('end', () => this.#end(new Error('The mail server closed the connection.')));
    socket.on('close', () => this.#end(new Error('The connection was closed.')));
  }

  get open(): boolean {
    return !this.#failure && this.#socket.writable;
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#socket;
  }

  /** Whether it takes addresses beyond ASCII. */
  get international(): boolean {
    return this.#extensions.international;
  }

  /**
   * Tries one message. Every end it can take is a value.
   * @param may whether the message may go out: the envelope goes out meanwhile, and the message, to its
   *   first byte, waits for it
   * @returns undefined where it may not
   */
  async deliver(
    envelope: Envelope,
    raw: Buffer,
    may: Promise<boolean>,
  ): Promise<Attempt | undefined> {
    this.used += 1;
    const refused = await this.#announce(envelope, raw.length);
    let goes = false;
    try {
      goes = await may;
    } finally {
      // A server that asks for a message can be told in no other way that there will be none.
      if (!goes) this.close();
    }
    if (!goes) return undefined;
    if (refused) return refused;
    let handedOver = false;
    let early: Reply | undefined;
    try {
      // A server may answer before it has all of the message, and close the connection.
      const answer = this.#reply();
      answer.then(
        (reply) => {
          early = reply;
        },
        () => {},
      );
      await this.#write(stuffed(raw));
      handedOver = true;
      const reply = await answer;
      if (reply.code >= 400) return refusal('DATA', reply);
      if (reply.code >= 300) throw this.#outOfStep('DATA', reply);
      return { end: 'accepted', reply: reply.text };
    } catch (error) {
      if (early && early.code >= 400) return refusal('DATA', early);
      // Encrypted, the system may have all of it, and nobody has told yet.
      if (this.encrypted && (error as NodeJS.ErrnoException).code === 'ERR_STREAM_DESTROYED')
        handedOver = true;
      return { end: 'lost', handedOver, reason: (this.#failure ?? (error as Error)).message };
    }
  }

  /** Says whom a message is for; undefined where the server asks for it. */
  async #announce({ from, to }: Envelope, octets: number): Promise<Attempt | undefined> {
    const { pipelining, international, size } = this.#extensions;
    if (size !== undefined && octets > size) {
      const reply = `552 The message has ${octets} octets, and the server takes ${size}.`;
      return { end: 'refused', stage: 'MAIL FROM', code: 552, reply };
    }
    const beyondAscii = international && /[^\p{ASCII}]/u.test(from + to);
    const commands = [
      `MAIL FROM:<${from}>${beyondAscii ? ' SMTPUTF8' : ''}${size === undefined ? '' : ` SIZE=${octets}`}`,
      `RCPT TO:<${to}>`,
      'DATA',
    ] as const;
    let refused: Refused | undefined;
    try {
      let goOn = false;
      for await (const [index, reply] of pipelining
        ? this.#atOnce(commands)
        : this.#inTurn(commands)) {
        const stage = (['MAIL FROM', 'RCPT TO', 'DATA'] as const)[index as 0 | 1 | 2];
        if (reply.code >= 400) refused ??= refusal(stage, reply);
        else if (stage === 'DATA' ? reply.code < 300 : reply.code >= 300)
          throw this.#outOfStep(stage, reply);
        else goOn = stage === 'DATA';
      }
      // It wants a message all the same, for nobody (RFC 2920, 3.1). Where it took the recipient, the
      // reader would get an empty one.
      if (goOn && refused?.stage === 'RCPT TO') await this.#ask('.');
      else if (goOn && refused) this.close();
      return refused;
    } catch (error) {
      // A server that says 421 closes the connection, and answers no more.
      return refused ?? { end: 'lost', handedOver: false, reason: (error as Error).message };
    }
  }

  /** Ends a transaction that was refused half-way (RSET). Resolves to whether the session still works. */
  async reset(): Promise<boolean> {
    return this.#ask('RSET').then(
      ({ code }) => code < 300,
      () => false,
    );
  }

  /** Says QUIT; does not wait for the answer. */
  quit(): void {
    if (this.open) this.#socket.end('QUIT\r\n');
  }

  /** Closes the connection now: what is on the wire is lost. */
  close(): void {
    this.#end(new Error('Broadsheet closed the connection.'));
  }

  async *#atOnce(commands: readonly string[]): AsyncGenerator<[number, Reply]> {
    const replies = commands.map(() => this.#reply());
    // Each may reject before it is its turn, and must not count as unhandled until then.
    for (const reply of replies) reply.catch(() => {});
    this.#socket.write(`${commands.join('\r\n')}\r\n`);
    for (const [index, reply] of replies.entries()) yield [index, await reply];
  }

  /** Ends at the first that is refused. */
  async *#inTurn(commands: readonly string[]): AsyncGenerator<[number, Reply]> {
    for (const [index, command] of commands.entries()) {
      const reply = await this.#ask(command);
      yield [index, reply];
      if (reply.code >= 400) return;
    }
  }

  #ask(command: string): Promise<Reply> {
    const reply = this.#reply();
    this.#socket.write(`${command}\r\n`);
    return reply;
  }

  #reply(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure);
      else this.#waiting.push({ resolve, reject });
    });
  }

  /** Resolves when the system has all of it. */
  #write(pieces: readonly Buffer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const told = (error?: Error | null) => (error ? reject(error) : resolve());
      this.#socket.cork();
      for (const [index, piece] of pieces.entries())
        this.#socket.write(piece, index === pieces.length - 1 ? told : undefined);
      this.#socket.uncork();
    });
  }

  #read(text: string): void {
    this.#received += text;
    for (;;) {
      // Some servers leave out the blank after the code, or end lines in a way of their own.
      const [reply, code] =
        /^(?:[2-5]\d\d-[^\n]*\n)*([2-5]\d\d)(?!-)[^\n]*\n/.exec(this.#received) ?? [];
      if (!reply) break;
      this.#received = this.#received.slice(reply.length);
      const waiting = this.#waiting.shift();
      const said = { code: Number(code), text: Buffer.from(reply.trimEnd(), 'latin1').toString() };
      if (waiting) waiting.resolve(said);
      // What nobody asked for is a goodbye, such as 421 at the end of the server's patience.
      else this.#end(new Error(`The mail server said: ${said.text}`));
    }
    if (this.#received.length > longestReply)
      this.#end(new Error('The mail server talks on and on.'));
    else if (/^(?:[2-5]\d\d-[^\n]*\n)*(?![2-5]\d\d)[^\n]*\n/.test(this.#received))
      this.#end(new Error('The mail server does not speak SMTP.'));
  }

  /** Ends it where an answer is of no kind that is due: the next ones would be taken for others too. */
  #outOfStep(stage: string, { text }: Reply): Error {
    const error = new Error(
      `The mail server gave an answer to ${stage} that does not fit: ${text}`,
    );
    this.#end(error);
    return error;
  }

  #end(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    this.#socket.destroy();
  }
}

function refusal(stage: Refused['stage'], { code, text }: Reply): Refused {
  return { end: 'refused', stage, code, reply: text };
}

/**
 * A message as it goes over the wire, with the dot that ends it. A line of its own that begins with a dot
 * gets another one, so that none is taken for the end (RFC 5321, 4.5.2).
 */
function stuffed(raw: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  if (raw[0] === 46) pieces.push(Buffer.from('.'));
  for (let at = raw.indexOf('\r\n.'); at !== -1; at = raw.indexOf('\r\n.', at + 3)) {
    pieces.push(raw.subarray(from, at + 3), Buffer.from('.'));
    from = at + 3;
  }
  const end = raw.subarray(-2).equals(Buffer.from('\r\n')) ? '.\r\n' : '\r\n.\r\n';
  return [...pieces, raw.subarray(from), Buffer.from(end)];
}
