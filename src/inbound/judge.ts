/** Says what a mail is that came in: a pure function of the mail and of where it was sent to. */

import { withoutAddresses } from '../subscribers/address.js';
import { clip, oneLine } from '../templates/plain.js';
import { classify, type Fault } from './classify.js';
import { fieldGroups, type InboundMessage, returnedHeaders } from './message.js';
import { readPlainReport } from './plain-report.js';

/** Which of our addresses it came to. */
export type Door = 'return-path' | 'unsubscribe' | 'complaints';

export interface Envelope {
  readonly door: Door;
  /** The SMTP sender is empty, as that of every report is. */
  readonly nullSender: boolean;
}

export type Judgement =
  | {
      readonly kind: 'bounce';
      readonly fault: Fault;
      readonly status?: string;
      /** The far server's words, on one line and without addresses. */
      readonly diagnostic: string;
    }
  | {
      readonly kind: 'complaint';
      readonly diagnostic: string;
      /** What else tells whose mail it is about. */
      readonly evidence: Evidence;
    }
  /** Words of it that may be an unsubscribe token. */
  | { readonly kind: 'unsubscribe'; readonly tokens: readonly string[] }
  | { readonly kind: 'reply' }
  /** Nothing is to be done about it, for this reason. */
  | { readonly kind: 'ignored'; readonly reason: string };

export interface Evidence {
  /** Addresses that may be a return path of ours. */
  readonly returnPaths: readonly string[];
  readonly tokens: readonly string[];
  /** Without the angle brackets. */
  readonly messageId?: string;
  /** The beginning of an edition's id, from the Feedback-ID. */
  readonly edition?: string;
}

export function judge(message: InboundMessage, envelope: Envelope): Judgement {
  const feedback = message.parts.find(({ type }) => type === 'message/feedback-report');
  if (feedback) return ofFeedback(message, feedback.content);
  const status = message.parts.find(
    ({ type }) => type === 'message/delivery-status' || type === 'message/global-delivery-status',
  );
  if (status) return ofStatus(message, status.content);
  if (message.parts.some(({ type }) => type.startsWith('message/disposition-notification'))) {
    return { kind: 'ignored', reason: 'It tells that a mail was shown.' };
  }
  if (envelope.door === 'unsubscribe') {
    const tokens = tokensIn(`${message.subject} ${message.text}`);
    if (tokens.length > 0) return { kind: 'unsubscribe', tokens };
  }
  const system =
    envelope.nullSender || /^(mailer-daemon|postmaster)@/i.test(message.from?.address ?? '');
  if (system && envelope.door === 'return-path') {
    const plain = readPlainReport(message);
    if (plain?.kind === 'delay') return delayed;
    if (plain) return bounce(undefined, plain.words);
  }
  const automatic = whyAutomatic(message, envelope);
  return automatic ? { kind: 'ignored', reason: automatic } : { kind: 'reply' };
}

/** Characters of what a server said that are looked at. */
const wordsLimit = 4_000;

const delayed = {
  kind: 'ignored',
  reason: 'It tells of a delay, and the mail is still tried.',
} as const;

function bounce(status: string | undefined, words: string): Judgement {
  return {
    kind: 'bounce',
    ...classify(status, words.slice(0, wordsLimit)),
    diagnostic: inOneLine(words),
  };
}

function ofStatus(message: InboundMessage, content: string): Judgement {
  const groups = fieldGroups(content);
  const failed = groups.find((group) => /^(fail|error)/i.test(group.get('action') ?? ''));
  if (failed) {
    const said = failed.get('diagnostic-code')?.replace(/^\s*[\w-]+\s*;\s*/, '');
    // Exim says in the text alone why it gave up without asking a server.
    return bounce(failed.get('status'), said || readPlainReport(message)?.words || message.text);
  }
  const action = groups
    .map((group) => group.get('action'))
    .find(Boolean)
    ?.toLowerCase();
  if (action?.startsWith('delayed')) return delayed;
  // Without an action it tells nothing, and the text may.
  const plain = action ? undefined : readPlainReport(message);
  if (plain) return plain.kind === 'delay' ? delayed : bounce(undefined, plain.words);
  return { kind: 'ignored', reason: 'It is a report of no failure.' };
}

