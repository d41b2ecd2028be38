import { describe, expect, it } from 'vitest';
import { findHoldable, hold } from '../../src/staff/hold.js';
import { pause } from '../../src/staff/pause.js';
import { settleAsAccepted } from '../../src/staff/uncertain.js';
import { why } from '../../src/staff/why.js';
import { releaseDue } from '../../src/store/articles.js';
import { claimDeliveries, returnClaim } from '../../src/store/deliveries.js';
import { suppress } from '../../src/store/destinations.js';
import { joinProcesses } from '../../src/store/processes.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { at, later, poll } from '../support/ledger.js';
import { openRoom, type Room } from './room.js';

const hour = 3_600;
const act = (room: Room, reason = 'The figure is wrong', actor = 'dana') => ({
  actor,
  reason,
  at: room.clock.now,
});

/** What staff are told; amina's address where nobody is named. */
function ask(room: Room, named: string, whom = 'amina@readers.example') {
  const { database, keys, config, clock } = room;
  const { programs, newsroom } = config;
  const tools = { database, keys, programs, timezone: newsroom.timezone, now: () => clock.now };
  return why(tools, whom, named);
}

/** A room with one reader of spp. */
async function withAmina(over: Parameters<Room['reader']>[1] = {}) {
  const room = await openRoom();
  const amina = await room.reader('amina', over);
  return { ...room, room, amina };
}

const daily = { cadence: 'daily', schedule: { hour: 17 } } as const;

async function holdIt(room: Room, name: string, reason?: string) {
  const subject = await findHoldable(room.database, room.config.feeds, name);
  await hold(room.database, subject, act(room, reason));
}

const sentenceOf = async (...of: Parameters<typeof ask>) => (await ask(...of)).sentence;

/** The reader leaves through the link of a mail about spp, or leaves everything. */
const leave = (room: Room, destination: string, scope: 'programs' | 'all') =>
  room.subscribers.leave(unsubscribeToken(room.keys, { destination, programs: ['spp'] }), scope);

