/** Colours that stay readable: WCAG 2.2 contrast, and the nearest shade that has enough of it. */

/** What WCAG 2.2 AA asks of text (1.4.3), and a little more, so that rounding never falls below. */
const enough = 4.6;

/** The contrast of two `#rrggbb` colours, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The shade of a colour nearest to it that can be read as text on the background: darker on a light
 * background, lighter on a dark one. All are `#rrggbb`; what is no colour counts as grey.
 */
export function readableOn(colour: string, background: string): string {
  const towards = luminance(background) > 0.18 ? 0 : 255;
  const from = channels(colour);
  for (let step = 0; step < 20; step++) {
    const shade = hex(from.map((value) => value + ((towards - value) * step) / 20));
    if (contrast(shade, background) >= enough) return shade;
  }
  return towards === 0 ? '#000000' : '#ffffff';
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1] ?? '767676';
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
