/** What stands in for a secret. */
export const hidden = '********';

/** Hides the password of a URL, and whatever in its query is named like a secret. */
export function maskUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const secrets = [...url.searchParams.keys()].filter((key) =>
    /pass|secret|token|key|auth|signature/i.test(key),
  );
  if (!url.password && secrets.length === 0) return text;
  if (url.password) url.password = hidden;
  for (const key of secrets) url.searchParams.set(key, hidden);
  return url.href;
}
