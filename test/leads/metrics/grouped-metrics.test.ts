import { beforeAll, expect, test } from "vitest";
import { bodyOf, call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

let company: TestCompany;
let viewer: TestUser;
let agent: TestUser;
let campaign: { id: number };

const DAYS = "from=2026-03-02&to=2026-03-04";

const groupedOf = async (query: string, token = viewer.token) =>
  (await bodyOf(call(`/companies/${company.id}/leads/metrics?${query}`, { token }))).metrics.grouped;

beforeAll(async () => {
  company = await createCompany();
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  campaign = await createCampaign(company);
  const arrive = (time: string, differs: Parameters<typeof createLead>[1]) =>
    createLead(company, { createdAt: Date.parse(time), ...differs });
  await arrive("2026-03-01T23:59:59.999Z", { source: "fair" });
  await arrive("2026-03-02T00:00:00.000Z", { source: "fair", stageId: 6 });
  await arrive("2026-03-02T23:59:59.999Z", { source: "web", campaignId: campaign.id });
  await arrive("2026-03-04T12:00:00.000Z", { source: "web", assignedTo: agent.id });
  await arrive("2026-03-04T12:07:00.000Z", { source: null });
  await arrive("2026-03-04T12:08:00.000Z", { source: "web", deletedAt: 1 });
});

test("metrics say nothing of groups unless they are asked for", async () => {
  expect(await groupedOf(DAYS)).toBeNull();
});

test("metrics part what arrived in each period by the source, the largest first", async () => {
  expect(await groupedOf(`${DAYS}&group_by=source`)).toEqual({
    by: "source",
    counted: 4,
    groups: [
      { key: "web", name: "web", arrived: [1, 0, 1] },
      { key: "fair", name: "fair", arrived: [1, 0, 0] },
      { key: null, name: null, arrived: [0, 0, 1] },
    ],
    others: [0, 0, 0],
  });
});

test("metrics part what arrived in each period by the stage that it is in now", async () => {
  const grouped = await groupedOf(`${DAYS}&group_by=stage`);
  expect(grouped).toMatchObject({ by: "stage", counted: 4, others: [0, 0, 0] });
  expect(grouped.groups).toHaveLength(7);
  expect(grouped.groups[0]).toEqual({ key: "new", name: expect.any(String), arrived: [1, 0, 2] });
  expect(grouped.groups[5]).toMatchObject({ key: "won", arrived: [1, 0, 0] });
});

test("groups are of what somebody sees, and of the campaign", async () => {
  const own = await groupedOf(`${DAYS}&group_by=source`, agent.token);
  expect(own.groups).toEqual([{ key: "web", name: "web", arrived: [0, 0, 1] }]);
  const ofCampaign = await groupedOf(`${DAYS}&group_by=source&campaign_id=${campaign.id}`);
  expect(ofCampaign.groups).toEqual([{ key: "web", name: "web", arrived: [1, 0, 0] }]);
});

test("sources beyond the twenty largest are counted together", async () => {
  for (let number = 0; number < 22; number++) {
    await createLead(company, { createdAt: Date.parse("2026-05-01T12:00:00Z"), source: `source ${number}` });
  }
  const { groups, others, counted } = await groupedOf("from=2026-05-01&to=2026-05-01&group_by=source");
  expect([groups.length, others, counted]).toEqual([20, [2], 22]);
});
