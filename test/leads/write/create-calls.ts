import { beforeAll, expect } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";

export let company: TestCompany;

export let manager: TestUser;

export let agent: TestUser;

export let campaign: { id: number };

export let rival: { company: TestCompany; agent: TestUser; campaign: { id: number } };

export const fresh = () => `${crypto.randomUUID()}@example.test`;

export const create = (json: unknown, token = manager.token, at = company) =>
  call(`/companies/${at.id}/leads`, { token, method: "POST", json });

export const created = async (json: unknown, token?: string) => (await bodyOf(create(json, token), 201)).lead;

/** What is refused, with its pointer; and that nothing was stored. */
export async function refused(json: unknown, status = 422, token = manager.token) {
  const before = await countLeads();
  const problem = await problemOf(create(json, token), status);
  expect(await countLeads()).toBe(before);
  const [error] = problem.errors ?? [];
  return error ? `${error.pointer} ${error.code}` : problem.code;
}

export async function countLeads(): Promise<number> {
  const row = await company.database.prepare("SELECT count(*) AS n FROM leads").first<{ n: number }>();
  return row?.n ?? -1;
}

/** A campaign with one question of each kind, and one that is asked no more. */
export async function campaignWithQuestions(at: TestCompany, name: string) {
  const made = await createCampaign(at, name);
  const db = openLeads(at.database);
  const kinds = ["single_choice", "multiple_choice", "text", "number", "date", "boolean"] as const;
  const rows = await db
    .insert(questions)
    .values([
      ...kinds.map((kind, index) => ({
        companyId: at.id,
        campaignId: made.id,
        key: `${name}_${kind}`,
        text: kind,
        kind,
        position: index + 1,
      })),
      {
        companyId: at.id,
        campaignId: made.id,
        key: `${name}_old`,
        text: "old",
        kind: "text",
        position: 9,
        archived: true,
      },
    ])
    .returning();
  await db.insert(questionOptions).values(
    rows
      .filter(({ kind }) => kind.endsWith("choice"))
      .flatMap(({ id }) =>
        ["low", "high", "gone"].map((value, index) => ({
          companyId: at.id,
          questionId: id,
          label: `The ${value}`,
          value: `${name}_${value}`,
          position: index + 1,
          archived: value === "gone",
        })),
      ),
  );
  return made;
}

/** Makes a company with a campaign, and a rival with another. */
export function prepareCreation(): void {
  beforeAll(async () => {
    company = await createCompany();
    manager = await createUser({ access: [{ company, role: "manager" }] });
    agent = await createUser({ access: [{ company, role: "agent" }], firstName: "Ana", lastName: "Gent" });
    campaign = await campaignWithQuestions(company, "spring");
    const other = await createCompany();
    rival = {
      company: other,
      agent: await createUser({ access: [{ company: other, role: "agent" }] }),
      campaign: await campaignWithQuestions(other, "rival"),
    };
  });
}
