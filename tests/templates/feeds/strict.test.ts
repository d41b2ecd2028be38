import { describe, expect, it } from 'vitest';
import { oneLine, sanitise } from '../../../src/feeds/sanitise.js';
import { writeAtom } from '../../../src/templates/feeds/atom.js';
import { digestItem } from '../../../src/templates/feeds/digest.js';
import { writeJson } from '../../../src/templates/feeds/json.js';
import { writeOpml } from '../../../src/templates/feeds/opml.js';
import type { OutputFeed, OutputItem } from '../../../src/templates/feeds/output-feed.js';
import { writeRss } from '../../../src/templates/feeds/rss.js';
import { digest } from '../email/editions.js';
import { hostileTitles, outputArticle, outputFeed } from './sample.js';
import { faultsOf } from './strict.js';

const writers = { rss: writeRss, atom: writeAtom, json: writeJson };
type Format = keyof typeof writers;
const formats = Object.keys(writers) as Format[];

function faults(format: Format, items: readonly OutputItem[], over: Partial<OutputFeed> = {}) {
  const feed = { ...outputFeed(items, format), ...over };
  return faultsOf(writers[format](feed), feed.selfUrl);
}

/** Item n is revised in a moment of its own, as the ledger sees to. */
const item = (number: number, content: Partial<OutputItem['content']>) =>
  outputArticle(number, content, {
    updatedAt: `2026-03-01T10:00:00.000${String(number).padStart(3, '0')}Z`,
  });

const titles = [
  ...hostileTitles.map(([title]) => title),
  'The &lt of a reference without its end, and &nbsp; with it',
  'Ends </b> what </html> never began <!-- and this -->',
  'Right to left \u202eevil\u202c, isolated \u2066so\u2069, and \u200fmarked',
  'Noncharacters \ufdd0 \ufdef \u{1fffe} and a lost letter \ufffd',
  '👩‍👩‍👧‍👦🏳️‍🌈 in a family',
  'Ү'.repeat(500),
  `${'long '.repeat(100)}<title>`,
  '   ',
  '',
];

const bodies = [
  '<p onclick="x()" style="position:fixed" class="a" id="b">Text</p><script>alert(1)</script>',
  '<p>Relative <a href="/about?a=1&b=2">link</a>, <img src="../i.png" alt="&quot;"> and <a href="#top">up</a></p>',
  '<p><a href="javascript:alert(1)">a</a><img src="data:image/png;base64,AA=="><a href="data:text/html,x">b</a></p>',
  '<iframe src="https://ads.example/"></iframe><iframe src="https://www.youtube.com/embed/x"></iframe>',
  '<form action="/x"><input name="q"><button>Go</button></form><object data="x"></object><embed src="y">',
  '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg><math><mi>x</mi></math>',
  '<o:p>Office</o:p><fb:like href="x"></fb:like><p xmlns:v="urn:x" v:shape="y">Namespaces</p>',
  '<p>Ends ]]> a section, <![CDATA[ begins one, &notanentity; and &#0; &#x80; &#xfffe; AT&T</p>',
  '<p>Controls \u0001\u0008\u001b[31m \u0085 \ufdd0 \u{1fffe} \ud800</p>',
  '<table><tr><td colspan="2" onload="x">1<tr><td>2</table>loose <li>item <p>unclosed <b>bold <i>both</b></i>',
  '<table>loose<tr>row <td>cell</td><br></tr><h2>heading</h2><table><tr><td>in</table><hr></table>',
  '<a href="https://one.example/"><a href="https://two.example/">nested</a></a><p><p><div>in</p></div>',
  '<p>Каналы: <b>вода</b> уходит — “что дальше?” <img src="https://news.example/ү.png" alt="Плотина"></p>',
  '<h1>One</h1><h6>Six</h6><pre>  a < b\n\t&& c </pre><blockquote>q</blockquote><hr><br>',
  '<ol start="3"><li>x</ol><figure><img src="https://news.example/a.png"><figcaption>c</figcaption></figure>',
  'No element at all, 1 < 2 & 3 > 2',
  '',
];

describe.each(formats)('the strictest reader of %s', (format) => {
  it.each(titles)('finds no fault with the title, author and summary %j', (title) => {
    const hostile = { title, author: title, summary: title, image: { url: 'a.png', alt: title } };
    const picture = { url: 'https://news.example/ü .png', alt: title, credit: title };
    const items = [item(1, hostile), item(2, { ...hostile, bodyHtml: '', image: picture })];
    expect(
      faults(format, items, { title: title.trim() || 'A', description: title.trim() }),
    ).toEqual([]);
  });

  it.each(bodies)('finds no fault with the full text %j', (html) => {
    const bodyHtml = sanitise(html, 'https://news.example/articles/1');
    expect(faults(format, [item(1, { bodyHtml }), item(2, { bodyHtml, summary: '' })])).toEqual([]);
  });

  it('finds no fault with a feed of nothing, and with items that lack what they can lack', () => {
    expect(faults(format, [])).toEqual([]);
    const bare = { title: 'Bare', url: 'no address', summary: '', bodyHtml: '', programs: [] };
    const { author: _, publishedAt: _p, ...content } = item(1, bare).content;
    expect(faults(format, [{ ...item(1, bare), content, programNames: [] }])).toEqual([]);
  });

  it.each(['en', 'ru'] as const)('finds no fault with a digest in %s', (language) => {
    const of = { url: 'https://letters.example/editions/1', closedAt: '2026-03-03T02:59:00.000Z' };
    const changes = { title: oneLine(titles[2] ?? ''), url: 'javascript:alert(1)', author: 'A<b>' };
    const items = [digest(60, { language }), digest(2, { changes })].map((edition, index) => ({
      ...digestItem(edition, { ...of, timezone: 'Asia/Almaty' }),
      id: item(index, {}).id,
      updatedAt: item(index, {}).updatedAt,
    }));
    expect(faults(format, items, { language })).toEqual([]);
  });
});

describe('the strictest reader of OPML', () => {
  it.each(titles)('finds no fault with the title %j', (given) => {
    const title = given.trim() || 'A';
    const [url, siteUrl] = ['https://letters.example/feeds/a.rss', 'https://news.example/'];
    const feeds = [{ title, description: given, url, siteUrl, language: 'ru' }];
    const opml = writeOpml({ title, owner: title, groups: [{ title, feeds }] });
    expect(faultsOf(opml, '')).toEqual([]);
  });
});
