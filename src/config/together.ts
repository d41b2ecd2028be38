/** What must hold between the config and the environment. */

import type { Config, Environment } from './config.js';
import { makeSecret } from './environment.js';
import { isLoopbackHost } from './private-host.js';
import type { Problem } from './problem.js';

/** How `broadsheet init` marks what has to be filled in before a reader may see it. */
export const placeholder = 'Change me';

/** Reports everything at once; an empty list means that the two fit together. */
export function validateTogether(config: Config, environment: Environment): readonly Problem[] {
  const { databaseUrl, smtpUrl, secret, publicUrl, discordToken } = environment;
  const problems: Problem[] = [];
  const complain = (path: string, message: string, fix: string) =>
    problems.push({ path, message, fix });

  if (databaseUrl && !secret) {
    // Another process on the same database would make another secret, and break every link in a mail.
    complain('BROADSHEET_SECRET', 'This is needed with DATABASE_URL, and is not set.', makeSecret);
  }
  if (databaseUrl && !smtpUrl) {
    complain(
      'SMTP_URL',
      'This is needed with DATABASE_URL, and is not set.',
      'Write it as smtps://user:password@host:465.',
    );
  }
  const posts = config.discord.channels.length > 0 || config.staff.discordChannel !== undefined;
  if (databaseUrl && !discordToken && posts) {
    complain(
      'DISCORD_TOKEN',
      'The config names Discord channels, and this is not set.',
      'Write the token of your bot, or remove discord and staff.discordChannel from the config.',
    );
  }
  if (smtpUrl && !publicUrl) {
    complain(
      'PUBLIC_URL',
      'Mails need links that readers can open, and this is not set.',
      'Write where readers reach this service, such as https://news.example.org.',
    );
  }
  if (publicUrl && smtpUrl && !isSafeForReaders(new URL(publicUrl))) {
    complain(
      'PUBLIC_URL',
      'Links in mails must begin with https:// (one-click unsubscribing asks for it, RFC 8058).',
      'Write https://, or use a host of this machine for trying things out.',
    );
  }
  if (smtpUrl && config.newsroom.postalAddress.startsWith(placeholder)) {
    complain(
      'newsroom.postalAddress',
      'The placeholder still stands here, and every mail would show it.',
      'Write the street address of your newsroom.',
    );
  }
  return problems;
}

function isSafeForReaders(url: URL): boolean {
  return url.protocol === 'https:' || isLoopbackHost(url);
}
