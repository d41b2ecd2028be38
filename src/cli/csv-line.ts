/** The cells of CSV files, as spreadsheets take them without harm. */

/** What a spreadsheet would take for a formula, and any number of apostrophes before it. */
const formula = /^'*[=+\-@\t\r]/;

/** A cell as it was before `csvLine` put an apostrophe before it. */
export function plain(cell = ''): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

/** A line of a CSV file, with its end. No cell is a formula to a spreadsheet. */
export function csvLine(cells: readonly string[]): string {
  const written = cells.map((cell) => {
    const safe = formula.test(cell) ? `'${cell}` : cell;
    return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${written.join(',')}\r\n`;
}
