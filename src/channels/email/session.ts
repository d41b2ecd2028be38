/**
 * Mail transactions over a connection that is greeted and signed in (RFC 5321). nodemailer's client
 * could do them, at twice the cost: it sends a message through a stream that looks at each octet.
 */

import type { Socket } from 'node:net';
import type { Attempt } from './outcome.js';
import type { Mail } from './wire.js';

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

/** What is announced, and answered, before a message. */
const stages = ['MAIL FROM', 'RCPT TO', 'DATA'] as const;

/** Why an attempt was lost where the server says nothing any more. */
export const noAnswer = 'The mail server did not answer in time.';

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
  /** What came of saying whom the next message is for. */
  #announced: Promise<Attempt | undefined> | undefined;

  constructor(socket: Socket, extensions: Extensions) {
    this.#socket = socket;
    this.#extensions = extensions;
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1')));
    socket.on('error', (error) => this.#end(error));
    socket.on('timeout', () => this.#end(new Error(noAnswer)));
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

  /** Whether it was already said whom the next message is for: then none but that one can go over it. */
  get announced(): boolean {
    return this.#announced !== undefined;
  }

  /**
   * Tries one message. Every end it can take is a value.
   * @param may whether the message may go out: whom it is for is said meanwhile, and the message, to its
   *   first byte, waits for it
   * @param following the message that is to be tried next, where one is ready: whom that one is for is
   *   said in the same breath (RFC 2920, 3.1), and it has to come next
   * @returns undefined where it may not
   */
  async deliver(
    mail: Mail,
    may: Promise<boolean>,
    following: () => Mail | undefined = () => undefined,
  ): Promise<Attempt | undefined> {
    this.used += 1;
    const announcement = this.#announced ?? this.#announce(mail);
    this.#announced = undefined;
    const refused = await announcement;
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
      const next = this.#extensions.pipelining && this.open ? following() : undefined;
      const pieces = [...mail.wire];
      if (next && this.#takes(next)) {
        const commands = this.#commands(next);
        pieces.push(Buffer.from(together(commands)));
        this.#announced = this.#answers(this.#replies(commands.length));
      }
      await this.#write(pieces);
      handedOver = true;
      // A server that refuses a message before it has all of it may take the rest for commands, and what it
      // says to them would be taken for the next message.
      if (this.#announced && early && early.code >= 400) this.close();
      const reply = await answer;
      if (reply.code >= 400) return refusal('DATA', reply);
      if (reply.code >= 300) throw this.#outOfStep('DATA', reply);
      return { end: 'accepted', reply: reply.text };
    } catch (error) {
      if (early && early.code >= 400) return refusal('DATA', early);
      // The system may have all of it and less of what is announced behind it; encrypted, it may have all of
      // it, and nobody has told yet.
      const untold =
        this.encrypted && (error as NodeJS.ErrnoException).code === 'ERR_STREAM_DESTROYED';
      if (this.announced || untold) handedOver = true;
      return { end: 'lost', handedOver, reason: (this.#failure ?? (error as Error)).message };
    }
  }

  /** Says whom a message is for; undefined where the server asks for it. */
  async #announce(mail: Mail): Promise<Attempt | undefined> {
    if (!this.#takes(mail)) {
      const { size } = this.#extensions;
      const reply = `552 The message has ${mail.octets} octets, and the server takes ${size}.`;
      return { end: 'refused', stage: 'MAIL FROM', code: 552, reply };
    }
    const commands = this.#commands(mail);
    if (!this.#extensions.pipelining)
      return this.#answers((at) => this.#ask(commands[at] as string));
    const replies = this.#replies(commands.length);
    this.#socket.write(together(commands));
    return this.#answers(replies);
  }

  #takes({ octets }: Mail): boolean {
    const { size } = this.#extensions;
    return size === undefined || octets <= size;
  }

  #commands({ envelope: { from, to }, octets }: Mail): readonly [string, string, string] {
    const { international, size } = this.#extensions;
    const beyondAscii = international && /[^\p{ASCII}]/u.test(from + to);
    return [
      `MAIL FROM:<${from}>${beyondAscii ? ' SMTPUTF8' : ''}${size === undefined ? '' : ` SIZE=${octets}`}`,
      `RCPT TO:<${to}>`,
      'DATA',
    ];
  }

  /**
   * What the answers to an announcement come to; undefined where the server asks for the message.
   * @param answer to the command at this place; asked for one after the other
   */
  async #answers(answer: (at: number) => Promise<Reply>): Promise<Attempt | undefined> {
    let refused: Refused | undefined;
    try {
      let goOn = false;
      for (const [at, stage] of stages.entries()) {
        const reply = await answer(at);
        if (reply.code >= 400) {
          refused ??= refusal(stage, reply);
          if (!this.#extensions.pipelining) return refused;
        } else if (stage === 'DATA' ? reply.code < 300 : reply.code >= 300)
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

  /** The next replies, to commands that go out together. */
  #replies(count: number): (at: number) => Promise<Reply> {
    const replies = Array.from({ length: count }, () => this.#reply());
    // Each may reject before it is its turn, and must not count as unhandled until then.
    for (const reply of replies) reply.catch(() => {});
    return (at) => replies[at] as Promise<Reply>;
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

const together = (commands: readonly string[]) => `${commands.join('\r\n')}\r\n`;
