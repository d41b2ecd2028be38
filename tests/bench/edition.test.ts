import { expect, it } from 'vitest';
import { mailOctets, newsroom, program, tenArticles } from '../../bench/edition.js';
import { composeMessage } from '../../src/channels/email/message.js';
import { renderMail } from '../../src/templates/email/mail.js';
import { config, delivery } from '../channels/email/parts.js';

it('is as long, as a mail, as what smtp-source sends beside it', async () => {
  const edition = tenArticles();
  const link = (page: string) => `https://news.bench.example/${page}/${'x'.repeat(90)}`;
  const to = 'reader10000@readers.example';
  const { raw } = await composeMessage({
    config,
    newsroom,
    rendered: await renderMail(edition, newsroom),
    delivery: { ...delivery(to), editionId: edition.id, programs: [program.id] },
    to,
    returnPath: 'bounce@bench.example',
    unsubscribeUrl: link('unsubscribe'),
    preferencesUrl: link('preferences'),
    webViewUrl: link('editions'),
  });
  expect(Math.abs(raw.length / mailOctets - 1)).toBeLessThan(0.02);
});
