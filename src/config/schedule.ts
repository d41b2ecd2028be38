/** The words of a schedule: weekdays and zones. */

/** In the order of ISO 8601, where Monday is 1. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/**
 * Whether this is an IANA zone. Node would take an offset such as +05:00 too, but that knows nothing of
 * daylight saving time.
 */
export function isTimezone(value: string): boolean {
  try {
    return /^[a-z]/i.test(value) && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
