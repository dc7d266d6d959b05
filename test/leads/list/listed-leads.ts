import { openLeads } from "../../../src/db/clients.ts";
import { importChunks, importMatches, leadTags, questions } from "../../../src/db/leads/schema.ts";
import { bodyOf, call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

type Row = Awaited<ReturnType<typeof createLead>>;

/** When the first lead was made, in milliseconds since 1970. */
export const T0 = Date.parse("2026-02-17T21:54:09.000Z");
export const SECOND = 1000;
export const iso = (milliseconds: number) => encodeURIComponent(new Date(milliseconds).toISOString());

export let company: TestCompany;
export let other: TestCompany;
export let manager: TestUser;
export let agent: TestUser;
export let campaign: { id: number };
export let autumn: { id: number };
export let imported: { id: number; importCode: string; fileSha256: string };
const questionIds: Record<string, number> = {};
/** The leads by the names that cases call them. */
export const made: Record<string, Row> = {};

/** The names of the leads that a list holds, in its order. */
export async function namesIn(query: string, token = manager.token, list = "leads"): Promise<string[]> {
  const { leads } = await bodyOf(call(`/companies/${company.id}/${list}?${query}`, { token }));
  return leads.map(({ id }: { id: number }) => Object.keys(made).find((name) => made[name]?.id === id));
}

/** Leads that differ in everything that a list is filtered by, one of them deleted and one of another company. */
export async function createLeads(): Promise<void> {
  company = await createCompany();
  other = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  campaign = await createCampaign(company);
  autumn = await createCampaign(company, "Autumn");
  imported = await createImportRow(company, manager);
  const db = openLeads(company.database);
  const ask = async (
    name: string,
    kind: "text" | "number" | "date" | "boolean" | "multiple_choice",
    key = name,
  ) => {
    const campaignId = name === "autumn_budget" ? autumn.id : campaign.id;
    const [row] = await db
      .insert(questions)
      .values({ companyId: company.id, campaignId, key, text: name, kind, position: 1 })
      .returning();
    questionIds[name] = row?.id ?? 0;
  };
  await ask("budget", "number");
  await ask("autumn_budget", "number", "budget");
  await ask("visit", "date");
  await ask("wants_call", "boolean");
  await ask("channels", "multiple_choice");
  await ask("remark", "text");
  const answers = (byName: Record<string, string | number | boolean | string[]>) => ({
    answers: Object.fromEntries(Object.entries(byName).map(([name, value]) => [questionIds[name], value])),
  });

  const lead = async (name: string, seconds: number, differs: Parameters<typeof createLead>[1]) => {
    made[name] = await createLead(company, { createdAt: T0 + seconds * SECOND, updatedAt: T0, ...differs });
  };
  await lead("ana", 0, {
    email: "ana@one.test",
    phone: "+525512345678",
    firstName: "Ana",
    lastName: "Díaz",
    city: "León",
    source: "100% fair",
    stageId: 1,
    campaignId: campaign.id,
    ...answers({ budget: 500, visit: "2026-03-01", wants_call: true, channels: ["mail", "phone"] }),
    customFields: { 'Canal "favorito"': "WhatsApp", "a.b": "x" },
  });
  await lead("bo", 3, {
    email: "bo@two.test",
    phone: null,
    firstName: "Bo",
    companyName: "Acme_North",
    stageId: 2,
    campaignId: autumn.id,
    assignedTo: agent.id,
    ...answers({ autumn_budget: 1500, remark: "Call at NOON" }),
  });
  await lead("cy", 1, {
    email: "cy@one.test",
    firstName: "cyrus",
    jobTitle: "CEO",
    stageId: 2,
    importId: imported.id,
    recordNumber: 7,
    assignedTo: manager.id,
    updatedAt: T0 + 5 * SECOND,
    customFields: { 'Canal "favorito"': "Mail" },
  });
  // As old as the one before: what decides is the id.
  await lead("di", 1, {
    email: null,
    phone: "+525587654321",
    phoneRaw: "55 8765 4321 ext. 3",
    externalId: "X-4",
    notes: "Met at the fair",
    stageId: 6,
    duplicateOf: made.ana?.id ?? 0,
  });
  await lead("gone", 2, { email: "gone@one.test", deletedAt: T0 });
  made.stranger = await createLead(other, { email: "stranger@one.test", createdAt: T0 + SECOND });

  const tag = (name: string, text: string) => ({
    companyId: company.id,
    leadId: made[name]?.id ?? 0,
    tag: text,
  });
  await db
    .insert(leadTags)
    .values([tag("ana", "vip"), tag("cy", "vip"), tag("bo", "cold"), tag("gone", "vip")]);
  await db.insert(importChunks).values({
    importId: imported.id,
    firstRecord: 1,
    records: 9,
    leadsAfter: made.bo?.id ?? 0,
    writtenAt: made.cy?.createdAt ?? 0,
  });
  // The import updated two leads, and met a third that was as the file says.
  await db.insert(importMatches).values(
    ["ana", "bo", "di"].map((name, index) => ({
      importId: imported.id,
      recordNumber: index + 1,
      leadId: made[name]?.id ?? 0,
      changed: name !== "bo",
    })),
  );
}
