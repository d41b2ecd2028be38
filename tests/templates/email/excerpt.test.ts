import { describe, expect, it } from 'vitest';
import { excerpt as beginning } from '../../../src/templates/email/excerpt.js';

const excerpt = (html: string) => beginning(html, 1200);
const words = (count: number) => 'word '.repeat(count).trim();

describe('an excerpt', () => {
  it('is the whole body when that is short', () => {
    const { html, text } = excerpt('<p>One.</p>\n<!-- x --><ul><li>Two</li></ul>');
    expect(text).toBe('One. Two');
    expect(html).toMatch(/^<p style="[^"]+">One\.<\/p>\n<ul style="[^"]+"><li style="[^"]+">Two/);
  });

  it('ends between two blocks, and not after a heading', () => {
    const body = `<p>${words(150)}</p><p>${words(80)}</p><h2>Heading</h2><p>${words(300)}</p>`;
    const { text } = excerpt(body);
    expect(text).toBe(`${words(150)} ${words(80)}`);
  });

  it('cuts a very long block between two words', () => {
    const { text } = excerpt(`<p>${words(2000)}</p>`);
    expect(text.length).toBeLessThanOrEqual(1200);
    expect(text).toMatch(/ word…$/);
  });

  it('is as long as it was asked to be, or a little less', () => {
    for (const wanted of [140, 500, 1200]) {
      const { text } = beginning(`<p>${words(10)}</p>`.repeat(60), wanted);
      expect(text.length).toBeLessThanOrEqual(wanted + 49);
      expect(text.length).toBeGreaterThan(wanted * 0.7);
    }
  });

  it('finds the blocks in the boxes around them, and makes one of loose text', () => {
    const { text, html } = excerpt(
      '<div><section>Loose <b>text</b><p>One</p> tail</section></div>',
    );
    expect(text).toBe('Loose text One tail');
    expect(html.match(/<p /g)).toHaveLength(3);
    expect(html).toContain('Loose <b>text</b>');
  });

  it('leaves out pictures and tables', () => {
    expect(excerpt('<p>One</p><figure><img src="https://x.example/a.png"></figure>')).toMatchObject(
      {
        text: 'One',
      },
    );
    const { html } = excerpt('<p>One</p><table><tr><td>Two</td></tr></table>');
    expect(html).not.toContain('Two');
  });

  it('lets through no script, no foreign style and no other scheme', () => {
    const { html } = excerpt(
      '<p onclick="x()" style="position:fixed" class="y">A<script>x()</script>' +
        '<a href="javascript:x()">B</a><a href="//evil.example">C</a>' +
        '<a href="https://x.example/?a=1&amp;b=2" style="color:red">D</a></p>&lt;script&gt;',
    );
    expect(html).not.toMatch(/onclick|position|class|<script|javascript|evil|red/);
    expect(html).toContain('href="https://x.example/?a=1&amp;b=2"');
    expect(html).toContain('&lt;script&gt;');
  });

  it('is plain where the markup weighs more than it is worth', () => {
    const link = `<a href="https://x.example/${'a'.repeat(2000)}">word</a> `;
    const { html, text } = excerpt(`<p>${link.repeat(100)}</p>`);
    expect(html).not.toContain('<a');
    expect(text.startsWith('word word')).toBe(true);
  });

  it('is empty for an empty body', () => {
    expect(excerpt('')).toEqual({ html: '', text: '' });
  });
});
