/** Judges a run: what was lost, what came twice, and what nobody can account for. Pure. */

import { createHash } from 'node:crypto';
import type { ChannelName } from '../src/model.js';
import type { Facts, Place } from './facts.js';
import type { DeliveryFact } from './ledger.js';
import type { Dump } from './parts/dump.js';
import type { Published } from './parts/newsroom.js';

export interface Problem {
  /** What is wrong with each of them. */
  readonly what: string;
  readonly which: readonly string[];
}

export interface Count {
  readonly planned: number;
  readonly accepted: number;
  readonly uncertain: number;
  readonly skipped: number;
  readonly inFlight: number;
  readonly lost: number;
  readonly twice: number;
}

export interface Verdict {
  readonly counts: Readonly<Record<ChannelName, Count>>;
  /** Of the uncertain mails: those that arrived. */
  readonly uncertainArrived: number;
  /** Mails that came more than once, also where the policy has them sent once more. */
  readonly repeated: number;
  /** Messages that the sink had when it dropped the connection. */
  readonly dropped: number;
  /** None where all is well. */
  readonly problems: readonly Problem[];
}

interface Finding {
  readonly kind: 'lost' | 'twice' | 'other';
  readonly channel?: ChannelName;
  readonly what: string;
  readonly which: readonly string[];
}

export function judge(facts: Facts): Verdict {
  const mail = judgeMail(facts);
  const findings = [
    ...mail.findings,
    ...judgeSettled(facts),
    ...judgePosts(facts),
    ...judgeFeeds(facts),
    { kind: 'other' as const, what: 'Went wrong on the way', which: facts.complaints },
  ].filter(({ which }) => which.length > 0);

  const count = (channel: ChannelName): Count => {
    const own = facts.deliveries.filter((one) => one.channel === channel);
    const inState = (state: string) => own.filter((one) => one.state === state).length;
    const found = (kind: Finding['kind']) =>
      findings
        .filter((one) => one.kind === kind && one.channel === channel)
        .reduce((sum, { which }) => sum + which.length, 0);
    return {
      planned: own.length,
      accepted: inState('accepted'),
      uncertain: inState('uncertain'),
      skipped: inState('skipped'),
      inFlight: facts.inFlight.filter((one) => one.channel === channel).length,
      lost: found('lost'),
      twice: found('twice'),
    };
  };
  return {
    counts: { email: count('email'), discord: count('discord'), rss: count('rss') },
    uncertainArrived: mail.uncertainArrived,
    repeated: mail.repeated,
    dropped: facts.dumps.filter(({ dropped }) => dropped).length,
    problems: findings.map(({ what, which }) => ({ what, which })),
  };
}

/** As the channel derives it. Written again here, so that a change there shows. */
export function messageIdOf(delivery: string, domain: string): string {
  return `<${createHash('sha256').update(delivery).digest('hex').slice(0, 40)}@${domain}>`;
}

export const domain = 'centre.example';

