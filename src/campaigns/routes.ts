import { requireFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { loadById, rowPolicy } from "../http/policies/row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { visibleAssignee } from "../leads/scope.ts";
import { countCampaign, findCampaign, findCountedCampaign, listCampaigns } from "./queries.ts";
import {
  CampaignAnswer,
  CampaignParams,
  CampaignsAnswer,
  CompanyCampaignsParams,
  CreateCampaignBody,
  campaignsQuery,
  exampleCampaign,
  UpdateCampaignBody,
} from "./schemas.ts";
import { viewCampaign } from "./view.ts";
import { createCampaign, updateCampaign } from "./write-campaign.ts";

const loadCampaign = loadById(findCampaign);

export const campaignsRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/campaigns",
      operationId: "listCampaigns",
      summary: "List a company's campaigns",
      tag: "Campaigns",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyCampaignsParams, query: campaignsQuery },
      response: {
        status: 200,
        description: "A page of campaigns, the newest first.",
        schema: CampaignsAnswer,
        example: {
          campaigns: [exampleCampaign],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, query, ...seen }) => {
      const { rows, total } = await listCampaigns(tenant, seen, query);
      return { campaigns: rows.map(viewCampaign), meta: linkPage(call, query, total) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/campaigns",
      operationId: "createCampaign",
      summary: "Create a campaign",
      tag: "Campaigns",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      limit: "create",
      request: { params: CompanyCampaignsParams, body: CreateCampaignBody },
      response: {
        status: 201,
        description: "The campaign.",
        schema: CampaignAnswer,
        example: { campaign: exampleCampaign },
        headers: ["Location"],
      },
    },
    {
      create: ({ call, tenant, body, actor, companyId, creation }) =>
        createCampaign(tenant, { actor, companyId }, body, call.now, creation),
      find: ({ tenant, actor, companyId }, id) => countCampaign(tenant, { actor, companyId }, id),
      show: ({ call }, campaign) => {
        call.setHeader("Location", `${BASE_PATH}/campaigns/${campaign.id}`);
        return { campaign: viewCampaign(campaign) };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/campaigns/{id}",
      operationId: "getCampaign",
      summary: "Get a campaign",
      tag: "Campaigns",
      access: rowPolicy({ role: "viewer", load: loadById(findCountedCampaign) }),
      request: { params: CampaignParams },
      response: {
        status: 200,
        description: "The campaign.",
        schema: CampaignAnswer,
        example: { campaign: exampleCampaign },
        etag: true,
      },
    },
    async ({ actor, tenant, companyId, row }) => {
      const seesAll = visibleAssignee(actor, companyId) === null;
      const campaign = seesAll ? row : await countCampaign(tenant, { actor, companyId }, row.id);
      return { campaign: viewCampaign(requireFound(campaign)) };
    },
  ),
  route(
    {
      method: "put",
      path: "/campaigns/{id}",
      operationId: "updateCampaign",
      summary: "Change a campaign",
      description:
        "Changes the fields that are given. A campaign that is over is `ended`, and keeps its leads.",
      tag: "Campaigns",
      access: rowPolicy({ role: "manager", load: loadCampaign }),
      request: { params: CampaignParams, body: UpdateCampaignBody },
      response: {
        status: 200,
        description: "The campaign.",
        schema: CampaignAnswer,
        example: { campaign: exampleCampaign },
      },
    },
    async ({ call, actor, tenant, row, body }) => ({
      campaign: viewCampaign(await updateCampaign(tenant, actor, row, body, call.now)),
    }),
  ),
];
