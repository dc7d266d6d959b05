import { beforeEach } from "vitest";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

export let company: TestCompany;

export let manager: TestUser;

export let viewer: TestUser;

export let agent: TestUser;

export const path = (rest = "") => `/companies/${company.id}/territories${rest}`;

export const send = (method: string, at: string, json?: unknown, { token } = manager) =>
  call(at, { token, method, ...(json !== undefined && { json }) });

export const create = async (name: string, json: object = {}) =>
  (await bodyOf(send("POST", path(), { name, ...json }), 201)).territory;

export const listed = async (query = "") =>
  (await bodyOf(call(path(query), { token: viewer.token }))).territories;

export const named = async () =>
  (await listed("?limit=100")).map(({ name }: { name: string }) => name).join("");

export const match = async (place: Record<string, string>) =>
  (await bodyOf(call(path(`/match?${new URLSearchParams(place)}`), { token: viewer.token }))).territory
    ?.name ?? null;

/** Everything that is kept of the company's territories. */
export async function kept() {
  const { database, id } = company;
  const [territories, users] = await database.batch([
    database.prepare("SELECT * FROM territories WHERE company_id = ? ORDER BY id").bind(id),
    database.prepare("SELECT * FROM territory_users WHERE company_id = ? ORDER BY 1, 2").bind(id),
  ]);
  return { territories: territories?.results ?? [], users: users?.results ?? [] };
}

/** The priorities as the database has them, by id of territory. */
export const priorities = async () =>
  (await kept()).territories.map((row) => (row as { priority: number }).priority);

/** Gives each test a company without a territory, and people in it. */
export function prepareTerritories(): void {
  beforeEach(async () => {
    company = await createCompany({ store: 1 });
    const person = (role: "manager" | "viewer" | "agent") =>
      createUser({ access: [{ company, role }], firstName: "Diego", lastName: role });
    [manager, viewer, agent] = [await person("manager"), await person("viewer"), await person("agent")];
  });
}