describe('an article that arrived', () => {
  it("is told with its time on the reader's clock and the server's words", async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.deliver();
    const answer = await ask(room, id);
    expect(answer).toMatchObject({ kind: 'accepted', todo: null, timezone: 'Asia/Almaty' });
    expect(answer.sentence).toMatch(
      /^The reader had it at 13:00 on Monday 2 March in Asia\/Almaty as an alert; the server said: 250 /,
    );
    expect(answer.timeline.map(({ kind }) => kind)).toEqual([
      'seen',
      'released',
      'frozen',
      'consented',
      'subscribed',
      'planned',
      'accepted',
    ]);
    expect(JSON.stringify(answer)).not.toContain('@');
  });

  it('in a digest is told with the day of the digest, after it waited for its window', async () => {
    const { room } = await withAmina(daily);
    const id = await room.article('one');
    const waits = await ask(room, id);
    expect(waits.kind).toBe('window');
    expect(waits.sentence).toBe(
      'The article waits for 17:00 on Monday 2 March in Asia/Almaty, in the daily digest to the reader.',
    );
    expect(waits.timeline.at(-1)).toMatchObject({ kind: 'window', ahead: true });
    await room.database.query(`update destinations set paused_until = $1 where name = 'amina'`, [
      later(30 * hour),
    ]);
    expect(await sentenceOf(room, id)).toMatch(
      /^The reader is paused until .*, so the daily digest that is due at 17:00 .* closes without the article\.$/,
    );
    await room.database.query('update destinations set paused_until = null');
    room.clock.now = later(5 * hour);
    expect(await sentenceOf(room, id)).toBe(
      'The article waits for the daily digest to the reader that was due at 17:00 on Monday 2 March in Asia/Almaty, and is made as soon as a service runs.',
    );
    await room.assemble();
    await room.deliver();
    const { sentence, timeline } = await ask(room, id);
    expect(sentence).toMatch(
      /^The reader had it at 18:00 on Monday 2 March in Asia\/Almaty in Monday's digest; the server said: /,
    );
    expect(timeline.map(({ message }) => message)).toContain(
      'The window of 2026-03-02 closed with it.',
    );
  });

  it('as an alert was left out of the digest', async () => {
    const { room } = await withAmina();
    await room.subscribers.add(
      {
        address: 'amina@readers.example',
        language: 'en',
        programs: ['eep'],
        consentOrigin: 'test',
        ...daily,
      },
      'test',
    );
    room.clock.now = later(60);
    const id = await room.article('both', { programs: ['spp', 'eep'] });
    await room.deliver();
    room.clock.now = later(30 * hour);
    await room.assemble();
    const { sentence, timeline } = await ask(room, id);
    expect(sentence).toMatch(
      /as an alert, so that Tuesday's digest left it out; the server said: /,
    );
    expect(
      timeline.some(({ message }) => message.includes('closed empty: Nothing was released')),
    ).toBe(true);
  });

  it('on Discord and in output feeds is told with where it is', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    await room.deliver();
    for (const name of ['#security', '#Security', '1200000000000000001', 'security']) {
      expect(await sentenceOf(room, id, name)).toMatch(
        /^#security had it at 13:00 on Monday 2 March in Asia\/Almaty as an alert; it is at: http/,
      );
    }
    expect(await sentenceOf(room, id, 'all')).toMatch(/^The output feed all had it at 13:00/);
    expect(await sentenceOf(room, id, 'spp/digests')).toBe(
      'The article waits for 08:00 on Tuesday 3 March in Asia/Almaty, in the daily digest to the output feed spp/digests.',
    );
  });

  it('again is told with who sent it again, and why', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.deliver();
    room.clock.now = later(hour);
    await room.resend(id, { only: 'all', reason: 'Lost in their move' });
    expect(await sentenceOf(room, id)).toMatch(
      /as an alert; the alert that alma sent again \(“Lost in their move”\) is still to be sent; the server said: /,
    );
    await room.deliver();
    const { sentence, timeline } = await ask(room, id);
    expect(sentence).toContain(
      'as an alert, and again at 14:00 on Monday 2 March in the alert that alma sent again (“Lost in their move”); the server said: 250',
    );
    expect(timeline.map(({ message }) => message)).toContain(
      'alma sent the alert again (round 1): Lost in their move.',
    );
  });

  it('in an older revision says so, until its correction came', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.deliver();
    room.clock.now = later(hour);
    await room.revise('one', { title: 'Article one, put right' });
    expect(await sentenceOf(room, id)).toContain(
      'as an alert, in revision 1 of 2; the server said',
    );
    await room.resend(id, { only: 'all', reason: 'The figure was wrong' });
    await room.deliver();
    expect(await sentenceOf(room, id)).toContain(
      'and again at 14:00 on Monday 2 March in the correction of the alert that alma sent again (“The figure was wrong”)',
    );
  });
});

