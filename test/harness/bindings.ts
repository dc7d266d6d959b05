/** One call of a binding, as a test may delay it, fail it or count it. */
export interface Operation {
  binding: string;
  name: string;
  statements: number;
  /** The most bound parameters of one of its statements. */
  parameters: number;
  /** Whether it only reads: in doubt it does not. */
  reads: boolean;
  /** The SQL of its statements. */
  texts: readonly string[];
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
  for (const binding of ["IMPORTS", "UNDOS", "INDEX", "ERASURES", "MAILS", "WEBHOOKS"]) {
    changed[binding] = {
      send: (message: unknown) =>
        around({ binding, name: "send", statements: 0, parameters: 0, reads: false, texts: [] }, () =>
          send(message),
        ),
    };
  }
  return changed as unknown as Env;
}

const RUNS = ["first", "run", "all", "raw"];
const READS_OF_R2 = ["get", "head", "list"];
const NO_STATEMENTS = { statements: 0, parameters: 0, texts: [] };

interface Prepared {
  statement: D1PreparedStatement;
  text: string;
  parameters: number;
  reads: boolean;
}

const originals = new WeakMap<object, Prepared>();

function surroundD1(binding: string, database: D1Database | D1DatabaseSession, around: Around): D1Database {
  const surroundStatement = (prepared: Prepared): D1PreparedStatement => {
    const { statement, text, parameters, reads } = prepared;
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") {
          return (...values: unknown[]) =>
            surroundStatement({ statement: target.bind(...values), text, parameters: values.length, reads });
        }
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        if (!RUNS.includes(String(name))) return member.bind(target);
        return (...values: unknown[]) =>
          around({ binding, name: String(name), statements: 1, parameters, reads, texts: [text] }, () =>
            (member as (...all: unknown[]) => Promise<unknown>).apply(target, values),
          );
      },
    });
    originals.set(proxy, prepared);
    return proxy;
  };
  return {
    withSession: (constraint: string) => {
      const session = (database as D1Database).withSession(constraint);
      return { ...surroundD1(binding, session, around), getBookmark: () => session.getBookmark() };
    },
    prepare: (sql: string) =>
      surroundStatement({
        statement: database.prepare(sql),
        text: sql,
        parameters: 0,
        reads: /^\s*select\b/i.test(sql),
      }),
    batch: (statements: D1PreparedStatement[]) => {
      const known = statements.map(
        (one) => originals.get(one) ?? { statement: one, text: "", parameters: 0, reads: false },
      );
      const parameters = Math.max(...known.map((one) => one.parameters));
      const reads = known.every((one) => one.reads);
      const texts = known.map(({ text }) => text);
      return around({ binding, name: "batch", statements: known.length, parameters, reads, texts }, () =>
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
          around(
            { binding, name: String(name), ...NO_STATEMENTS, reads: READS_OF_R2.includes(String(name)) },
            async () => {
              const result = await member.apply(object, values);
              return name === "createMultipartUpload" ? surroundAll(result, "FILES upload") : result;
            },
          );
      },
    });
  return surroundAll(bucket, "FILES");
}
