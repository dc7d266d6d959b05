import { expect, it } from "vitest";
import exports from "../../fixtures/tools/exports.ndjson?raw";
import { readText } from "../read-text.ts";

/** An export of a tool, with what its leads have in their own columns; what else it says is kept as custom fields. */
interface Export {
  tool: string;
  country?: string;
  text: string;
  leads?: Record<string, unknown>[];
  rejected?: string[];
  problem?: string;
}

const FIELDS = [
  "email",
  "phone",
  "firstName",
  "lastName",
  "companyName",
  "jobTitle",
  "city",
  "state",
  "country",
  "source",
  "stageId",
  "externalId",
  "website",
];

it("reads what tools export as a person would", async () => {
  const wrong: unknown[] = [];
  const all = exports
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Export);
  for (const { tool, country = "MX", text, ...expected } of all) {
    const read = await readExport(text, country);
    if (JSON.stringify(read) !== JSON.stringify(expected)) wrong.push({ tool, read, expected });
  }
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(`exports of tools: ${all.length - wrong.length} of ${all.length}`);
  expect(wrong).toEqual([]);
});

async function readExport(text: string, country: string): Promise<Omit<Export, "tool" | "text">> {
  try {
    const { leads, rejections } = await readText(text, { country });
    const own = leads.map((lead) => Object.entries(lead).filter(([, value]) => value !== null));
    return {
      leads: own.map((entries) => {
        const lead = Object.fromEntries(entries);
        return Object.fromEntries(FIELDS.flatMap((name) => (name in lead ? [[name, lead[name]]] : [])));
      }),
      rejected: rejections.map(({ code }) => code),
    };
  } catch (problem) {
    return { problem: (problem as { code: string }).code };
  }
}
