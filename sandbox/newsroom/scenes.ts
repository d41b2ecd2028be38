/** What stands in the foreground of a picture. */

import { type Canvas, type Colour, mix } from './canvas.js';
import type { Chance } from './chance.js';
import type { Palette } from './picture.js';

interface Stage {
  readonly canvas: Canvas;
  readonly colours: Palette;
  readonly chance: Chance;
  /** Where sky and land meet, in pixels from the top. */
  readonly horizon: number;
}

type Foreground = (stage: Stage) => void;

const rail: Foreground = ({ canvas, colours, chance, horizon }) => {
  const plain = flatLand(canvas, colours, horizon + 84);
  const [vanishing, top] = [canvas.width * chance.between(0.38, 0.62), horizon + 84];
  const depth = canvas.height - top;
  for (let sleeper = 1; sleeper < 34; sleeper++) {
    const near = (sleeper / 33) ** 2.4;
    const half = 8 + near * 330;
    const y = top + near * (depth + 20);
    canvas.line(
      [vanishing - half, y],
      [vanishing + half, y],
      1 + near * 14,
      mix(plain, [20, 16, 14], 0.5),
    );
  }
  for (const side of [-1, 1]) {
    const end = [vanishing + side * 250, canvas.height + 10] as const;
    canvas.line([vanishing + side * 4, top], end, 1.4, colours.accent, 1, 11);
  }
  for (let pole = 0; pole < 7; pole++) {
    const near = (pole / 6) ** 2.2;
    const x = vanishing + 26 + near * 620;
    const foot = top + 3 + near * depth * 0.72;
    const height = 16 + near * 330;
    const dark = mix(colours.near, [0, 0, 0], 0.35);
    canvas.line([x, foot], [x, foot - height], 1 + near * 7, dark);
    canvas.line(
      [x - 3 - near * 32, foot - height * 0.9],
      [x + 3 + near * 32, foot - height * 0.9],
      1 + near * 4,
      dark,
    );
  }
};

const grid: Foreground = ({ canvas, colours, chance, horizon }) => {
  const dark = mix(colours.near, [0, 0, 0], 0.3);
  flatLand(canvas, colours, horizon + 130);
  let previous: readonly [number, number] | undefined;
  const first = chance.between(40, 90);
  for (let tower = 0; tower < 5; tower++) {
    const size = 1 - tower * 0.17;
    const x = first + tower * 290 - tower * tower * 12;
    const foot = horizon + 130 + 130 * size;
    const top = foot - 400 * size;
    const half = 46 * size;
    const stroke = 5 * size;
    canvas.line([x - half, foot], [x - 7 * size, top], stroke, dark);
    canvas.line([x + half, foot], [x + 7 * size, top], stroke, dark);
    for (let rung = 0; rung < 6; rung++) {
      const [low, high] = [rung / 6, (rung + 1) / 6];
      const at = (share: number) => half - (half - 7 * size) * share;
      const y = (share: number) => foot - (foot - top) * share;
      canvas.line([x - at(low), y(low)], [x + at(high), y(high)], stroke * 0.6, dark);
      canvas.line([x + at(low), y(low)], [x - at(high), y(high)], stroke * 0.6, dark);
    }
    for (const arm of [0.06, 0.2, 0.34]) {
      const level = top + (foot - top) * arm;
      canvas.line([x - 82 * size, level], [x + 82 * size, level], stroke, dark);
    }
    if (previous) {
      for (const arm of [0.06, 0.2, 0.34]) {
        const bigger = size + 0.17;
        const start = [previous[0], previous[1] + 400 * bigger * arm] as const;
        const end = [x, top + 400 * size * arm] as const;
        for (const side of [-80, 80]) {
          hang(canvas, [start[0] + side * bigger, start[1]], [end[0] + side * size, end[1]], dark);
        }
      }
    }
    previous = [x, top];
  }
};

const turbines: Foreground = ({ canvas, colours, chance, horizon }) => {
  const white = mix([255, 255, 255], colours.skyLow, 0.12);
  const places = [0.12, 0.3, 0.46, 0.66, 0.86].map((x) => x + chance.between(-0.03, 0.03));
  for (const [index, place] of places.entries()) {
    const size = [0.62, 1, 0.48, 0.8, 0.56][index] ?? 0.6;
    const x = place * canvas.width;
    const foot = horizon + 90 + size * 60;
    const hub = foot - 330 * size;
    canvas.line([x, foot], [x, hub], 11 * size, white, 1, 5 * size);
    const turn = chance.between(0, Math.PI);
    for (let blade = 0; blade < 3; blade++) {
      const angle = turn + (blade * Math.PI * 2) / 3;
      const tip = [x + Math.cos(angle) * 150 * size, hub + Math.sin(angle) * 150 * size] as const;
      canvas.line([x, hub], tip, 10 * size, white, 1, 2);
    }
    canvas.disc(x, hub, 8 * size, white);
  }
  hill(canvas, colours, chance, horizon + 150, 26);
};

const river: Foreground = ({ canvas, colours, chance, horizon }) => {
  flatLand(canvas, colours, horizon + 78);
  const water = mix(colours.skyLow, colours.skyTop, 0.25);
  const top = horizon + 78;
  const [start, swing, phase] = [
    chance.between(380, 820),
    chance.between(120, 190),
    chance.between(0, 3),
  ];
  for (let y = Math.ceil(top); y < canvas.height; y++) {
    const near = (y - top) / (canvas.height - top);
    const centre = start + Math.sin(near * 5.2 + phase) * swing * (0.25 + near);
    const half = 5 + near ** 1.5 * 190;
    const shade = mix(mix(water, colours.sun, 0.35), water, near);
    canvas.line([centre - half, y], [centre + half, y], 1.6, shade);
    if (y % 9 === 0) {
      const glint = centre + chance.between(-0.7, 0.4) * half;
      canvas.line([glint, y], [glint + half * 0.3, y], 1 + near * 2, colours.sun, 0.5);
    }
  }
};