describe('a delivery', () => {
  it('whose answer was lost is uncertain, until staff settle it', async () => {
    const { room } = await withAmina();
    room.faults.dropAfterDot = () => true;
    const id = await room.article('one');
    await room.deliver();
    const { kind, sentence, todo } = await ask(room, id);
    expect(kind).toBe('uncertain');
    expect(sentence).toMatch(
      /^The reader may have had it at 13:00 .* in the alert: .*answer was lost/,
    );
    const edition = (await room.editionOf(id)).slice(0, 8);
    expect(todo).toContain(`broadsheet uncertain ${edition} --accepted`);
    await settleAsAccepted(room.database, undefined, act(room, 'Their log has it'));
    expect(await sentenceOf(room, id)).toMatch(
      /had it at .*; the ledger says: Settled as accepted by dana: Their log has it\.$/,
    );
  });

  it('whose answer was lost may be tried once more, which it says before and after', async () => {
    const { room } = await withAmina();
    room.faults.dropAfterDot = () => true;
    const id = await room.article('one');
    const retryOnce = { uncertain: 'retry-once' } as const;
    await room.deliver(retryOnce);
    const { kind, sentence } = await ask(room, id);
    expect(kind).toBe('deferred');
    expect(sentence).toMatch(
      /^The reader may have it already, and the alert to the reader is tried again at 13:10 .*, as the answer to attempt 1 was lost: /,
    );
    room.faults.dropAfterDot = () => false;
    room.clock.now = later(600);
    await room.deliver(retryOnce);
    const after = await ask(room, id);
    expect(after.kind).toBe('accepted');
    expect(after.sentence).toMatch(/had it at 13:10 .* as an alert; the server said: 250 /);
    expect(after.timeline.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Attempt 1 uncertain: .*answer was lost/),
    );
  });

  it('of an edition that its refusals stopped says so', async () => {
    const { room } = await withAmina();
    for (const name of ['bolat', 'clara']) await room.reader(name);
    room.faults.data = () => '554 5.7.1 looks like spam';
    const id = await room.article('one');
    await room.deliver({ stopAfterRefusals: 1 });
    const [waiting] = (await room.rounds()).filter((one) => one.endsWith('pending'));
    expect(await sentenceOf(room, id, `${waiting?.split(':')[0]}@readers.example`)).toMatch(
      /^The alert to the reader waits, as Broadsheet holds it since 13:00 .*: The message was refused once, the last time so: .*554 5\.7\.1/,
    );
  });

  it('on the wire has no answer yet; one whose process died is found out about', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    let told = '';
    room.faults.beforeAnswer = async () => {
      told = await sentenceOf(room, id);
    };
    await room.deliver();
    expect(told).toBe('The alert is on the wire to the reader, and no answer has come yet.');
    await room.database.query(
      `update deliveries set state = 'sending', settled_at = null, owner = 77`,
    );
    expect((await ask(room, id)).kind).toBe('lost');
  });

  it('waits for a service, is just being taken up, or is tried again', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    expect(await sentenceOf(room, id)).toBe(
      'The alert waits to be sent to the reader, as no service that delivers is running.',
    );
    const me = await joinProcesses(room.database, ['deliver']);
    expect(await sentenceOf(room, id)).toContain('which a service does within seconds');
    const editionId = await room.editionOf(id);
    const claim = { editionId, channel: 'email', owner: me.number, size: 5, now: at } as const;
    await returnClaim(room.database, await claimDeliveries(room.database, claim));
    const taken = await claimDeliveries(room.database, claim);
    expect((await ask(room, id)).kind).toBe('claimed');
    await returnClaim(room.database, taken);
    await me.close();
    room.faults.rcpt = () => '451 Come back later.';
    await room.deliver();
    const { kind, sentence, timeline } = await ask(room, id);
    expect(kind).toBe('deferred');
    expect(sentence).toMatch(
      /^The alert to the reader is tried again at 13:\d\d on Monday 2 March in Asia\/Almaty, as attempt 1 did not get through: .*451 Come back later/,
    );
    expect(timeline.map((one) => one.kind)).toContain('deferred');
    expect(timeline.at(-1)).toMatchObject({ kind: 'retry', ahead: true });
  });

  it('that was refused says why, and whether another window may still bring it', async () => {
    const { room } = await withAmina();
    await room.subscribers.add(
      {
        address: 'amina@readers.example',
        language: 'en',
        programs: ['eep'],
        consentOrigin: 'test',
        ...daily,
      },
      'test',
    );
    room.faults.rcpt = () => '550 5.7.1 Not today.';
    const one = await room.article('one');
    const both = await room.article('both', { programs: ['spp', 'eep'] });
    await room.deliver();
    const refused = await ask(room, one);
    expect(refused.kind).toBe('rejected');
    expect(refused.sentence).toMatch(
      /^The alert to the reader was rejected at 13:00 .*: .*550 5\.7\.1 Not today/,
    );
    expect(refused.todo).toContain('--only rejected');
    expect(await sentenceOf(room, both)).toContain(
      '; it is to come at 08:00 on Tuesday 3 March in the daily digest: ',
    );
  });

  it('that was refused for good has its address suppressed, so that nothing is to be done', async () => {
    const { room } = await withAmina();
    room.faults.rcpt = () => '550 5.1.1 No such user';
    const id = await room.article('one');
    await room.deliver();
    const { kind, todo, timeline } = await ask(room, id);
    expect({ kind, todo }).toEqual({ kind: 'rejected', todo: null });
    expect(
      timeline
        .map((one) => one.kind)
        .sort()
        .slice(-2),
    ).toEqual(['subscribed', 'suppressed']);
  });

  it('is skipped where the reader has left, and says so before it is', async () => {
    const { room, amina } = await withAmina();
    const id = await room.article('one');
    await leave(room, amina, 'programs');
    expect(await sentenceOf(room, id)).toBe(
      'The reader left Security and Politics Program (SPP) at 13:00 on Monday 2 March in Asia/Almaty (unsubscribe link).',
    );
    await room.deliver();
    const { kind, sentence } = await ask(room, id);
    expect(kind).toBe('skipped');
    expect(sentence).toContain(
      'was skipped at 13:00 on Monday 2 March in Asia/Almaty: The reader left the program before it was sent.',
    );
  });

  it('is skipped where the address was suppressed before it was sent', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    const hash = room.keys.addressHash('email', 'amina@readers.example');
    await suppress(room.database, hash, 'It bounced.', 'schedule', at);
    await room.deliver();
    const { kind, sentence } = await ask(room, id);
    expect(kind).toBe('skipped');
    expect(sentence).toContain(
      'was skipped at 13:00 on Monday 2 March in Asia/Almaty: The address is suppressed.',
    );
    expect(room.mails()).toEqual([]);
  });

  it('waits while its article, its edition or all sending is stopped', async () => {
    const { room } = await withAmina();
    const [one, two] = [await room.article('one'), await room.article('two')];
    await holdIt(room, one);
    const held = await ask(room, one);
    expect(held.kind).toBe('held');
    expect(held.sentence).toBe(
      'The alert to the reader waits, as dana holds it since 13:00 on Monday 2 March in Asia/Almaty: The figure is wrong.',
    );
    const edition = await room.editionOf(two);
    await holdIt(room, edition, 'Ask the lawyer');
    const stopped = await ask(room, two);
    expect(stopped.sentence).toMatch(/dana holds it since .*: Ask the lawyer\.$/);
    expect(stopped.todo).toContain(`broadsheet release ${edition.slice(0, 8)}`);
    const three = await room.article('three');
    await pause(room.database, act(room, 'The server bounces everything'));
    const paused = await ask(room, three);
    expect(paused).toMatchObject({
      kind: 'paused',
      sentence:
        'The alert to the reader waits, as dana paused all sending at 13:00 on Monday 2 March in Asia/Almaty: The server bounces everything.',
    });
  });

  it('that no channel could render waits for ever', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.database.query(
      `update renderings set rendered = null, failure = 'The template broke.' where channel = 'email'`,
    );
    expect(await ask(room, id)).toMatchObject({
      kind: 'unrendered',
      sentence:
        'The alert waits for ever, as it could not be rendered for email: The template broke.',
    });
  });
});

