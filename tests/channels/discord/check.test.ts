import { describe, expect, it } from 'vitest';
import {
  type Guild,
  type Member,
  permissions,
  permissionsOf,
} from '../../../src/channels/discord/permissions.js';
import { parts, politics, role, security } from './parts.js';

const roles = [{ id: role, name: 'Readers of security' }];

describe('checking Discord', () => {
  it('is content with the right token and permissions, and posts nothing', async () => {
    const { channel, posts } = await parts();
    const findings = await channel.check();
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
    expect(posts()).toBe(0);
  });

  it('says to set the token, or to correct it', async () => {
    const none = await parts({ token: undefined });
    expect(await none.channel.check()).toMatchObject([
      { level: 'error', message: expect.stringContaining('Set DISCORD_TOKEN') },
    ]);
    const wrong = await parts({ token: 'another' });
    expect(await wrong.channel.check()).toMatchObject([
      { level: 'error', message: expect.stringContaining('DISCORD_TOKEN is not accepted') },
    ]);
  });

  it('names each missing permission of each Discord channel', async () => {
    const { channel } = await parts(
      {},
      {
        channels: [
          { id: security, name: 'security', roles, deny: ['SEND_MESSAGES', 'EMBED_LINKS'] },
          { id: politics, name: 'politics', deny: ['READ_MESSAGE_HISTORY'] },
        ],
      },
    );
    const [, first, second] = await channel.check();
    expect(first).toMatchObject({ level: 'error', subject: 'Discord channel security' });
    expect(first?.message).toContain('Send Messages, Embed Links');
    expect(second?.message).toContain('lacks Read Message History in politics');
  });

  it('tells a Discord channel that is hidden, missing, or of another kind', async () => {
    const { channel } = await parts(
      {},
      { channels: [{ id: security, name: 'security', roles, deny: ['VIEW_CHANNEL'] }] },
    );
    const [, hidden, missing] = await channel.check();
    expect(hidden?.message).toContain('grant it View Channel');
    expect(missing?.message).toContain('There is no Discord channel politics');
    const forum = await parts({}, { channels: [{ id: security, name: 'security', type: 15 }] });
    expect((await forum.channel.check())[1]?.message).toContain('takes no plain posts');
  });

  it('tells a role that is missing from one that would not be notified', async () => {
    const unknown = await parts({}, { channels: [{ id: security, name: 'security' }] });
    expect((await unknown.channel.check())[1]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('Correct mentionRole'),
    });
    const silent = [{ id: role, name: 'Readers', mentionable: false }];
    const { channel } = await parts(
      {},
      { channels: [{ id: security, name: 'security', roles: silent }] },
    );
    expect((await channel.check())[1]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('but not notified'),
    });
  });
});

describe('the permissions of a member', () => {
  const { viewChannel, sendMessages, administrator } = permissions;
  const base = { name: '', mentionable: false };
  const guild: Guild = {
    id: '1',
    owner_id: '9',
    roles: [
      { ...base, id: '1', permissions: String(viewChannel | sendMessages) },
      { ...base, id: '2', permissions: '0' },
      { ...base, id: '3', permissions: String(administrator) },
    ],
  };
  const member = (id: string, ...roles: string[]): Member => ({ user: { id }, roles });
  const allow = (id: string, bits: bigint) => ({ id, allow: String(bits), deny: '0' });
  const deny = (id: string, bits: bigint) => ({ id, allow: '0', deny: String(bits) });
  const maySend = (who: Member, ...overwrites: ReturnType<typeof allow>[]) =>
    (permissionsOf(guild, who, overwrites) & sendMessages) !== 0n;

  it('come from the server, then @everyone, then roles, then the member', () => {
    expect(maySend(member('5'))).toBe(true);
    expect(maySend(member('5'), deny('1', sendMessages))).toBe(false);
    expect(maySend(member('5', '2'), deny('1', sendMessages), allow('2', sendMessages))).toBe(true);
    expect(maySend(member('5', '2'), allow('2', sendMessages), deny('5', sendMessages))).toBe(
      false,
    );
    expect(maySend(member('5'), deny('2', sendMessages))).toBe(true);
  });

  it('are all for the owner and administrators, whatever a Discord channel denies', () => {
    expect(maySend(member('9'), deny('1', sendMessages))).toBe(true);
    expect(maySend(member('5', '3'), deny('5', sendMessages))).toBe(true);
  });
});
