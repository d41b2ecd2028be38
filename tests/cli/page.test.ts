import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { least, scratch } from '../config/scratch.js';
import { broadsheet } from './terminal.js';

const PAGE = `<html lang="en"><head><title>Two gauges, one lake</title></head><body>
  <div class="k7">Security</div><h1>Two gauges, one lake</h1><p>By Mira Lee</p>
  <div class="z1">${'<p>The gauges of both banks are read by hand, and never on the same day, as nobody was told to.</p>'.repeat(8)}</div>
  <div class="z2">Another text.</div></body></html>`;

/** A folder with a saved page, and a config whose feed has these selectors. */
function saved(selectors = '') {
  const directory = scratch();
  writeFileSync(join(directory, 'saved.html'), PAGE);
  writeFileSync(join(directory, 'broadsheet.yaml'), least + selectors);
  const run = (...argv: string[]) =>
    broadsheet(['page', 'saved.html', '--url', 'https://centre.example/a', ...argv], { directory });
  return { directory, run };
}

test('page shows what is made of a page', async () => {
  const { run } = saved();
  const { code, stdout } = await run('--section', '.k7');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^title +Two gauges, one lake\naddress +https:\/\/centre.example\/a\nauthor +Mira Lee\n/,
  );
  expect(stdout).toMatch(/\nsections +Security\nprograms +security\n/);
  expect(stdout).toContain('read by hand');
});

test('page takes the selectors of a feed, and others in their place', async () => {
  const { run } = saved('    page:\n      content: .z2\n      author: .gone\n');
  const json = async (...argv: string[]) => JSON.parse((await run('--json', ...argv)).stdout);
  expect(await json('--feed', 'main')).toMatchObject({
    bodyHtml: '<p>Another text.</p>',
    unmatched: ['author'],
  });
  const { bodyHtml } = await json('--feed', 'main', '--content', '.z1');
  expect(bodyHtml).toContain('read by hand');
});

test('page ends with 1 where a page gives no text, and with 2 for a selector that is none', async () => {
  const { run, directory } = saved();
  writeFileSync(join(directory, 'saved.html'), '<title>Just a moment...</title>');
  const robots = await run();
  expect(robots).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('check against robots'),
  });
  expect(await run('--content', 'p[')).toMatchObject({ code: 2 });
  expect(await run('--feed', 'other')).toMatchObject({ code: 2 });
  const gone = await broadsheet(['page', 'gone.html'], { directory });
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file') });
});
