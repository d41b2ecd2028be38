/** The config that `broadsheet init` writes: commented, and right as it stands. */

import { domainToASCII } from 'node:url';
import { isDomain } from './address.js';
import { isPrivateHost } from './private-host.js';
import { placeholder } from './together.js';

/** What is known of the newsroom before anybody has written anything. */
export interface StarterFacts {
  readonly feedUrl: URL;
  /** The feed's own title. */
  readonly title?: string;
  /** A BCP 47 tag. */
  readonly language?: string;
  /** An IANA zone. */
  readonly timezone: string;
}

/** Text in double quotes: what JSON writes is YAML too. */
const yamlText = (text: string) => JSON.stringify(text);

/** On one line, and not too long. */
function oneLine(text: string): string {
  return [...text.replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, 100).join('').trim();
}

/** Writes the config file. It loads without errors; what has to be filled in says "change me". */
export function starterConfig(facts: StarterFacts): string {
  const { feedUrl, timezone } = facts;
  const ownNetwork = isPrivateHost(feedUrl);
  const host = domainToASCII(feedUrl.hostname).replace(/^www\./, '');
  // Nobody can answer to localhost, so the addresses of a feed in one's own network are examples.
  const domain = !ownNetwork && isDomain(host) ? host : 'example.org';
  return `# Broadsheet's config. "broadsheet check" says whether it is right, and tries everything it names.
# Secrets and addresses (SMTP_URL, DISCORD_TOKEN, DATABASE_URL) are in the environment: see .env.example.

newsroom:
  name: ${yamlText(oneLine(facts.title ?? '') || host)}
  url: ${yamlText(feedUrl.origin)}
  # Of what Broadsheet writes itself; articles may have their own.
  language: ${yamlText(languageTag(facts.language))}
  # In which dates are written.
  timezone: ${yamlText(timezone)}
  # Anti-spam law asks for a street address in every mail.
  postalAddress: "${placeholder}: street, postal code, city, country" # change me
  colour: "#1f3a5f"

email:
  # Readers see this sender: its domain must let your mail server send for it (SPF, DKIM).
  from: ${yamlText(`Newsletter <newsletter@${domain}>`)} # change me
  replyTo: ${yamlText(`editors@${domain}`)} # change me
  # dkim:
  #   selector: broadsheet
  #   keyFile: dkim.pem # made with: openssl genrsa -out dkim.pem 2048

# A program is a strand of work. Feed categories that are its name or one of its aliases belong to it.
programs:
  - id: news
    name: News # change me
    # aliases: ["Latest news"]
    # colour: "#1f6feb"

# Where an article goes that matches no program. Staff are told of each.
fallbackProgram: news

feeds:
  - id: main
    url: ${yamlText(feedUrl.href)}
${
  ownNetwork
    ? `    # The address is in your own network, which Broadsheet does not fetch unless told to.
    allowPrivate: true
`
    : ''
}    # How often to look. Where the site is your own, add own: true, and less than 15m is allowed.
    every: 15m
    # More new articles than this at once are held until staff have looked.
    burst: 10

# discord:
#   channels:
#     - id: "112233445566778899" # in quotes
#       name: news
#       programs: all

# staff:
#   # Who is told of what needs somebody, such as a feed that fails: by mail, and in a Discord channel of their own.
#   mail: [${`editors@${domain}`}]
#   discordChannel: "112233445566778890"

release:
  # Time to stop an article after it was seen, before it goes out.
  after: 1m
`;
}

/** Feeds write all sorts of things as their language, such as "en_US". */
function languageTag(language = 'en'): string {
  try {
    return Intl.getCanonicalLocales(language.trim().replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}