describe('an article that is on no list', () => {
  it('waits for its alert, or for the list of it', async () => {
    const { room } = await withAmina();
    const { fresh } = await poll(room.database, ['one']);
    await releaseDue(room.database, at);
    const id = fresh[0] as string;
    expect(await sentenceOf(room, id)).toBe(
      'The article was released, and its alert is not frozen yet, as no service that assembles is running.',
    );
    await room.assemble();
    await room.database.query('delete from deliveries');
    await room.database.query(`update editions set state = 'assembling', assembled_to = null`);
    expect(await sentenceOf(room, id)).toContain('and its alert is still being assembled');
  });

  it('is in its undo window, or was never to be sent', async () => {
    const { room } = await withAmina();
    const waiting = await poll(room.database, ['one'], { releaseAfter: 600 });
    expect(await sentenceOf(room, waiting.fresh[0] as string)).toBe(
      'The article is in its undo window until 13:10 on Monday 2 March in Asia/Almaty, and it would come as an alert.',
    );
    const seeded = await poll(room.database, ['old'], { verdict: 'seed' });
    expect(await ask(room, seeded.fresh[0] as string)).toMatchObject({
      kind: 'seeded',
      sentence:
        'The reader never gets it: the article was there at the first poll of its feed, and is in output feeds only.',
    });
    expect(await sentenceOf(room, seeded.fresh[0] as string, 'spp')).toContain(
      'the output feed spp shows it',
    );
  });

  it('is held, by whom, since when and why', async () => {
    const { room } = await withAmina(daily);
    const burst = await poll(room.database, ['one'], { verdict: 'hold' });
    expect(await sentenceOf(room, burst.fresh[0] as string)).toBe(
      'The article is held since 13:00 on Monday 2 March in Asia/Almaty, when it was seen, and it would come in the daily digest at 17:00 on Monday 2 March: The test says so.',
    );
    const two = await poll(room.database, ['two'], { releaseAfter: 600 });
    await holdIt(room, two.fresh[0] as string);
    expect(await sentenceOf(room, two.fresh[0] as string)).toMatch(
      /^Dana holds the article since 13:00 .*, and it would come in .*: The figure is wrong\.$/,
    );
    await holdIt(room, 'main', 'The site moves');
    const three = await poll(room.database, ['three'], { releaseAfter: 600 });
    const held = await ask(room, three.fresh[0] as string);
    expect(held.sentence).toMatch(
      /^Dana holds the feed main since 13:00 .*, and the article with it, .*: The site moves\.$/,
    );
    expect(held.todo).toBe('Let it go: broadsheet release main --reason "…"');
  });

  it('came before the reader did', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    room.clock.now = later(hour);
    await room.reader('amina');
    await room.reader('bolat', daily);
    const late = await ask(room, id);
    expect(late.kind).toBe('late');
    expect(late.sentence).toBe(
      'The reader has read Security and Politics Program (SPP) only since 14:00 on Monday 2 March in Asia/Almaty, and its alert was frozen before that, at 13:00 on Monday 2 March.',
    );
    expect(await sentenceOf(room, id, 'bolat@readers.example')).toContain(
      'and the article was released before that',
    );
  });

  it('is in programs that the reader does not read, left, or never confirmed', async () => {
    const { room, amina } = await withAmina({ programs: ['eep'], cadence: 'weekly' });
    const id = await room.article('one');
    expect(await ask(room, id)).toMatchObject({
      kind: 'program',
      sentence:
        'The article is in Security and Politics Program (SPP), and the reader reads Economics Program (weekly).',
    });
    const bolat = await room.reader('bolat');
    await room.database.query('delete from consents where destination_id = $1', [bolat]);
    const two = await room.article('two');
    expect((await ask(room, two, 'bolat@readers.example')).kind).toBe('unconfirmed');
    await room.subscribers.add(
      {
        address: 'amina@readers.example',
        language: 'en',
        programs: ['spp'],
        cadence: 'daily',
        consentOrigin: 'test',
      },
      'test',
    );
    await leave(room, amina, 'programs');
    expect((await ask(room, two)).kind).toBe('left');
  });

  it('goes to nobody whom the ledger does not know, or must not mail', async () => {
    const { room, amina } = await withAmina();
    const id = await room.article('one');
    expect(await ask(room, id, 'nobody@readers.example')).toMatchObject({
      kind: 'unknown',
      destination: null,
      sentence: 'Nobody is known under this address, so nothing was ever planned for it.',
    });
    // A suppression outlives the subscriber, and comes from a list of another place too.
    const hash = room.keys.addressHash('email', 'gone@readers.example');
    await suppress(room.database, hash, 'It bounced.', 'schedule', at);
    expect(await sentenceOf(room, id, 'Gone@Readers.example')).toBe(
      'Nothing is mailed to this address: it was suppressed at 13:00 on Monday 2 March in Asia/Almaty by schedule: It bounced.',
    );
    await leave(room, amina, 'all');
    expect((await ask(room, id)).kind).toBe('suppressed');
    const bolat = await room.reader('bolat');
    await room.database.query('update destinations set address = null where id = $1', [bolat]);
    expect((await ask(room, id, 'bolat@readers.example')).kind).toBe('forgotten');
    await room.database.query(
      `update destinations set state = 'inactive' where channel = 'discord'`,
    );
    expect(await sentenceOf(room, await room.article('two'), '#security')).toBe(
      'Nothing is sent to #security, which the config names no more.',
    );
  });

  it('came into the program with a revision, when the alert had gone', async () => {
    const { room } = await withAmina();
    const id = await room.article('one', { programs: ['eep'] });
    room.clock.now = later(hour);
    await room.revise('one', { programs: ['eep', 'spp'] });
    expect(await ask(room, id)).toMatchObject({
      kind: 'revised',
      sentence:
        'The article came into Security and Politics Program (SPP) only with revision 2, at 14:00 on Monday 2 March in Asia/Almaty, when its alert had gone, and a revision alerts nobody.',
    });
  });

  it('was covered by a window that closed without it', async () => {
    const { room } = await withAmina(daily);
    const id = await room.article('one', { programs: ['eep'] });
    await room.article('two');
    room.clock.now = later(5 * hour);
    await room.assemble();
    room.clock.now = later(6 * hour);
    await room.revise('one', { programs: ['eep', 'spp'] });
    expect(await sentenceOf(room, id)).toBe(
      'The article came into Security and Politics Program (SPP) only with revision 2, at 19:00 on Monday 2 March in Asia/Almaty, when the digest of the reader had closed.',
    );
    await room.database.query('update revisions set seen_at = $1', [at]);
    expect(await sentenceOf(room, id)).toBe(
      'The window of the reader closed at 17:00 on Monday 2 March in Asia/Almaty with a digest that does not hold it, and the ledger does not say why.',
    );
  });

  it('is said to be unclear where the ledger does not tell', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.database.query('delete from deliveries');
    const { kind, sentence } = await ask(room, id);
    expect(kind).toBe('unclear');
    expect(sentence).toContain('is on no list of it, and the ledger does not say why');
  });
});

