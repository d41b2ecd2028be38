/** What it takes to render a digest for few and for many distinct profiles. */

import { randomUUID } from 'node:crypto';
import type { Edition } from '../src/model.js';
import { renderMail } from '../src/templates/email/mail.js';
import { mjmlToHtml } from '../src/templates/email/mjml.js';
import { createPieces } from '../src/templates/email/pieces.js';
import { program as benchProgram, newsroom, tenArticles } from './edition.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';

/** Two to the power of so many programs is more than there are profiles. */
const programs = 10;

export async function* render({ smoke }: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  const digest = tenArticles();
  const sections = Array.from({ length: programs }, (_, n) => {
    const program = { ...benchProgram, id: `p${n}`, name: `Program of figures ${n + 1}` };
    const articles = digest.sections
      .flatMap((section) => section.articles)
      .slice(0, 3)
      .map((one) => ({ ...one, id: randomUUID(), programs: [program] }));
    return { program, articles };
  });
  const profile = (bits: number): Edition => ({
    ...digest,
    id: randomUUID(),
    sections: sections.filter((_, n) => bits & (1 << n)),
  });
  const everything = 2 ** programs - 1;
  // MJML is loaded, and the code compiled, as in a process that runs.
  for (let n = 0; n < 5; n++)
    await renderMail(profile(everything), newsroom, createPieces(mjmlToHtml));
  const warm = createPieces(mjmlToHtml);
  for (let n = 0; n < 1000; n++) await renderMail(profile(everything - n), newsroom, warm);
  let one = 0;
  for (const count of smoke ? [1, 10] : [1, 10, 100, 1000]) {
    const name = `render: a digest for ${count} distinct profile${count === 1 ? '' : 's'}`;
    io.say(name);
    const pieces = createPieces(mjmlToHtml);
    const begun = performance.now();
    for (let n = 0; n < count; n++) await renderMail(profile(everything - n), newsroom, pieces);
    const took = performance.now() - begun;
    if (count === 1) one = took;
    yield {
      name,
      value: took,
      unit: 'ms',
      ...(count > 1 && { ratio: { is: took / one, of: 'one' } }),
      ...(count === 1000 && { wanted: { atMost: 3 } }),
    };
  }
}
