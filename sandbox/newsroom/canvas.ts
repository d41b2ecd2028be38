/** A small canvas: linear colour mixing, soft edges, and the few shapes the pictures are made of. */

export type Colour = readonly [red: number, green: number, blue: number];

/** `#rrggbb` as three numbers from 0 to 255. */
export function colour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function mix(from: Colour, to: Colour, share: number): Colour {
  const part = Math.min(1, Math.max(0, share));
  return [
    from[0] + (to[0] - from[0]) * part,
    from[1] + (to[1] - from[1]) * part,
    from[2] + (to[2] - from[2]) * part,
  ];
}

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = new Float32Array(width * height * 3);
  }

  /** Lays `paint` over one pixel; `cover` is how much of it shows, from 0 to 1. */
  dot(x: number, y: number, paint: Colour, cover: number): void {
    if (cover <= 0 || x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const part = Math.min(1, cover);
    const pixels = this.#pixels;
    const at = (y * this.width + x) * 3;
    pixels[at] = (pixels[at] ?? 0) * (1 - part) + paint[0] * part;
    pixels[at + 1] = (pixels[at + 1] ?? 0) * (1 - part) + paint[1] * part;
    pixels[at + 2] = (pixels[at + 2] ?? 0) * (1 - part) + paint[2] * part;
  }

  /** Fills from the top: `paint` gets 0 at the top and 1 at the bottom. */
  fill(paint: (height: number) => Colour): void {
    for (let y = 0; y < this.height; y++) {
      const row = paint(y / (this.height - 1));
      for (let x = 0; x < this.width; x++) this.dot(x, y, row, 1);
    }
  }

  /** Fills everything below the line `top(x)`; `paint` gets the depth below it in pixels. */
  below(top: (x: number) => number, paint: (depth: number) => Colour): void {
    for (let x = 0; x < this.width; x++) {
      const edge = top(x);
      for (let y = Math.max(0, Math.floor(edge)); y < this.height; y++) {
        this.dot(x, y, paint(y - edge), y + 1 - edge);
      }
    }
  }

  disc(cx: number, cy: number, radius: number, paint: Colour, opacity = 1): void {
    this.#within(cx - radius - 1, cy - radius - 1, cx + radius + 1, cy + radius + 1, (x, y) => {
      this.dot(x, y, paint, opacity * (radius + 0.5 - Math.hypot(x - cx, y - cy)));
    });
  }

  /** Light around a point, fading to nothing at `radius`. */
  glow(cx: number, cy: number, radius: number, paint: Colour, opacity: number): void {
    this.#within(cx - radius, cy - radius, cx + radius, cy + radius, (x, y) => {
      const near = 1 - Math.hypot(x - cx, y - cy) / radius;
      if (near > 0) this.dot(x, y, paint, opacity * near * near);
    });
  }

  ring(cx: number, cy: number, radius: number, width: number, paint: Colour, opacity = 1): void {
    const reach = radius + width + 1;
    this.#within(cx - reach, cy - reach, cx + reach, cy + reach, (x, y) => {
      const off = Math.abs(Math.hypot(x - cx, y - cy) - radius);
      this.dot(x, y, paint, opacity * Math.min(1, width / 2 + 0.5 - off));
    });
  }

  /** A line that may taper from `width` to `endWidth`, with round ends. */
  line(
    from: readonly [number, number],
    to: readonly [number, number],
    width: number,
    paint: Colour,
    opacity = 1,
    endWidth = width,
  ): void {
    const reach = Math.max(width, endWidth) / 2 + 1;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = dx * dx + dy * dy || 1;
    this.#within(
      Math.min(from[0], to[0]) - reach,
      Math.min(from[1], to[1]) - reach,
      Math.max(from[0], to[0]) + reach,
      Math.max(from[1], to[1]) + reach,
      (x, y) => {
        const along = ((x - from[0]) * dx + (y - from[1]) * dy) / length;
        const t = Math.min(1, Math.max(0, along));
        const off = Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy);
        const half = (width + (endWidth - width) * t) / 2;
        this.dot(x, y, paint, opacity * Math.min(1, half + 0.5 - off));
      },
    );
  }

  rectangle(left: number, top: number, width: number, height: number, paint: Colour): void {
    this.#within(left, top, left + width - 1, top + height - 1, (x, y) => {
      this.dot(x, y, paint, 1);
    });
  }

  /** The picture as bytes, three a pixel. */
  rgb(): Uint8ClampedArray {
    return new Uint8ClampedArray(this.#pixels);
  }

  #within(
    left: number,
    top: number,
    right: number,
    bottom: number,
    visit: (x: number, y: number) => void,
  ): void {
    const [x0, x1] = [Math.max(0, Math.floor(left)), Math.min(this.width - 1, Math.ceil(right))];
    const [y0, y1] = [Math.max(0, Math.floor(top)), Math.min(this.height - 1, Math.ceil(bottom))];
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(x, y);
  }
}
