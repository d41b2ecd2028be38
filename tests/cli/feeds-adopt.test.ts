import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { widthOf } from '../../src/cli/output.js';
import { newsroom as site } from '../feeds/newsroom.js';
import { newsroom } from './newsroom.js';

const entry = (n: number) =>
  `<item><title>Article ${n}</title><guid>${n}</guid><link>https://centre.example/${n}</link><category>${n === 0 ? 'Security' : 'Border security'}</category><pubDate>${new Date(Date.now() - n * 86_400_000).toUTCString()}</pubDate></item>`;
const feed = `<rss version="2.0"><channel><title>The Centre</title>${[0, 1, 2].map(entry).join('')}</channel></rss>`;

/** A newsroom, and a feed that it does not watch yet. */
async function room(terminal: { columns?: number; ask?: (question: string) => string } = {}) {
  const { url } = await site((request, response) => {
    if (request.url === '/feed')
      response.setHeader('content-type', 'application/rss+xml').end(feed);
    else response.writeHead(404).end();
  });
  const made = await newsroom('# The end.\n', terminal);
  const config = () => readFileSync(made.config, 'utf8');
  const adopt = (...more: string[]) => made.cli('feeds', 'adopt', `${url}/feed`, ...more);
  return { ...made, url, text: config, adopt };
}

it('previews a feed within 80 columns, and touches nothing', async () => {
  const { adopt, text, add } = await room({ columns: 80 });
  await add('reader@example.org');
  const before = text();
  const { code, stdout } = await adopt();
  expect(code).toBe(0);
  expect(text()).toBe(before);
  const table = stdout
    .split('\n')
    .filter((line) => /^(CATEGORY|PROGRAM|Security|Border) /.test(line));
  expect(Math.max(...table.map(widthOf))).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^Border security +2 +none$/m);
  expect(stdout).toContain('aliases: ["Border security"]');
  expect(stdout).toContain('2 entries of 3 match no program');
  expect(stdout).toContain('3 alerts: 3 deliveries, 3 by e-mail.');
  expect(stdout).toContain(
    'The first poll stores 3 entries for the output feeds, and sends nothing.',
  );
  expect(stdout).toMatch(/^ {2}- id: feed$/m);
});

it('adds it to the config with a reason and a yes, and records who did it', async () => {
  const answers: string[] = [];
  const { adopt, text, cli, config } = await room({ ask: () => answers.shift() ?? 'no' });
  const before = text();
  chmodSync(config, 0o640);
  expect((await adopt('--write')).stdout).toContain('Add --reason "…" --yes to do it.');
  expect((await adopt('--write', '--reason', 'They agreed')).stdout).toContain('Nothing was done.');
  expect((await adopt('--write', '--yes')).code).toBe(2);
  expect(text()).toBe(before);
  answers.push('yes');
  const done = await adopt('--write', '--reason', 'They agreed', '--as', 'dana', '--id', 'centre');
  expect(done.code).toBe(0);
  expect(done.stdout).toContain(`Added to ${config}.`);
  expect(text()).toMatch(
    /^ {2}- id: centre\n {4}url: "http:.*\n {4}allowPrivate: true\n# The end\.$/m,
  );
  expect(statSync(config).mode & 0o777).toBe(0o640);
  expect(readdirSync(dirname(config))).toEqual(['broadsheet.yaml']);
  const [event] = JSON.parse((await cli('audit', '--json')).stdout);
  expect(event).toMatchObject({
    actor: 'dana',
    subject: 'feed:centre',
    message: 'The feed was added to the config: They agreed.',
  });
  expect((await adopt()).stdout).toContain('It is watched already, as the feed centre.');
});

it('prints JSON, and says in it what was written', async () => {
  const { adopt, url, config } = await room();
  const shown = JSON.parse((await adopt('--json')).stdout);
  expect(shown).toMatchObject({
    feed: { id: 'feed', url: `${url}/feed`, title: 'The Centre', how: 'itself' },
    holds: { entries: 3, unmatched: 2 },
    firstPoll: 'seed',
    written: null,
  });
  expect(shown.block).toContain('- id: feed\n');
  const done = JSON.parse((await adopt('--json', '--write', '--yes', '--reason', 'Yes')).stdout);
  expect(done.written).toBe(config);
});

it('says what is wrong with the address or the id, and what was tried where there is no feed', async () => {
  const { cli, url, adopt } = await room();
  const wrong = await cli('feeds', 'adopt', 'centre.example');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('"centre.example" is not the address of a feed or a site.');
  for (const id of ['main', 'Centre']) {
    expect((await adopt('--id', id)).stderr).toContain(`"${id}" cannot be its id.`);
  }
  const none = await cli('feeds', 'adopt', `${url}/none`, '--json');
  expect(none.code).toBe(1);
  expect(JSON.parse(none.stdout).errors[0].message).toMatch(
    /^No feed was found at .*404 Not Found\.$/s,
  );
});
