import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";

/** A company, and a manager who sends batches to it. */
export async function createParty() {
  const company = await createCompany({ store: 1 });
  const manager = await createUser({ access: [{ company, role: "manager" }] });
  return { company, manager };
}

type Fields = Record<string, unknown>;

const asked = ({ id }: Pick<TestCompany, "id">, token: string, fields: Fields, headers = {}) =>
  call(`/companies/${id}/leads/batch`, {
    method: "PUT",
    token,
    headers,
    json: { match_by: ["external_id", "email", "phone"], ...fields },
  });

/** Sends a batch. @returns the answer, which has to be a 200. */
export function put(company: Pick<TestCompany, "id">, token: string, fields: Fields, headers = {}) {
  return bodyOf(asked(company, token, fields, headers));
}

/** Sends a batch that is refused. @returns the problem. */
export function refused(company: Pick<TestCompany, "id">, token: string, fields: Fields, status = 422) {
  return problemOf(asked(company, token, fields), status);
}

/** Rows of the company's store. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function rowsOf({ database }: TestCompany, query: string, ...values: unknown[]): Promise<any[]> {
  return (
    await database
      .prepare(query)
      .bind(...values)
      .all()
  ).results;
}
