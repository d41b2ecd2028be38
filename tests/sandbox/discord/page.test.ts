import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DiscordSandbox, startDiscord } from '../../../sandbox/discord/index.js';
import { blocks, inline } from '../../../sandbox/discord/markdown.js';
import { browserPresent, launchBrowser } from '../../support/browser.js';

const channel = '1200000000000000001';
const role = '1300000000000000001';

const options = {
  roleName: (id: string) => (id === role ? 'Readers' : undefined),
  notifies: (whom: string) => whom === role,
};

async function discordWith(...posts: object[]): Promise<DiscordSandbox> {
  const discord = await startDiscord({
    port: 0,
    token: 't',
    guild: 'Readers & <friends>',
    channels: [
      { id: channel, name: 'security', roles: [{ id: role, name: 'Readers' }] },
      { id: '1200000000000000002', name: 'politics' },
    ],
  });
  for (const [index, post] of posts.entries())
    await create(discord, { nonce: `${index}`, ...post });
  return discord;
}

async function create(discord: DiscordSandbox, post: object): Promise<string> {
  const answer = await fetch(`${discord.apiUrl}/v10/channels/${channel}/messages`, {
    method: 'POST',
    headers: { Authorization: 'Bot t' },
    body: JSON.stringify({ allowed_mentions: { parse: [] }, enforce_nonce: true, ...post }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

describe("Discord's markdown", () => {
  it.each([
    [
      '**b** *i* _i_ __u__ ~~s~~ ||p||',
      '<strong>b</strong> <em>i</em> <em>i</em> <u>u</u> <s>s</s> <span class="spoiler">p</span>',
    ],
    ['\\*\\*b\\*\\* \\\\', '**b** \\'],
    ['`<b>`', '<code>&#60;b&#62;</code>'],
    [
      '[a **b**](https://x.example/)',
      '<a href="https://x.example/" rel="noreferrer" target="_blank">a <strong>b</strong></a>',
    ],
    ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
    [
      'https://x.example/"><script>',
      '<a href="https://x.example/" rel="noreferrer" target="_blank">https://x.example/</a>&#34;&#62;&#60;script&#62;',
    ],
    [
      `<@&${role}> @everyone`,
      '<span class="mention notifies">@Readers</span> <span class="mention">@everyone</span>',
    ],
    ['snake_case_name', 'snake_case_name'],
  ])('shows %s', (text, html) => {
    expect(inline(text, options)).toBe(html);
  });

  it('knows headings, subtext, quotes and lists only at the start of a line', () => {
    expect(blocks('# a\n-# b\n> c\n- d\n2. e\nf # g\n\\# h', options)).toBe(
      '<p class="heading h1">a</p><p class="subtext">b</p><blockquote>c</blockquote>' +
        '<p class="item">• d</p><p class="item">2. e</p><p>f # g</p><p># h</p>',
    );
  });
});

describe("the stand-in's page", () => {
  let discord: DiscordSandbox;
  afterEach(() => discord.close());

  it('leads from the link of a receipt to its message, and knows no others', async () => {
    discord = await discordWith();
    const id = await create(discord, { content: 'Hello', nonce: 'n' });
    const link = `${discord.url}channels/1000000000000000001/${channel}/${id}`;
    const answer = await fetch(link, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/channels/1000000000000000001/${channel}#m${id}`);
    expect(await (await fetch(link)).text()).toContain(`id="m${id}"`);
    expect((await fetch(`${discord.url}channels/1/${channel}`)).status).toBe(404);
    expect((await fetch(`${discord.url}elsewhere`)).status).toBe(404);
  });
});

describe.skipIf(!browserPresent)('the page in a browser (apt-get install chromium)', () => {
  let browser: Browser;
  let discord: DiscordSandbox;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    await discord.close();
  });

  const hostile =
    '</script><script>document.title="owned"</script><img src=x onerror="document.title=1">';

  it('shows each part of an embed as text, and runs nothing of it', async () => {
    const embed = {
      title: hostile,
      url: 'https://news.example/water',
      description: hostile,
      color: 0xaa3344,
      timestamp: '2026-03-01T08:30:00.000Z',
      author: { name: hostile },
      footer: { text: hostile },
      fields: [{ name: hostile, value: hostile }],
    };
    discord = await discordWith({ content: hostile, embeds: [embed] });
    page = await browser.newPage();
    await page.goto(discord.url);
    expect(await page.title()).toBe('#security · Readers & <friends>');
    for (const place of ['.content', 'h3', '.description', '.author', '.field b']) {
      expect(await page.locator(place).first().textContent()).toBe(hostile);
    }
    expect(await page.locator('.footer').textContent()).toBe(`${hostile} • 2026-03-01 08:30 UTC`);
    expect(await page.locator('h3 a').getAttribute('href')).toBe('https://news.example/water');
    expect(await page.locator('.bar rect').getAttribute('fill')).toBe('#aa3344');
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
  });

  it('fits 320 pixels, with the newest post in sight', async () => {
    const long = { title: 'x'.repeat(256), url: `https://news.example/${'y'.repeat(300)}` };
    const posts = Array.from({ length: 5 }, () => ({
      content: `https://news.example/${'z'.repeat(300)}`,
      embeds: [long],
    }));
    discord = await discordWith(...posts);
    page = await browser.newPage({ viewport: { width: 320, height: 600 } });
    await page.goto(discord.url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    const last = await page.locator('.messages > li').first().boundingBox();
    expect(last && last.y + last.height).toBeLessThanOrEqual(600);
  });

  it('shows a new post by itself, with and without scripts', async () => {
    discord = await discordWith({ content: 'First' });
    page = await browser.newPage();
    await page.goto(discord.url);
    await create(discord, { content: 'Second', nonce: 'second' });
    await page.getByText('Second').waitFor({ timeout: 10_000 });
    await page.close();
    page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(discord.url);
    await create(discord, { content: 'Third', nonce: 'third' });
    await page.getByText('Third').waitFor({ timeout: 10_000 });
  });
});
