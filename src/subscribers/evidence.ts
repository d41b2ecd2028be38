/** What is kept of how a reader agreed on a page. */

import { createHash } from 'node:crypto';
import type { Evidence } from '../store/signups.js';

export function evidenceOf({ page, network, text }: Omit<Evidence, 'textVersion'>): Evidence {
  const textVersion = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { page, network, text, textVersion };
}
