/** The newsroom's pictures: invented landscapes, drawn from a seed, each the same every time. */

import { Canvas, type Colour, colour, mix } from './canvas.js';
import { Chance } from './chance.js';
import { encodePng } from './png.js';
import { foregrounds, type Scene } from './scenes.js';

export const WIDTH = 1200;
export const HEIGHT = 630;

export interface Palette {
  readonly skyTop: Colour;
  readonly skyLow: Colour;
  readonly sun: Colour;
  /** The farthest and the nearest ridge; those between are mixed. */
  readonly far: Colour;
  readonly near: Colour;
  /** For what stands in the foreground. */
  readonly accent: Colour;
  readonly night: boolean;
}

const PALETTES = {
  dawn: palette('#34466e', '#f4b58a', '#fff0cf', '#c58f8a', '#3a2f4d', '#ffd9a0'),
  noon: palette('#2f79a8', '#d9edf0', '#fffbe6', '#9dc0b0', '#2e5a4b', '#f5d76e'),
  wheat: palette('#5b87ad', '#fbe6b8', '#fff6d8', '#d8b878', '#7a5522', '#fff0b8'),
  dusk: palette('#2a1f4e', '#ef7f5c', '#ffdf9e', '#a4546b', '#241a3a', '#ffb37a'),
  steel: palette('#4c6278', '#dfe6ea', '#ffffff', '#a3b3bf', '#2c3e50', '#e8643c'),
  night: palette('#0a1230', '#3a4f8a', '#f3f0dc', '#2f3f73', '#0b1126', '#f6c95b', true),
  steppe: palette('#6aa7b8', '#f6efd2', '#fffdf0', '#b9c08a', '#4d5a2a', '#e2593b'),
  frost: palette('#7e8fc4', '#f7dfe6', '#fff8f8', '#c3c6e4', '#44508a', '#f0f4ff'),
} as const;

export type PaletteName = keyof typeof PALETTES;
export const PALETTE_NAMES = Object.keys(PALETTES) as PaletteName[];

/** Draws the picture of `seed` as a PNG of 1200 x 630 pixels, the size that link previews ask for. */
export function drawPicture(seed: string, scene: Scene, paletteName: PaletteName): Promise<Buffer> {
  const chance = new Chance(seed);
  const colours = PALETTES[paletteName];
  const canvas = new Canvas(WIDTH, HEIGHT);
  const horizon = HEIGHT * chance.between(0.5, 0.6);

  drawSky(canvas, colours, chance, horizon);
  const layers = 4;
  for (let layer = 0; layer < layers; layer++) {
    const depth = layer / (layers - 1);
    const body = mix(colours.far, colours.near, depth);
    const ridge = roughLine(chance, horizon + layer * layer * 16, 85 - layer * 17, 2.2 + layer);
    canvas.below(ridge, (down) =>
      mix(mix(body, colours.skyLow, 0.28 * (1 - depth)), body, down / 90),
    );
  }
  foregrounds[scene]({ canvas, colours, chance, horizon });
  return encodePng(WIDTH, HEIGHT, canvas.rgb());
}

function drawSky(canvas: Canvas, colours: Palette, chance: Chance, horizon: number): void {
  canvas.fill((y) => mix(colours.skyTop, colours.skyLow, (y * HEIGHT) / horizon));
  if (colours.night) {
    for (let star = 0; star < 220; star++) {
      const size = chance.between(0.4, 1.5);
      const [x, y] = [chance.between(0, WIDTH), chance.between(0, horizon)];
      canvas.disc(x, y, size, colours.sun, chance.between(0.2, 0.9) * (1 - y / horizon));
    }
  }
  const x = WIDTH * chance.pick([chance.between(0.14, 0.36), chance.between(0.64, 0.86)]);
  const y = colours.night ? chance.between(110, 190) : horizon - chance.between(70, 200);
  const radius = chance.between(42, 72);
  canvas.glow(x, y, radius * (colours.night ? 4 : 7), colours.sun, colours.night ? 0.35 : 0.6);
  canvas.disc(x, y, radius, colours.sun);
  if (colours.night) return;
  for (let cloud = 0; cloud < 4; cloud++) {
    const [left, top] = [chance.between(-100, WIDTH), chance.between(50, horizon - 120)];
    const length = chance.between(180, 420);
    for (let band = 0; band < 3; band++) {
      const start = left + chance.between(0, length * 0.4);
      const level = top + band * 11;
      canvas.line(
        [start, level],
        [start + length * chance.between(0.4, 0.9), level],
        7,
        [255, 255, 255],
        0.2,
      );
    }
  }
}

/** A mountain line: several waves of falling height over one another. */
function roughLine(
  chance: Chance,
  level: number,
  height: number,
  waves: number,
): (x: number) => number {
  const parts = Array.from({ length: 5 }, (_, octave) => ({
    frequency: ((waves * 1.85 ** octave * Math.PI) / WIDTH) * chance.between(0.8, 1.2),
    phase: chance.between(0, Math.PI * 2),
    weight: 0.5 ** octave,
  }));
  return (x) => {
    let sum = 0;
    for (const part of parts) sum += Math.sin(x * part.frequency + part.phase) * part.weight;
    return level - (sum / 2) * height;
  };
}

function palette(
  skyTop: string,
  skyLow: string,
  sun: string,
  far: string,
  near: string,
  accent: string,
  night = false,
): Palette {
  return {
    skyTop: colour(skyTop),
    skyLow: colour(skyLow),
    sun: colour(sun),
    far: colour(far),
    near: colour(near),
    accent: colour(accent),
    night,
  };
}
