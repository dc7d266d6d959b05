/** One call of a binding, as a test may delay it, fail it or count it. */
export interface Operation {
  binding: string;
  name: string;
  statements: number;
  /** The most bound parameters of one of its statements. */
  parameters: number;
}

/** Stands around each call of a binding: `call` lets it happen. */
export type Around = <T>(operation: Operation, call: () => Promise<T>) => Promise<T>;

/** The environment with every call of D1, R2 and the queue going through `around`; the bindings stay real. */
export function surround(env: Env, around: Around, send: (message: unknown) => Promise<void>): Env {
  const bindings = env as unknown as Record<string, unknown>;
  const changed: Record<string, unknown> = { ...bindings };
  for (const name of Object.keys(bindings).filter((key) => /^(DIRECTORY|LEADS_\d+)$/.test(key))) {
    changed[name] = surroundD1(name, bindings[name] as D1Database, around);
  }
  changed.FILES = surroundR2(env.FILES, around);
  for (const binding of ["IMPORTS", "INDEX", "ERASURES", "MAILS"]) {
    changed[binding] = {
      send: (message: unknown) =>
        around({ binding, name: "send", statements: 0, parameters: 0 }, () => send(message)),
    };
  }
  return changed as unknown as Env;
}

const RUNS = ["first", "run", "all", "raw"];
const originals = new WeakMap<object, { statement: D1PreparedStatement; parameters: number }>();

function surroundD1(binding: string, database: D1Database | D1DatabaseSession, around: Around): D1Database {
  const surroundStatement = (statement: D1PreparedStatement, parameters: number): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") {
          return (...values: unknown[]) => surroundStatement(target.bind(...values), values.length);
        }
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        if (!RUNS.includes(String(name))) return member.bind(target);
        return (...values: unknown[]) =>
          around({ binding, name: String(name), statements: 1, parameters }, () =>
            (member as (...all: unknown[]) => Promise<unknown>).apply(target, values),
          );
      },
    });
    originals.set(proxy, { statement, parameters });
    return proxy;
  };
  return {
    withSession: (constraint: string) => {
      const session = (database as D1Database).withSession(constraint);
      return { ...surroundD1(binding, session, around), getBookmark: () => session.getBookmark() };
    },
    prepare: (sql: string) => surroundStatement(database.prepare(sql), 0),
    batch: (statements: D1PreparedStatement[]) => {
      const known = statements.map((one) => originals.get(one) ?? { statement: one, parameters: 0 });
      const parameters = Math.max(...known.map((one) => one.parameters));
      return around({ binding, name: "batch", statements: known.length, parameters }, () =>
        database.batch(known.map((one) => one.statement)),
      );
    },
  } as unknown as D1Database;
}

function surroundR2(bucket: R2Bucket, around: Around): R2Bucket {
  const surroundAll = <T extends object>(target: T, binding: string): T =>
    new Proxy(target, {
      get(object, name) {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== "function") return member;
        if (name === "resumeMultipartUpload") {
          return (...values: unknown[]) => surroundAll(member.apply(object, values), "FILES upload");
        }
        return (...values: unknown[]) =>
          around({ binding, name: String(name), statements: 0, parameters: 0 }, async () => {
            const result = await member.apply(object, values);
            return name === "createMultipartUpload" ? surroundAll(result, "FILES upload") : result;
          });
      },
    });
  return surroundAll(bucket, "FILES");
}
