/**
 * Whose fault a failure is, from what the far mail server said (RFC 3463, RFC 5321). When in doubt it
 * is not the address's: a reader who is lost over somebody's block list does not come back.
 */

/**
 * - `hard`: there is no such mailbox, and there will be none
 * - `soft`: the mailbox, or its host, does not take mail now
 * - `blocked`: the message or its sender was refused; the address may be good
 */
export type Fault = 'hard' | 'soft' | 'blocked';

export interface Failure {
  readonly fault: Fault;
  /** The enhanced status code that decided, such as `5.1.1`; else the reply code, such as `550`. */
  readonly status?: string;
}

const noSuchUser =
  /(no such|unknown|invalid|non-?existent|unrecogni[sz]ed|not a valid)\s+(local\s+)?(user|recipient|mailbox|account|address)|(user|recipient|mailbox|account|address)(\s+\S+)?\s+(is\s+)?(unknown|not found|does\s?n.t exist|does not exist|doesnt exist|no longer (valid|available|exists)|not (known|exist)|disabled|deactivated|closed)|no mailbox here by that name|mailbox unavailable|does\s?n.t have an? \S+ account|disabled or discontinued|not listed in|no such person|not our customer|addressee unknown/i;

const full =
  /(over|exceed\w*|out of)\s+(its |the |his |her )?(disk |storage )?(quota|space)|quota (exceeded|is full)|mailbox (is )?full|(storage|mailbox size) limit/i;

const refused =
  /\bspam\b|block ?list|black ?list|blocked|reputation|spamhaus|\bdmarc\b|\bspf\b|\bdkim\b|\bpolicy\b|denied|not authori[sz]ed|rate limit|too many (messages|connections)|greylist|content rejected|virus/i;

/** Not a part of an IP address. */
const enhancedCode = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)/;

/**
 * @param status the report's own status code (`Status:`), where it gives one
 * @param words what the far server said: the diagnostic, or the report's text
 */
export function classify(status: string | undefined, words: string): Failure {
  // Exim reports 5.0.0 for everything, and quotes what the far server said.
  const said = enhancedCode.exec(words)?.[0];
  const own = enhancedCode.exec(status ?? '')?.[0];
  const [enhanced] = [own, said].filter((code) => code !== undefined && !/^\d\.0\.0$/.test(code));
  if (enhanced !== undefined) return { fault: ofEnhanced(enhanced, words), status: enhanced };
  const reply = /(?:^|[\s;:#"'[])([45]\d\d)[\s\-:\]"']/.exec(words)?.[1];
  const code = reply ?? own ?? said;
  return { fault: ofWords(code, words), ...(code !== undefined && { status: code }) };
}

function ofEnhanced(code: string, words: string): Fault {
  const [kind, subject, detail] = code.split('.').map(Number);
  // The host is asked to be tried again, and somebody gave up trying.
  if (kind === 4) return subject === 7 ? 'blocked' : 'soft';
  switch (subject) {
    case 1:
      // 5.1.7 and 5.1.8 are about the sender's address; 5.1.0 says only that it is about some address.
      if (detail === 7 || detail === 8) return 'blocked';
      return detail === 0 ? ofWords('550', words) : 'hard';
    case 2:
      // A full mailbox (5.2.2) may be emptied, and 5.2.3 is about the message's size.
      // 5.2.1 is a mailbox that is disabled, and with Gmail also one that gets too much at once.
      if (detail === 1) return /\brate\b|too (quickly|many)/i.test(words) ? 'soft' : 'hard';
      return detail === 3 ? 'blocked' : 'soft';
    case 3:
      // 5.3.0 is what older servers give for everything.
      if (detail === 0) return ofWords('550', words);
      return detail === 4 ? 'blocked' : 'soft';
    case 4:
      // Routing and name servers, which are as often broken on this side.
      return 'soft';
    case 5:
      // Outlook.com says so of users that it does not have.
      return noSuchUser.test(words) ? 'hard' : 'blocked';
    default:
      // Content (5.6), and policy or reputation (5.7).
      return 'blocked';
  }
}

/** Where no enhanced code helps, words decide, and what they do not decide is soft. */
function ofWords(code: string | undefined, words: string): Fault {
  if (full.test(words)) return 'soft';
  const temporary = code?.startsWith('4') ?? false;
  if (!temporary && noSuchUser.test(words)) return 'hard';
  return refused.test(words) ? 'blocked' : 'soft';
}