/** Kinds of feedback that say a reader did not want the mail (RFC 5965, 7.3; opt-out is of an earlier draft). */
const complaints = /^(abuse|fraud|other|opt-out|opt-out-list)$/i;

function ofFeedback(message: InboundMessage, content: string): Judgement {
  const fields = new Map(fieldGroups(content).flatMap((group) => [...group]));
  const type = fields.get('feedback-type') ?? 'abuse';
  if (!complaints.test(type)) {
    return { kind: 'ignored', reason: 'It is feedback of a kind that complains of nothing.' };
  }
  const returned = returnedHeaders(message);
  const messageId = /<([^<>\s]+)>/.exec(returned.get('message-id') ?? '')?.[1];
  const edition = /^([0-9a-f]{8}):/.exec(
    returned.get('feedback-id') ?? fields.get('feedback-id') ?? '',
  )?.[1];
  const from = fields.get('user-agent') ?? fields.get('reporting-mta') ?? 'a mail provider';
  return {
    kind: 'complaint',
    diagnostic: inOneLine(`Reported as ${type.toLowerCase()} by ${from}`),
    evidence: {
      returnPaths: [fields.get('original-mail-from'), returned.get('return-path')].flatMap(
        (value) => /[^\s<>@]{1,64}@[^\s<>@]{1,255}/.exec(value ?? '')?.[0] ?? [],
      ),
      tokens: tokensIn(returned.get('list-unsubscribe') ?? ''),
      ...(messageId && { messageId }),
      ...(edition && { edition }),
    },
  };
}

/** Whatever has the form of a token; whether it is one, its HMAC tells. */
function tokensIn(text: string): string[] {
  const found =
    text.match(/(?<![\w-])[\w-]{1,16}\.[\w-]{22}\.[a-z0-9~-]*\.[\w-]{22}(?![\w-])/g) ?? [];
  return [...new Set(found)].slice(0, 5);
}

/** In all mail of machines; words of its subject alone would take a person's mail for one. */
const vacation =
  /^\W*(auto(matic|mated)?[ -]?(reply|response|answer)|out of (the )?office|on vacation|on leave|away from|abwesen|автоответ|réponse automatique|respuesta automática)/i;

/** Why nobody wrote it by hand; undefined where a person may have. */
function whyAutomatic(message: InboundMessage, { nullSender }: Envelope): string | undefined {
  const has = (name: string) => message.header(name) !== undefined;
  const value = (name: string) => message.header(name)?.toLowerCase() ?? '';
  if (nullSender) return 'It has an empty return path, and is no report that can be read.';
  // RFC 3834, 5.
  if (has('auto-submitted') && !/^no\b/.test(value('auto-submitted')))
    return 'It was sent by a machine.';
  if (['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply-from'].some(has)) {
    return 'It is an automatic reply.';
  }
  if (/^(bulk|junk|list|auto_?reply)\b/.test(value('precedence'))) return 'It is mail in bulk.';
  if (has('list-id') || has('list-unsubscribe')) return 'It came over a list.';
  if (has('x-loop') || message.count('received') > 30) return 'It goes round in a loop.';
  if (!message.from) return 'It names no sender.';
  if (/^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)[@+]/i.test(message.from.address)) {
    return 'Its sender reads no mail.';
  }
  const hints = has('x-auto-response-suppress') || /vacation|autoresponder/.test(value('x-mailer'));
  return hints && vacation.test(message.subject) ? 'It is an automatic reply.' : undefined;
}

/** One line of what others said, without what looks like an address: it outlives a reader's wish to be forgotten. */
function inOneLine(words: string): string {
  return clip(oneLine(withoutAddresses(words.slice(0, wordsLimit))), 500);
}
