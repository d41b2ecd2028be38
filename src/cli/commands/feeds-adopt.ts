import type { AdoptPlan } from '../../staff/adopt.js';
import { type ActOptions, actExits, actOf, actOptions, isWanted, requireReason } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { OpenedLedger } from '../ledger.js';
import type { Register } from '../main.js';

interface Options extends ActOptions {
  readonly id?: string;
  readonly allowPrivate?: boolean;
  readonly write?: boolean;
}

/** `broadsheet feeds adopt`: what watching a feed would mean, before it is watched. */
export const feedsAdopt: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('feeds adopt', {
      summary:
        'Preview a feed, or the feed of a site, before it is watched: what it holds, which programs match, and what would have been sent to how many.',
      examples: [
        'broadsheet feeds adopt https://centre.example/',
        'broadsheet feeds adopt https://centre.example/feed.xml --id centre --write --reason "The centre agreed"',
      ],
      json: '{ "feed": { "id", "url", "title", "how": "itself" | "named" | "linked" | "guessed", "parser", "note" }, "already": FEED or null, "alternatives": [{ "url", "title", "entries" }], "others": [{ "url", "reason" }], "holds": { "entries", "from", "to", "pace": { "perWeek", "usualGap" } or null, "languages": { LANGUAGE: number }, "fullTexts", "images", "authors", "guids": { "missing", "repeated", "changed": number or null }, "unmatched" }, "categories": [{ "name", "entries", "programs": [PROGRAM], "similar": PROGRAM or null }], "reach": { "since", "articles", "undated", "programs": [{ "id", "name", "articles", "readers": { CADENCE: { "email", "discord" } } }], "alerts", "daily" and "weekly": { "editions", "deliveries": { "email", "discord" } } }, "firstPoll": "seed" | "hold" | "pass", "known": [{ "title", "feedId", "state" }], "block": text, "written": path or null }',
      exits: { ...actExits, 1: 'failed, or no feed was found' },
    })
      .argument('<url>', 'the address of a feed, or of a site')
      .option('--id <id>', 'what to call it in the config, instead of a name made of its address')
      .option('--allow-private', 'also where it is in your own network')
      .option('--write', 'add it to the config file, once you have said yes'),
    { confirmed: true },
  ).action(
    exits(async (url: string, options: Options) => {
      if (options.write && options.yes) requireReason(options);
      const { withLedger } = await import('../ledger.js');
      const { feedLines } = await import('../../config/add-feed.js');
      return withLedger(io, options, async (ledger) => {
        const { config } = ledger;
        const plan = await planned(ledger, url, options);
        if (!options.json) {
          const { showAdoption } = await import('../adopt-words.js');
          const { timezone } = config.newsroom;
          showAdoption(plan, output, { programs: config.programs, timezone });
        }
        const may = options.write === true && plan.already === null;
        if (may && !options.json) output.line();
        const written =
          may && (await isWanted(io, output, options)) ? await write(ledger, plan, options) : null;
        if (options.json)
          output.json({ ...lean(plan), block: feedLines(plan.block).join('\n'), written });
        else if (written) {
          output.line(
            `Added to ${written}. A running service reads its config when it starts: start it again.`,
          );
        }
        return exitCodes.done;
      });
    }),
  );

  async function planned(
    { database, config, now }: OpenedLedger,
    text: string,
    { id, allowPrivate }: Options,
  ): Promise<AdoptPlan> {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new Failure(
        `"${text}" is not the address of a feed or a site. Write it whole, such as https://example.org/.`,
        exitCodes.usage,
      );
    }
    const [
      { isId },
      { isPrivateHost },
      { createFetcher, userAgentOf },
      { createReader },
      { planAdoption },
    ] = await Promise.all([
      import('../../config/schema.js'),
      import('../../config/private-host.js'),
      import('../../feeds/fetch.js'),
      import('../../feeds/reader.js'),
      import('../../staff/adopt.js'),
    ]);
    const { createPauses } = await import('../../store/host-pauses.js');
    if (id !== undefined && (!isId(id) || config.feeds.some((feed) => feed.id === id))) {
      throw new Failure(
        `"${id}" cannot be its id. Write small letters, digits and hyphens, and none that a feed has already.`,
        exitCodes.usage,
      );
    }
    output.note(`Looking for a feed at ${url.href} …`);
    const fetcher = createFetcher({
      userAgent: userAgentOf(config.newsroom, config.email.replyTo),
      now: () => now().getTime(),
      // Hosts that asked the service for a pause have it from this too; a preview writes nothing.
      pauses: { ...createPauses(database, now), put: async () => {} },
    });
    const reader = createReader();
    try {
      return await planAdoption(database, url.href, {
        config,
        fetcher,
        reader,
        now: now(),
        allowPrivate: allowPrivate ?? isPrivateHost(url),
        ...(id !== undefined && { id }),
      });
    } finally {
      await reader.close();
      await fetcher.close();
    }
  }

  /** Returns the file that was written. */
  async function write(
    { database, environment, now }: OpenedLedger,
    { block }: AdoptPlan,
    options: Options,
  ): Promise<string> {
    const { configFile } = environment;
    if (!configFile) {
      throw new Failure(
        'The demo has no config file to add it to. Write one with: broadsheet init --feed URL',
      );
    }
    const [{ addToConfigFile }, { recordEvent }, { closed }] = await Promise.all([
      import('../config-file.js'),
      import('../../store/events.js'),
      import('../../templates/plain.js'),
    ]);
    const act = actOf(options, now());
    await addToConfigFile(configFile, block);
    await recordEvent(database, {
      at: act.at,
      actor: act.actor,
      kind: 'feed.adopted',
      level: 'info',
      subject: `feed:${block.id}`,
      message: `The feed was added to the config: ${closed(act.reason)}`,
    });
    return configFile;
  }
};

function lean(plan: AdoptPlan): object {
  const { found, already, alternatives, others, survey, pace, reach, firstPoll, known, block } =
    plan;
  const { articles, categories, ...holds } = survey;
  const { title = null, parser, note = null } = found.parsed;
  return {
    feed: { id: block.id, url: found.url, title, how: found.how, parser, note },
    already,
    alternatives: alternatives.map(({ url, parsed }) => ({
      url,
      title: parsed.title ?? null,
      entries: parsed.entries.length,
    })),
    others,
    holds: { entries: articles.length, ...holds, pace },
    categories,
    reach,
    firstPoll,
    known,
  };
}
