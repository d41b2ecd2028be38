import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own, gone when the test has finished. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder of its own, and returns its path. */
export function scratchFile(text: string | Uint8Array, name = 'broadsheet.yaml'): string {
  const file = join(scratch(), name);
  writeFileSync(file, text);
  return file;
}

/** The least that a config must say. Tests replace a line of it, or add some. */
export const least = `newsroom:
  name: Centre
  postalAddress: 12 Example Street, Almaty
email:
  from: Centre <news@example.org>
  replyTo: editors@example.org
programs:
  - id: security
    name: Security
  - id: economy
    name: Economy
feeds:
  - id: main
    url: https://example.org/feed.xml
`;
