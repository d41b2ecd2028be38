/** The channels, for a command that renders something, or sends a test, by itself. */

import type { Channel, Links } from '../channels/channel.js';
import type { Environment } from '../config/config.js';
import type { ChannelName } from '../model.js';
import type { OpenedLedger } from './ledger.js';

export interface OpenedChannels {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly links: Links;
  /** The one in force, and whether its mail server is a stand-in of this machine. */
  readonly environment: Environment & { readonly standIns: boolean };
}

/**
 * Makes the channels of the config for one command, and closes them whatever happens. Their
 * links for readers lead nowhere: what a command mails by itself goes to no reader.
 */
export async function withChannels<Result>(
  ledger: OpenedLedger,
  work: (opened: OpenedChannels) => Promise<Result>,
): Promise<Result> {
  const { config, environment, keys, now } = ledger;
  const [{ createLinks, openChannels }, { withStandIns }] = await Promise.all([
    import('../app.js'),
    import('../neighbours.js'),
  ]);
  const publicUrl = environment.publicUrl ?? `http://localhost:${environment.port ?? 8080}`;
  const links = {
    ...createLinks(publicUrl, keys),
    unsubscribe: () => `${publicUrl}/unsubscribe/test`,
    preferences: () => `${publicUrl}/preferences/test`,
  };
  const env = await withStandIns(environment);
  const standIns = env.smtpUrl !== environment.smtpUrl;
  const { channels, close } = await openChannels({ config, env, ledger, links, now });
  try {
    return await work({ channels, links, environment: { ...env, standIns } });
  } finally {
    await close();
  }
}
