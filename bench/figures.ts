/** What a bench has measured, as a table and as JSON. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value against another one of the same run. */
  readonly ratio?: { readonly is: number; readonly of: string };
  /** What the ratio is to reach, or the value where there is no ratio. */
  readonly wanted?: { readonly atLeast: number } | { readonly atMost: number };
}

/** Undefined where nothing is wanted. */
export function met({ value, ratio, wanted }: Figure): boolean | undefined {
  if (!wanted) return undefined;
  const is = ratio?.is ?? value;
  return 'atLeast' in wanted ? is >= wanted.atLeast : is <= wanted.atMost;
}

export function describe(figure: Figure): string {
  return cells(figure)
    .filter((cell) => cell !== '')
    .join('  ');
}

/** Lines of columns that are as wide as they need to be. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(cells);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(figure: Figure): string[] {
  const { name, value, unit, ratio, wanted } = figure;
  const limit =
    wanted && ('atLeast' in wanted ? `at least ${wanted.atLeast}` : `at most ${wanted.atMost}`);
  return [
    name,
    `${rounded(value)} ${unit}`,
    ratio ? `${ratio.is.toFixed(2)} of ${ratio.of}` : '',
    limit ? `${met(figure) ? 'met' : 'missed'}: ${limit}` : '',
  ];
}

function rounded(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
