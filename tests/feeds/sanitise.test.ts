import { describe, expect, it } from 'vitest';
import { excerpt, oneLine, plainText, sanitise } from '../../src/feeds/sanitise.js';

const PAGE = 'https://centre.example/articles/river/';

/** Milliseconds that a call takes. */
function time(call: () => unknown): number {
  const start = performance.now();
  call();
  return performance.now() - start;
}

/** Fails where a tag is closed that is not the one open last, or left open. */
function expectBalanced(html: string): void {
  const open: string[] = [];
  for (const [tag, slash, name = ''] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (tag.endsWith('/>')) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) throw new Error(`</${name}> closes nothing.`);
  }
  expect(open).toEqual([]);
}

describe('sanitise', () => {
  it('keeps the markup of an article', () => {
    const html = [
      '<p>One <em>two</em> <strong>three</strong><br />four</p>',
      '<h2>Five</h2>',
      '<ul><li>six</li><li>seven</li></ul>',
      '<blockquote><p>eight</p></blockquote>',
      '<figure><img src="https://centre.example/a.jpg" alt="nine" /><figcaption>ten</figcaption></figure>',
      '<table><tbody><tr><th colspan="2">eleven</th></tr><tr><td></td><td>x</td></tr></tbody></table>',
      '<pre>a\n  b</pre>',
      '<hr />',
      '<p>H<sub>2</sub>O, 1 &lt; 2 &amp; 3</p>',
    ].join('');
    expect(sanitise(html, PAGE)).toBe(html);
  });

  it('removes scripts, handlers, styles, frames, forms and dangerous URLs', () => {
    const html = sanitise(
      `<script>alert(1)</script><style>p{}</style><p class="x" id="y" style="color:red" onclick="a()">Text
       <a href="javascript:alert(1)">one</a> <a href=" java&#10;script:alert(1)">two</a>
       <a href="data:text/html,x">three</a> <a href="https://ok.example/" target="_blank" onmouseover="a()">four</a></p>
       <img src="x.jpg" onerror="alert(1)" alt="&quot;><script>alert(2)</script>"><img src="data:image/png;base64,AAAA">
       <iframe src="https://evil.example/"></iframe><form action="/x"><input name="a"><button>Send</button></form>
       <svg onload="alert(3)"><script>alert(4)</script></svg><math><mtext><img src=x onerror=alert(5)></mtext></math>
       <noscript><p title="</noscript><img src=x onerror=alert(6)>"></noscript>
       <p>Last</p>`,
      PAGE,
    );
    expect(html).not.toMatch(
      /<(script|style|iframe|form|input|button|svg|math)|javascript:|data:/i,
    );
    // Whatever looks like a handler is text or a quoted value by now.
    expect(html).not.toMatch(/<[^>"]*("[^"]*"[^>"]*)*\son\w+\s*=/i);
    expect(html).toContain('<a href="https://ok.example/">four</a>');
    expect(html).toContain('one');
    expect(html).toContain('<p>Last</p>');
    expectBalanced(html);
  });

  it('makes URLs absolute, and leaves out what has no usable one', () => {
    expect(
      sanitise(
        '<p><a href="../b?x=1&amp;y=2">b</a> <a href="mailto:a@b.example">m</a> <a name="n">n</a> <a href="ftp://x/">f</a></p><p><img src="/c.png" alt=" C\n c "><img alt="none"></p>',
        PAGE,
      ),
    ).toBe(
      '<p><a href="https://centre.example/articles/b?x=1&amp;y=2">b</a> <a href="mailto:a@b.example">m</a> n f</p><p><img src="https://centre.example/c.png" alt="C c" /></p>',
    );
    expect(sanitise('<p>x <a href="/rel">y</a></p>', 'not a url')).toBe('<p>x y</p>');
  });

  it('takes the picture that a page loads late instead of its placeholder', () => {
    expect(
      sanitise(
        '<p><img src="/blank.gif" data-src="/real.jpg"><noscript><img src="/real.jpg"></noscript></p>',
        PAGE,
      ),
    ).toBe('<p><img src="https://centre.example/real.jpg" alt="" /></p>');
  });

  it('drops tracking pixels', () => {
    expect(
      sanitise(
        '<p>Text<img src="https://t.example/a" width="1" height="1"><img src="https://t.example/b" style="width:1px;height:1px"><img src="https://t.example/c" style="display: none"></p>',
        PAGE,
      ),
    ).toBe('<p>Text</p>');
  });

  it('turns a framed video into a link to it', () => {
    expect(
      sanitise('<p>Watch:</p><iframe src="//www.youtube.com/embed/abc">x</iframe>', PAGE),
    ).toBe(
      '<p>Watch:</p><p><a href="https://www.youtube.com/embed/abc">https://www.youtube.com/embed/abc</a></p>',
    );
  });

  it('makes paragraphs of bare text, of divs and of double line breaks', () => {
    expect(sanitise('One <b>two</b><br><br>three<br>four', PAGE)).toBe(
      '<p>One <b>two</b></p><p>three<br />four</p>',
    );
    expect(
      sanitise('<div>one</div><div><div>two</div> three</div><section>four</section>', PAGE),
    ).toBe('<p>one</p><p>two</p><p>three</p><p>four</p>');
    expect(sanitise('<ul><li>a<div>b</div>c</li></ul>', PAGE)).toBe(
      '<ul><li>a<br />b<br />c</li></ul>',
    );
    expect(sanitise('<h1><div>Head</div></h1>', PAGE)).toBe('<h2>Head</h2>');
  });

  it('leaves nothing empty and no block inside a paragraph', () => {
    expect(
      sanitise('<p> </p><p>&nbsp;</p><div><p><br></p></div><ul><li></li></ul><b></b>', PAGE),
    ).toBe('');
    expect(sanitise('<b>bold<p>one<ul><li>two</b></ul>three', PAGE)).toBe(
      '<p><b>bold</b></p><p>one</p><ul><li>two</li></ul><p>three</p>',
    );
    expect(sanitise('<a href="/x"><h3>Linked</h3></a><p>after</p>', PAGE)).toBe(
      '<h3>Linked</h3><p>after</p>',
    );
  });

  it('balances unclosed, crossed and stray tags', () => {
    for (const html of [
      '<p>one<p>two<li>three<em>four',
      '</p></div><b><i>x</b></i></table>',
      '<table><tr><td>a<td>b<tr><td>c',
      '<blockquote>a<blockquote>b</p><h2>c<div>d</h2>e',
      '<ul><li>a<ul><li>b</ul><li>c</ul>d',
      'a < b <',
      '<p title="unclosed>x</p>',
    ])
      expectBalanced(sanitise(html, PAGE));
    expect(sanitise('<p>one<p>two', PAGE)).toBe('<p>one</p><p>two</p>');
    expect(sanitise('a < b', PAGE)).toBe('<p>a &lt; b</p>');
  });

  it('removes control characters, written as entities too', () => {
    expect(sanitise('<p>a\u0000b&#1;c\u0085d\ud800</p>', PAGE)).not.toMatch(
      /(?![\t\n])\p{Cc}|\p{Cs}/u,
    );
  });

  it('cuts an endless body at the end of a block and says that there is more', () => {
    const html = sanitise('<p>The river is low this year.</p>'.repeat(50_000), PAGE);
    expect(html.length).toBeLessThan(1_010_000);
    expect(html.slice(-100)).toMatch(/<p>The river is low this year\.<\/p><p>…<\/p>$/);
    const list = sanitise(`<ul>${'<li>An item</li>'.repeat(100_000)}</ul>`, PAGE);
    expect(list.slice(-100)).toMatch(/<li>An item<\/li><\/ul><p>…<\/p>$/);
    expectBalanced(list);
  });

  it.each([
    ['100,000 nested divs', '<div>'.repeat(100_000)],
    ['100,000 nested quotes with text', '<blockquote>a'.repeat(100_000)],
    ['100,000 nested bold letters', '<b>a'.repeat(100_000)],
    ['paragraphs in list items in paragraphs', '<p><li>'.repeat(100_000)],
    ['tags hidden in attributes', '<div><a title="></div>"></a>'.repeat(30_000)],
    ['tags hidden in a text area', '<div><textarea></div></textarea>'.repeat(30_000)],
    ['500 KB of an unclosed tag', '<div '.repeat(100_000)],
    ['closing tags only', '</div>'.repeat(100_000)],
    ['unclosed comments', '<!-- '.repeat(100_000)],
    ['angle brackets', '<'.repeat(500_000)],
    ['quotes that never close', '<a href="'.repeat(60_000)],
    ['foreign titles', `<svg><title></svg>${'<i>'.repeat(100_000)}`],
    ['links', '<a href="/x">x</a>'.repeat(50_000)],
  ])('survives %s in seconds', (_what, html) => {
    const before = `<p>Real text.</p>${html}`;
    expect(time(() => sanitise(before, PAGE))).toBeLessThan(5_000);
    expect(time(() => plainText(before))).toBeLessThan(5_000);
    expect(sanitise(before, PAGE).slice(0, 20)).toContain('<p>Real text.</p>');
    expectBalanced(sanitise(before, PAGE));
  });
});

describe('plainText', () => {
  it('parts blocks and decodes entities, once', () => {
    expect(
      plainText(
        '<h1>Water</h1><p>Rivers &amp; lakes&nbsp;&mdash; 1 &lt; 2<br>next</p><ul><li>a</li><li>b<b>c</b></li></ul>&amp;lt;b&amp;gt;',
      ),
    ).toBe('Water Rivers & lakes — 1 < 2 next a bc &lt;b&gt;');
  });

  it('leaves scripts, comments and attributes out', () => {
    expect(plainText('a<script>b</script><!-- c --><img alt="d" src="e"><style>f</style> g')).toBe(
      'a g',
    );
  });
});

describe('oneLine', () => {
  it('leaves one line without anything invisible', () => {
    expect(oneLine(' A\r\nBcc: x\u0000y\u2028z\t ')).toBe('A Bcc: x y z');
    expect(oneLine('a\u202ecba\u202c\u2066d\u2069\u200be\ufefff\u00adg\ud800h')).toBe('acbadefgh');
  });

  it('keeps the joiners that emoji and Persian need', () => {
    expect(oneLine('👩‍🔬 می‌خواهم')).toBe('👩‍🔬 می‌خواهم');
  });
});

describe('excerpt', () => {
  it('cuts after a word and counts code points', () => {
    expect(excerpt('Rivers run dry', 14)).toBe('Rivers run dry');
    expect(excerpt('Rivers run dry', 13)).toBe('Rivers run…');
    expect(excerpt('Rivers run, dry', 12)).toBe('Rivers run…');
    expect(excerpt('Реки пересыхают летом', 17)).toBe('Реки пересыхают…');
    expect(excerpt('😀😀😀😀', 4)).toBe('😀😀😀😀');
    expect(excerpt('😀😀😀😀😀', 4)).toBe('😀😀😀…');
  });
});

describe('parts of tables and lists', () => {
  it.each([
    ['<tr><td>one</td><td>two</td></tr>', '<p>one</p><p>two</p>'],
    ['<tbody><tr><td><p>one</p></td></tr></tbody>after', '<p>one</p><p>after</p>'],
    ['<li>one</li><li>two</li>', '<p>one</p><p>two</p>'],
    ['<div><dt>one</dt><dd>two</dd></div>', '<p>one</p><p>two</p>'],
    [
      '<table><tr><td><td><ul><li>one</ul></table>',
      '<table><tr><td></td><td><ul><li>one</li></ul></td></tr></table>',
    ],
  ])('that stand in none are paragraphs: %s', (html, clean) => {
    expect(sanitise(html, 'https://centre.example/')).toBe(clean);
  });
});

describe('a frame', () => {
  it.each([
    [
      '<iframe src="https://www.youtube-nocookie.com/embed/a1b2c3d4e5f?rel=0" title="YouTube video player"></iframe>',
      '<p><a href="https://www.youtube.com/watch?v=a1b2c3d4e5f">https://www.youtube.com/watch?v=a1b2c3d4e5f</a></p>',
    ],
    [
      '<p>See:</p><iframe data-src="//player.vimeo.com/video/123456" src="about:blank"></iframe>',
      '<p>See:</p><p><a href="https://vimeo.com/123456">https://vimeo.com/123456</a></p>',
    ],
    [
      '<iframe src="https://rutube.ru/play/embed/a1b2c3/"></iframe>',
      '<p><a href="https://rutube.ru/video/a1b2c3/">https://rutube.ru/video/a1b2c3/</a></p>',
    ],
    [
      '<iframe title="Levels by month" src="https://datawrapper.dwcdn.net/AbCdE/1/"></iframe>',
      '<p><a href="https://datawrapper.dwcdn.net/AbCdE/1/">Levels by month</a></p>',
    ],
    ['<iframe src="https://ads.example/x"></iframe>', ''],
  ])('is a link to the page of what it shows: %s', (html, clean) => {
    expect(sanitise(html, 'https://centre.example/')).toBe(clean);
  });
});

it('loses nothing to elements and attributes with names that every object of JavaScript has', () => {
  for (const name of ['constructor', 'hasOwnProperty', 'toString', 'valueOf']) {
    const html = `<${name}>a</${name}><p ${name}="1">b</p><${name} ${name}=1>c`;
    expect(plainText(sanitise(html, 'https://news.example/')).replace(/\s/g, '')).toBe('abc');
  }
});
