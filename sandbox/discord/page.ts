/** The stand-in's page: the Discord channels of the server, and their posts as Discord would show them. */

import { readFileSync } from 'node:fs';
import type { Guild, SandboxChannel } from './guild.js';
import { blocks, escapeHtml, inline, type MarkdownOptions } from './markdown.js';
import type { AllowedMentions, SandboxEmbed } from './schema.js';
import type { SandboxMessage, State } from './state.js';

/** Looks for news every two seconds; without scripts the page reloads by itself. */
const script = `
const here = document.body.dataset.version;
setInterval(async () => {
  const answer = await fetch('/version').catch(() => undefined);
  if (answer?.ok && (await answer.text()) !== here) location.reload();
}, 2000);
`;

const security = {
  'Content-Security-Policy':
    "default-src 'none'; img-src http: https: data:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function createPages(guild: Guild, state: State) {
  const styles = readFileSync(new URL('page.css', import.meta.url), 'utf8');
  const version = () => {
    const all = state.messages();
    return `${all.length}-${all.at(-1)?.id ?? 0}-${all.filter((one) => one.editedAt).length}`;
  };

  const text = (status: number, body: string, type = 'text/plain'): Page => ({
    status,
    headers: { ...security, 'Content-Type': `${type}; charset=utf-8` },
    body,
  });

  /** `/` shows the Discord channel with the newest post; a receipt's link leads to its own. */
  return function pageAt(path: string): Page {
    if (path === '/page.css') return text(200, styles, 'text/css');
    if (path === '/page.js') return text(200, script, 'text/javascript');
    if (path === '/version') return text(200, version());
    const [, root, guildId, channelId, messageId] = path.split('/');
    const newest = state.messages().at(-1)?.channelId ?? guild.channels[0]?.id;
    const wanted = root === 'channels' && guildId === guild.id ? channelId : undefined;
    const channel = guild.channels.find(({ id }) => id === (path === '/' ? newest : wanted));
    if (!channel) return text(404, 'There is no such Discord channel.');
    if (messageId) {
      const location = `/channels/${guild.id}/${channel.id}#m${encodeURIComponent(messageId)}`;
      return { status: 302, headers: { Location: location }, body: '' };
    }
    return text(200, page(guild, channel, state, version()), 'text/html');
  };
}

function page(guild: Guild, channel: SandboxChannel, state: State, version: string): string {
  const messages = state.messages(channel.id);
  const options = (allowed: AllowedMentions): MarkdownOptions => ({
    roleName: (id) => guild.roles.find((role) => role.id === id)?.name,
    notifies: (whom) => mayNotify(allowed, whom),
  });
  const list = [...messages]
    .reverse()
    .map((one) => messageHtml(one, guild, options))
    .join('');
  const topic = channel.topic ? `<span class="topic">${escapeHtml(channel.topic)}</span>` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>#${escapeHtml(channel.name)} · ${escapeHtml(guild.name)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body data-version="${version}">
<nav aria-label="Discord channels">
<h1>${escapeHtml(guild.name)}</h1>
<ul>${guild.channels.map((one) => channelLink(guild, one, channel, state)).join('')}</ul>
<p class="note">A stand-in on this machine. Nothing here reaches Discord.</p>
</nav>
<main>
<header><h2><span class="hash" aria-hidden="true">#</span> ${escapeHtml(channel.name)}</h2>${topic}</header>
<ol class="messages">${list || '<li class="empty">No posts yet.</li>'}</ol>
</main>
</body>
</html>
`;
}

function channelLink(
  guild: Guild,
  one: SandboxChannel,
  current: SandboxChannel,
  state: State,
): string {
  const here = one.id === current.id ? ' aria-current="page"' : '';
  const count = state.messages(one.id).length;
  const badge = count ? `<span class="count">${count}</span>` : '';
  return `<li><a href="/channels/${guild.id}/${one.id}"${here}><span><span class="hash" aria-hidden="true">#</span> ${escapeHtml(one.name)}</span>${badge}</a></li>`;
}

function messageHtml(
  message: SandboxMessage,
  guild: Guild,
  options: (allowed: AllowedMentions) => MarkdownOptions,
): string {
  const edited = message.editedAt ? ' <span class="edited">(edited)</span>' : '';
  const content = message.content.trim()
    ? `<div class="content">${blocks(message.content, options(message.allowedMentions))}</div>`
    : '';
  // Discord never notifies anybody whom an embed names.
  const inEmbeds = options({ parse: [] });
  return `<li id="m${message.id}">
<span class="avatar" aria-hidden="true">${escapeHtml(guild.bot.name.slice(0, 1))}</span>
<article>
<p class="by"><b>${escapeHtml(guild.bot.name)}</b> <span class="app">APP</span> ${timeHtml(message.sentAt)}${edited}</p>
${content}${message.embeds.map((embed) => embedHtml(embed, inEmbeds)).join('')}
</article>
</li>`;
}

function embedHtml(embed: SandboxEmbed, options: MarkdownOptions): string {
  const { title, url, description, author, image, thumbnail, footer, timestamp, fields } = embed;
  const colour = `#${(embed.color ?? 0x4e5058).toString(16).padStart(6, '0')}`;
  const titleHtml = title && inline(title.trim(), options);
  const parts = [
    thumbnail && `<img class="thumbnail" src="${escapeHtml(thumbnail.url)}" alt="" loading="lazy">`,
    author && `<p class="author">${escapeHtml(author.name)}</p>`,
    titleHtml &&
      `<h3>${url ? `<a href="${escapeHtml(url)}" rel="noreferrer" target="_blank">${titleHtml}</a>` : titleHtml}</h3>`,
    description && `<div class="description">${blocks(description, options)}</div>`,
    ...(fields ?? []).map(
      ({ name, value }) =>
        `<div class="field"><b>${inline(name, options)}</b>${blocks(value, options)}</div>`,
    ),
    image && `<img src="${escapeHtml(image.url)}" alt="" loading="lazy">`,
    (footer || timestamp) &&
      `<p class="footer">${[footer && escapeHtml(footer.text), timestamp && timeHtml(timestamp)].filter(Boolean).join(' • ')}</p>`,
  ];
  // An attribute of SVG, as the policy above allows no inline style.
  const bar = `<svg class="bar" aria-hidden="true"><rect width="4" height="100%" fill="${colour}"/></svg>`;
  return `<section class="embed">${bar}${parts.filter(Boolean).join('\n')}</section>`;
}

function timeHtml(instant: string): string {
  const shown = `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
  return `<time datetime="${escapeHtml(instant)}">${escapeHtml(shown)}</time>`;
}

function mayNotify({ parse, roles, users }: AllowedMentions, whom: string): boolean {
  if (whom === 'everyone') return parse.includes('everyone');
  return Boolean(roles?.includes(whom) || users?.includes(whom));
}
