import type { Call } from "./caller.ts";
import { json, type Scene, type WithId } from "./scene.ts";

/** Campaigns, questions, cycles, the membership and a company's users: operations 34 to 43. */
export async function callCampaigns(call: Call, scene: Scene, membership: WithId): Promise<void> {
  const { owner: token, company, ask } = scene;
  const { campaign } = await ask<{ campaign: WithId }>(
    `/companies/${company.id}/campaigns`,
    json("POST", { name: "Fair", status: "active" }),
  );
  const { question } = await ask<{ question: WithId & { options: (WithId & { value: string })[] } }>(
    `/campaigns/${campaign.id}/questions`,
    json("POST", {
      key: "budget",
      text: "What is your budget?",
      kind: "single_choice",
      options: [
        { label: "Up to 10,000", value: "under_10k" },
        { label: "More", value: "over_10k" },
      ],
    }),
  );

  const ofCompany = { token, params: { company_id: company.id } };
  await call("GET /companies/{company_id}/campaigns", ofCompany);
  await call("GET /campaigns/{id}", { token, params: { id: campaign.id } });
  const options = [
    ...question.options.map(({ id, value }) => ({ id, label: value, value })),
    { label: "Not known yet", value: "unknown" },
  ];
  await call("PUT /campaigns/{campaign_id}/questions/options", {
    token,
    params: { campaign_id: campaign.id },
    body: { questions: [{ id: question.id, options }] },
  });
  await call("GET /campaigns/{campaign_id}/questions", { token, params: { campaign_id: campaign.id } });
  await call("GET /questions/{id}", { token, params: { id: question.id } });

  await call("PUT /companies/{company_id}/cycles", { ...ofCompany, body: { cycles_enabled: true } });
  const year = new Date().getUTCFullYear();
  await call("POST /companies/{company_id}/cycles", {
    ...ofCompany,
    body: { name: String(year), starts_at: `${year}-01-01`, ends_at: `${year}-12-31`, lead_goal: 5000 },
  });
  await call("POST /companies/{company_id}/membership", {
    ...ofCompany,
    query: { membership_id: membership.id },
  });
  await call("POST /companies/{company_id}/membership/cancel", {
    ...ofCompany,
    body: { immediately: true },
  });
  await call("GET /companies/{company_id}/users", ofCompany);
}
