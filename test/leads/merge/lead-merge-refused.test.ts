import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { leadTags } from "../../../src/db/leads/schema.ts";
import { problemOf } from "../../harness/api.ts";
import { createCompany } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { agent, company, createParty, type Lead, make, merge, rows } from "./merge-party.ts";

beforeAll(createParty);

describe("a merge is refused, and changes nothing,", () => {
  const state = async () => [
    await rows("SELECT * FROM leads WHERE company_id = ? ORDER BY id", company.id),
    await rows("SELECT * FROM lead_tags WHERE company_id = ? ORDER BY lead_id, tag", company.id),
  ];
  const refused = async (answer: () => Promise<Response>, status: number, pointer?: string) => {
    const before = await state();
    const problem = await problemOf(answer(), status);
    if (pointer) expect(problem.errors).toMatchObject([{ pointer }]);
    expect(await state()).toEqual(before);
  };

  test("with itself, with a lead twice, without any, and with fields of a lead that is not in it", async () => {
    const [kept, other, third] = [await make(), await make(), await make()];
    await refused(() => merge(kept.id, [other.id, kept.id]), 422, "/lead_ids/1");
    await refused(() => merge(kept.id, [other.id, other.id]), 422, "/lead_ids");
    await refused(() => merge(kept.id, []), 422, "/lead_ids");
    await refused(
      () =>
        merge(
          kept.id,
          Array.from({ length: 51 }, (_, n) => n + 1),
        ),
      422,
      "/lead_ids",
    );
    await refused(() => merge(kept.id, [other.id], { email: third.id }), 422, "/fields/email");
    await refused(() => merge(kept.id, [other.id], { nothing: other.id }), 422, "/fields/nothing");
  });

  test("with leads that are not there: of another company, deleted or none", async () => {
    const [kept, other] = [await make(), await make()];
    const gone = await make({ deletedAt: 1 });
    const child = await createCompany({ parent: company });
    const foreign = await createLead(await createCompany({ store: 1 }));
    for (const id of [gone.id, (await createLead(child)).id, foreign.id, 9e12]) {
      await refused(() => merge(kept.id, [other.id, id]), 404, "/lead_ids/1");
    }
    await refused(() => merge(gone.id, [kept.id]), 404);
    await refused(() => merge(foreign.id, [kept.id]), 404);
  });

  test("for users who are not managers", async () => {
    const [kept, other] = [await make({ assignedTo: agent.id }), await make({ assignedTo: agent.id })];
    await refused(() => merge(kept.id, [other.id], undefined, agent.token), 403);
  });

  test("where the tags together are too many", async () => {
    const [kept, other] = [await make(), await make()];
    const tagged = ({ id }: Lead, from: number) =>
      Array.from({ length: 60 }, (_, n) => ({ companyId: company.id, leadId: id, tag: `t${from + n}` }));
    for (const values of [tagged(kept, 0), tagged(other, 100)]) {
      // Three parameters each, and D1 takes a hundred.
      for (let n = 0; n < 60; n += 30) {
        await openLeads(company.database)
          .insert(leadTags)
          .values(values.slice(n, n + 30));
      }
    }
    await refused(() => merge(kept.id, [other.id]), 422, "/lead_ids");
  });
});
