/** Reads a CSV file as a stream, however large. */

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { exitCodes, Failure } from './exit.js';

export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** By the column's name in lower case. */
  readonly record: Readonly<Record<string, string>>;
}

/** Throws a Failure where the file is missing, or has no column `address`. */
export async function* readCsv(file: string): AsyncGenerator<CsvRecord> {
  let columns: string[] = [];
  const source = createReadStream(file);
  const parser = source.pipe(
    parse({
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
      columns(header: string[]) {
        // `email` is the name that other systems export it under.
        columns = header.map((name) => name.toLowerCase().replace(/^e-?mail$/, 'address'));
        return columns;
      },
    }),
  );
  // A pipe passes on no errors.
  source.once('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of parser) {
      if (!columns.includes('address')) {
        throw new Failure(
          `${file} has no column "address". Name it in the first line.`,
          exitCodes.usage,
        );
      }
      yield { line: info.lines, record };
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const message = (error as Error).message.replace(/\.$/, '');
    throw new Failure(`${file} could not be read: ${message}.`, exitCodes.usage);
  }
}
