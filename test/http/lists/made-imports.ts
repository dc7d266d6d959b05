import { bodyOf, call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";

export type ImportRow = Awaited<ReturnType<typeof createImportRow>>;

/** When the companies were made, in milliseconds since 1970. */
export const T0 = Date.parse("2026-02-17T21:54:09.000Z");
export const iso = (milliseconds: number) => encodeURIComponent(new Date(milliseconds).toISOString());
export const SECOND = 1000;

export let company: TestCompany;
export let child: TestCompany;
export let user: TestUser;
export let campaignId: number;
export const rows: ImportRow[] = [];

/** What of a list is in question: the ids, in order. */
export async function idsOf(path: string, token = user.token): Promise<number[]> {
  const body = await bodyOf(call(path, { token }));
  return (body.import_files ?? body.companies).map((one: { id: number }) => one.id);
}

/** Two companies with seven imports of every status. */
export async function createImports(): Promise<void> {
  rows.length = 0;
  company = await createCompany({ createdAt: T0 });
  child = await createCompany({ parent: company, createdAt: T0 });
  user = await createUser({ access: [{ company, role: "viewer" }] });
  campaignId = (await createCampaign(company)).id;
  const finished = [0, 1, 2, 2, 3, null, null];
  for (const [index, status] of [2, 3, 4, 2, 2, 0, 1].entries()) {
    const after = finished[index];
    rows.push(
      await createImportRow(index === 4 ? child : company, user, {
        status,
        campaignId: index % 3 === 0 ? campaignId : null,
        finishedAt: typeof after === "number" ? T0 + after * SECOND : null,
        // Not in the order of the ids, and two alike.
        createdAt: T0 + ((index * 3) % 5) * SECOND,
      }),
    );
  }
}