describe('an article is found', () => {
  it('by the beginning of its id or title, and by its URL', async () => {
    const { room } = await withAmina();
    const id = await room.article('canals', { title: 'Вода и климат: кому она нужна' });
    await room.article('two', { title: 'Вода в Алматы' });
    for (const name of [
      id.slice(0, 8),
      'https://newsroom.test/canals?utm_source=mail',
      'вода и климат',
      '“Вода и климат: кому она…”',
      ' Вода и  климат: кому она нужна ',
    ]) {
      expect((await ask(room, name)).article.id).toBe(id);
    }
    await expect(ask(room, 'Вода')).rejects.toThrow(
      new RegExp(
        `^Several articles begin with "Вода".*\n  \\w{8}  Вода в Алматы\n  ${id.slice(0, 8)}  Вода и климат`,
      ),
    );
    await expect(ask(room, 'Огонь')).rejects.toThrow('There is no article "Огонь".');
  });

  it('by a title that it had before', async () => {
    const { room } = await withAmina();
    const id = await room.article('one');
    await room.revise('one', { title: 'Put right' });
    expect((await ask(room, 'Article on')).article).toMatchObject({ id, title: 'Put right' });
  });
});

it.each([
  ['amina@', 'amina@ is not an e-mail address.'],
  ['#nowhere', 'There is no reader, Discord channel or output feed "#nowhere".'],
  ['economy', 'There is no reader, Discord channel or output feed "economy".'],
])('nobody is guessed for %j', async (whom, message) => {
  const room = await openRoom();
  const id = await room.article('one');
  await expect(ask(room, id, whom)).rejects.toThrow(message);
});