const fields: Foreground = ({ canvas, colours, chance, horizon }) => {
  const top = horizon + 92;
  const plain = flatLand(canvas, colours, top);
  const vanishing = canvas.width * chance.between(0.35, 0.65);
  for (let furrow = -26; furrow <= 26; furrow++) {
    const tint =
      furrow % 2 === 0 ? mix(plain, colours.accent, 0.42) : mix(plain, colours.near, 0.5);
    const end = [vanishing + furrow * 105, canvas.height + 20] as const;
    canvas.line([vanishing + furrow * 21, top + 2], end, 3, tint, 0.85, 42);
  }
  const silo = canvas.width * chance.pick([0.16, 0.8]);
  const wall = mix(colours.skyLow, colours.near, 0.3);
  for (const [index, height] of [78, 112, 96].entries()) {
    const left = silo + index * 46;
    canvas.rectangle(left, top - height + 8, 40, height, wall);
    canvas.rectangle(left + 28, top - height + 8, 12, height, mix(wall, colours.near, 0.4));
    canvas.disc(left + 20, top - height + 8, 20, wall);
  }
};

const city: Foreground = ({ canvas, colours, chance, horizon }) => {
  const base = horizon + 175;
  for (const row of [0, 1]) {
    const wall = mix(mix(colours.far, colours.near, 0.55 + row * 0.4), [0, 0, 0], row * 0.15);
    for (let left = -20; left < canvas.width; ) {
      const width = chance.between(44, 110);
      const height =
        chance.between(70, row === 0 ? 300 : 190) *
        (0.6 + 0.4 * Math.sin((left / canvas.width) * Math.PI));
      const top = base + row * 46 - height;
      canvas.rectangle(left, top, width, canvas.height - top, wall);
      for (let y = top + 14; y < base + 60; y += 20) {
        for (let x = left + 10; x < left + width - 12; x += 17) {
          if (chance.next() < 0.34) canvas.rectangle(x, y, 7, 9, mix(wall, colours.accent, 0.85));
        }
      }
      left += width + chance.between(2, 14);
    }
  }
};

const dunes: Foreground = ({ canvas, colours, chance, horizon }) => {
  for (let dune = 0; dune < 4; dune++) {
    const light = mix(colours.accent, colours.near, 0.15 + dune * 0.23);
    const level = horizon + 70 + dune * 62;
    const [length, phase] = [chance.between(420, 760), chance.between(0, 700)];
    const crest = (x: number) => {
      const along = ((x + phase) % length) / length;
      const rise = along < 0.68 ? along / 0.68 : (1 - along) / 0.32;
      return level - 54 * (rise * rise * (3 - 2 * rise));
    };
    canvas.below(crest, (down) => mix(light, colours.near, down / 210));
  }
};

/** Felt ornament: rings and horns in a band, as on a steppe carpet. */
const ornament: Foreground = ({ canvas, colours, horizon }) => {
  const top = horizon + 120;
  const cloth = mix(colours.near, [0, 0, 0], 0.22);
  canvas.rectangle(0, top, canvas.width, canvas.height - top, cloth);
  for (const level of [top + 8, top + 22, canvas.height - 12]) {
    canvas.line([0, level], [canvas.width, level], 4, colours.accent);
  }
  const middle = (top + 26 + canvas.height - 12) / 2;
  for (let x = 60; x < canvas.width + 60; x += 120) {
    for (const side of [-1, 1]) {
      canvas.ring(x + side * 25, middle - 14, 19, 6, colours.accent);
      canvas.ring(x + side * 25, middle + 22, 13, 5, colours.sun);
      canvas.disc(x + side * 25, middle - 14, 6, colours.sun);
    }
    canvas.line([x, middle - 42], [x, middle + 42], 6, colours.accent);
    canvas.line([x + 60, middle - 20], [x + 60, middle + 20], 3, colours.sun);
    canvas.disc(x + 60, middle, 7, colours.accent);
  }
};

export const foregrounds = { rail, grid, turbines, river, fields, city, dunes, ornament } as const;
export type Scene = keyof typeof foregrounds;
export const SCENES = Object.keys(foregrounds) as Scene[];

/** Level ground from `top` down; returns its colour. */
function flatLand(canvas: Canvas, colours: Palette, top: number): Colour {
  const plain = mix(colours.near, colours.far, 0.35);
  canvas.below(
    () => top,
    (down) => mix(plain, colours.near, down / 240),
  );
  return plain;
}

function hill(
  canvas: Canvas,
  colours: Palette,
  chance: Chance,
  level: number,
  height: number,
): void {
  const phase = chance.between(0, 6);
  canvas.below(
    (x) => level - Math.sin(x / 210 + phase) * height,
    (down) => mix(mix(colours.near, colours.far, 0.25), colours.near, down / 180),
  );
}

/** A cable between two points, hanging through. */
function hang(
  canvas: Canvas,
  from: readonly [number, number],
  to: readonly [number, number],
  paint: Colour,
): void {
  const steps = 24;
  let last = from;
  for (let step = 1; step <= steps; step++) {
    const t = step / steps;
    const sag = Math.sin(t * Math.PI) * 34;
    const next = [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t + sag] as const;
    canvas.line(last, next, 1.4, paint, 0.8);
    last = next;
  }
}
