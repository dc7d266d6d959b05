import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../../src/index.ts";
import { bodyOf, requestOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";

/** A database that notes what is asked in which kind of session. */
function noting(database: D1Database, asked: { constraint: string; text: string }[]): D1Database {
  return new Proxy(database, {
    get(target, name) {
      if (name !== "withSession") return Reflect.get(target, name).bind(target);
      return (constraint: string) => {
        const session = target.withSession(constraint);
        return {
          prepare(text: string) {
            asked.push({ constraint, text });
            return session.prepare(text);
          },
          batch: (statements: D1PreparedStatement[]) => session.batch(statements),
          getBookmark: () => session.getBookmark(),
        };
      };
    },
  });
}

/** What says what somebody may do: their grants, and whether they run the installation. */
const RIGHTS = /json_array\(id, name, store, access|u\.operator FROM/;

test.each(["", "/user_access", "/audit_events"])(
  "what a caller may do is asked of no replica by GET /users/{id}%s",
  async (rest) => {
    const company = await createCompany();
    const [owner, user] = await Promise.all(
      (["owner", "viewer"] as const).map((role) => createUser({ access: [{ company, role }] })),
    );
    const asked: { constraint: string; text: string }[] = [];
    const bindings = { ...env, DIRECTORY: noting(env.DIRECTORY, asked) };
    const context = createExecutionContext();
    const request = requestOf(`/users/${user?.id}${rest}`, { token: owner?.token ?? "" });
    await bodyOf(await worker.fetch(request as never, bindings, context));
    await waitOnExecutionContext(context);
    const rights = asked.filter(({ text }) => RIGHTS.test(text.replaceAll('"', "")));
    expect(rights.length).toBeGreaterThan(1);
    expect(rights.filter(({ constraint }) => constraint !== "first-primary")).toEqual([]);
  },
);
