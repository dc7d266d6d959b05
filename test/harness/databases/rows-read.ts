/** What calls to a database have read so far, and written where that is asked for. */
export interface RowsRead {
  rows: number;
  /** With index entries, as D1 bills them. */
  written?: number;
}

/**
 * The same database, whose statements are counted by the rows that D1 reads for them. What is asked without D1 saying
 * so (`raw`) is asked once more for it: for reads alone.
 */
export function countingRows(database: D1Database, read: RowsRead): D1Database {
  const wrapped = around(database, read);
  return new Proxy(database, {
    get(target, name) {
      if (name === "withSession") {
        return (constraint: string) => {
          const session = target.withSession(constraint);
          return { ...around(session, read), getBookmark: () => session.getBookmark() };
        };
      }
      return Reflect.get(wrapped, name) ?? Reflect.get(target, name);
    },
  });
}

type Session = Pick<D1Database, "prepare" | "batch">;

function around(session: Session, read: RowsRead): Session {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const count = <T>(result: D1Result<T>): D1Result<T> => {
    read.rows += result.meta.rows_read;
    if (read.written !== undefined) read.written += result.meta.rows_written;
    return result;
  };
  const wrap = (statement: D1PreparedStatement, reads: boolean): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values), reads),
      all: async () => count(await statement.all()),
      run: async () => count(await statement.run()),
      raw: async () => {
        if (reads) count(await statement.all());
        return statement.raw();
      },
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap(session.prepare(sql), /^\s*select\b/i.test(sql)),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const results = await session.batch<T>(statements.map((one) => originals.get(one) ?? one));
      return results.map(count);
    },
  };
}