function judgeMail(facts: Facts) {
  const channel = 'email';
  const mails = facts.deliveries.filter((one) => one.channel === channel);
  const known = new Map(mails.map((one) => [messageIdOf(one.id, domain), one]));
  const dumps = new Map<string, Dump[]>();
  for (const dump of facts.dumps) {
    dumps.set(dump.messageId, [...(dumps.get(dump.messageId) ?? []), dump]);
  }
  const arrived = (one: DeliveryFact) => dumps.get(messageIdOf(one.id, domain)) ?? [];
  const name = (one: DeliveryFact) => `${one.title} to ${one.address} (${one.id})`;
  const left = new Map(facts.left.map((one) => [one.address, one.mayHave]));
  const onWire = new Set(facts.inFlight.map(({ id }) => id));
  const accounted = (one: DeliveryFact) =>
    onWire.has(one.id) || arrived(one).some(({ dropped }) => dropped);

  const listed = new Set(mails.map(({ title, address }) => `${title} to ${address}`));
  const unlisted = facts.published
    .filter(({ program }) => program === 'readers')
    .flatMap(({ title }) =>
      facts.readers
        .filter((address) => !left.has(address) && !listed.has(`${title} to ${address}`))
        .map((address) => `${title} to ${address}`),
    );
  const repeated = mails.filter((one) => arrived(one).length > 1);
  const excused = (one: DeliveryFact) =>
    facts.uncertain === 'retry-once' && accounted(one) && arrived(one).length === 2;
  const find = (kind: Finding['kind'], what: string, which: readonly string[]): Finding => ({
    kind,
    channel,
    what,
    which,
  });
  const those = (wanted: (one: DeliveryFact) => boolean) => mails.filter(wanted).map(name);

  return {
    repeated: repeated.length,
    uncertainArrived: mails.filter((one) => one.state === 'uncertain' && arrived(one).length > 0)
      .length,
    findings: [
      find('lost', 'A reader is on no list of an article', unlisted),
      find(
        'lost',
        'Accepted says the ledger, and no dump has it',
        those((one) => one.state === 'accepted' && arrived(one).length === 0),
      ),
      find(
        'twice',
        'Came more often than it may',
        repeated.filter((one) => !excused(one)).map(name),
      ),
      find(
        'other',
        'Came twice with different octets',
        repeated.filter((one) => new Set(arrived(one).map(({ hash }) => hash)).size > 1).map(name),
      ),
      find(
        'other',
        'Uncertain, and neither in flight at a kill nor dropped after the dot',
        those((one) => one.state === 'uncertain' && !accounted(one)),
      ),
      find(
        'other',
        'Skipped, and the reader had not left',
        those((one) => one.state === 'skipped' && !left.has(one.address)),
      ),
      find(
        'other',
        'Skipped says the ledger, and it came',
        those((one) => one.state === 'skipped' && arrived(one).length > 0),
      ),
      find(
        'other',
        'Mailed after the unsubscribing was answered',
        those((one) => arrived(one).length > 0 && left.get(one.address)?.has(one.title) === false),
      ),
      find(
        'other',
        'Came, and is no delivery or went to somebody else',
        facts.dumps
          .filter(({ messageId, recipient }) => known.get(messageId)?.address !== recipient)
          .map(({ messageId, recipient }) => `${messageId} to ${recipient}`),
      ),
    ],
  };
}

/** Every delivery has a receipt, and none was refused. */
function judgeSettled({ deliveries }: Facts): Finding[] {
  const allowed: Readonly<Record<ChannelName, readonly string[]>> = {
    email: ['accepted', 'uncertain', 'skipped'],
    discord: ['accepted'],
    rss: ['accepted'],
  };
  const wrong = deliveries.filter(({ channel, state }) => !allowed[channel].includes(state));
  return Array.from(new Set(wrong.map(({ channel }) => channel)), (channel) => ({
    kind: 'lost' as const,
    channel,
    what: 'Has no receipt, or one that nothing gave a reason for',
    which: wrong
      .filter((one) => one.channel === channel)
      .map(({ id, title, address, state }) => `${title} to ${address}: ${state} (${id})`),
  }));
}

function judgePosts({ discordChannels, posts, published }: Facts): Finding[] {
  const shown = discordChannels.map((place) => ({
    ...place,
    titles: posts.filter(({ channel }) => channel === place.name).map(({ title }) => title),
  }));
  return judgeShown('discord', shown, published);
}

function judgeFeeds({ outputFeeds, published }: Facts): Finding[] {
  const shown = outputFeeds.map(({ path, programs, titles }) => ({ name: path, programs, titles }));
  return judgeShown('rss', shown, published);
}

/** Each published article of its programs is there once, and none of others. */
function judgeShown(
  channel: ChannelName,
  places: readonly (Place & { readonly titles: readonly string[] })[],
  published: readonly Published[],
): Finding[] {
  const counted = places.flatMap(({ name, programs, titles }) =>
    published.map((article) => ({
      name: `${article.title} in ${name}`,
      wanted: programs.includes(article.program),
      times: titles.filter((title) => title === article.title).length,
    })),
  );
  const those = (wanted: (one: (typeof counted)[number]) => boolean) =>
    counted.filter(wanted).map(({ name }) => name);
  return [
    {
      kind: 'lost',
      channel,
      what: 'Is not there',
      which: those((one) => one.wanted && one.times === 0),
    },
    {
      kind: 'twice',
      channel,
      what: 'Is there more than once',
      which: those((one) => one.times > 1),
    },
    {
      kind: 'other',
      channel,
      what: 'Is where it does not belong',
      which: those((one) => !one.wanted && one.times > 0),
    },
  ];
}
