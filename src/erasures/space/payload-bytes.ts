import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/** The serial types of integers: what values have so many bytes. */
const INTEGERS: [bytes: number, bits: number][] = [
  [1, 8],
  [2, 16],
  [3, 24],
  [4, 32],
  [6, 48],
];

/**
 * How many bytes the columns of a row take in its record: of each, its serial type and its value.
 *
 * @param columns of texts, JSON, integers and booleans; not the row's own id.
 * @see https://www.sqlite.org/fileformat2.html#record_format
 */
export function payloadBytes(columns: AnyColumn[]): SQL {
  return sql.join(
    columns.map((column) =>
      column.dataType === "string" || column.dataType === "json" ? textBytes(column) : integerBytes(column),
    ),
    sql` + `,
  );
}

function textBytes(column: AnyColumn): SQL {
  const bytes = sql`octet_length(${column})`;
  return sql`coalesce(${bytes} + 1 + (${bytes} > 57) + (${bytes} > 8185), 1)`;
}

function integerBytes(column: AnyColumn): SQL {
  const cases = INTEGERS.map(([bytes, bits]) => {
    const end = 2 ** (bits - 1);
    return sql.raw(`BETWEEN ${-end} AND ${end - 1} THEN ${bytes + 1}`);
  });
  return sql`CASE WHEN ${column} IS NULL OR ${column} IN (0, 1) THEN 1 ${sql.join(
    cases.map((one) => sql`WHEN ${column} ${one}`),
    sql` `,
  )} ELSE 9 END`;
}
