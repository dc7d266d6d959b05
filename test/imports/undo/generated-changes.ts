import type { Mapping } from "../../../src/imports/columns/mapping.ts";
import type { MatchKey } from "../../../src/leads/duplicates/match-keys.ts";
import { below, pick, type Random } from "../../fixtures/random.ts";
import { call } from "../../harness/api.ts";
import type { TestCompany, TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import type { Leads } from "./model.ts";

const COLUMNS = {
  Email: ["a@leads.test", "b@leads.test", "c@leads.test", "d@leads.test", "e@leads.test", "[clear]"],
  Phone: ["+525512345601", "+525512345602", "+525512345603", "[clear]"],
  "External id": ["x-1", "x-2", "x-3", "[clear]"],
  "First name": ["Ana", "Bo", "[clear]"],
  Stage: ["won", "contacted", "[clear]"],
  Notes: ["Call", "Write", "[clear]"],
  Tags: ["vip", "fair;vip", "[clear]"],
  Color: ["red", "blue", "[clear]"],
  Shape: ["round", "[clear]"],
} as const;

function fileOf(random: Random): string {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const records = Array.from({ length: 2 + below(random, 11) }, () =>
    names
      .map((name) => (random() < (name === "Email" ? 0.8 : 0.5) ? pick(random, COLUMNS[name]) : ""))
      .join(","),
  );
  return [names.join(","), ...records].join("\n");
}

const MATCH_BY: readonly [MatchKey[], ...MatchKey[][]] = [
  ["email", "phone"],
  ["email", "phone"],
  ["external_id"],
  ["external_id", "email", "phone"],
];

/** Imports a generated file. @returns the code of the import. */
export async function importFile(random: Random, company: TestCompany): Promise<string> {
  const mapping: Mapping = {};
  if (random() < 0.3) mapping.Notes = { to: "notes", rule: pick(random, ["append", "fill_empty"]) };
  if (random() < 0.3) mapping.Tags = { to: "tags", rule: pick(random, ["append", "keep"]) };
  if (random() < 0.3) mapping.Color = { to: "custom_fields.Color", rule: "fill_empty" };
  const more = {
    matchBy: pick(random, MATCH_BY),
    createMissing: random() < 0.9,
    ...(Object.keys(mapping).length > 0 && { mapping }),
  };
  const mode = pick(random, ["update", "update", "update", "skip", "create", "create"]);
  const code = await prepareImport(company, fileOf(random), mode, null, "MX", more);
  await deliver(code);
  return code;
}

/** Something that somebody does to a lead; much of it is refused, which changes nothing. */
export async function changeByHand(
  random: Random,
  { token, id: userId }: TestUser,
  leads: Leads,
): Promise<void> {
  const ids = [...leads.keys()];
  const [lead, other] = [ids[below(random, ids.length)], ids[below(random, ids.length)]];
  const json = (method: string, path: string, body?: unknown) =>
    call(`/leads/${lead}${path}`, { method, token, ...(body !== undefined && { json: body }) });
  switch (below(random, 10)) {
    case 0:
      return void (await json("PUT", "", { first_name: `By hand ${below(random, 99)}` }));
    case 1:
      return void (await json("PUT", "", { tags: [`hand-${below(random, 9)}`] }));
    case 2:
      return void (await json("PUT", "", { stage: pick(random, ["won", "contacted", "new"]) }));
    case 3:
      return void (await json("PUT", "", { assigned_to: userId }));
    case 4:
      return void (await json("PUT", "", { email: pick(random, COLUMNS.Email.slice(0, 5) as [string]) }));
    case 5:
      return void (await json("POST", "/notes", { body: "Spoke to them" }));
    case 6:
      return void (await json("POST", "/merge", { lead_ids: [other] }));
    case 7:
      return void (await json("DELETE", ""));
    case 8:
      return void (await json("POST", "/restore"));
    default:
      await json("DELETE", "?erase=true");
  }
}
