import { beforeAll, describe, expect, test } from "vitest";
import { problemOf } from "../../harness/api.ts";
import { BODIES } from "./refusals/bodies.ts";
import { COMPANIES } from "./refusals/companies.ts";
import { FIELDS } from "./refusals/fields.ts";
import { FORMS } from "./refusals/forms.ts";
import { MAPPINGS } from "./refusals/mappings.ts";
import { RAW_BODIES } from "./refusals/raw-bodies.ts";
import { createOthers } from "./refusals/refusal.ts";
import { createParty, importRows, originals } from "./upload-party.ts";

beforeAll(async () => {
  await createParty();
  await createOthers();
});

const REFUSALS = { ...FORMS, ...COMPANIES, ...MAPPINGS, ...FIELDS, ...BODIES, ...RAW_BODIES };

describe("bad input is refused by name, and nothing is stored", () => {
  test.each(Object.entries(REFUSALS))("%s", async (_, { send, status, code, names }) => {
    const before = { files: await originals(), rows: (await importRows()).length };
    const problem = await problemOf(send(), status);
    expect(problem.code).toBe(code);
    expect((problem.errors ?? []).map((one: { pointer: string }) => one.pointer)).toEqual(names);
    for (const name of names) expect(problem.detail).toContain(name.split("/")[1]);
    expect(JSON.stringify(problem)).not.toContain("Secret");
    expect({ files: await originals(), rows: (await importRows()).length }).toEqual(before);
  });
});
