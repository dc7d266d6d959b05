import { originOf } from "../audit/record.ts";
import { findCompany } from "../companies/queries.ts";
import { CompanyAnswer, exampleCompany } from "../companies/schemas.ts";
import { viewCompany } from "../companies/view.ts";
import { requireFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { createCycle } from "./create-cycle.ts";
import { currentCycles, findCycle, listCycles } from "./queries.ts";
import {
  CompanyCyclesParams,
  CreateCycleBody,
  CycleAnswer,
  CyclesAnswer,
  cyclesQuery,
  exampleCycle,
  SwitchCyclesBody,
} from "./schemas.ts";
import { switchCycles } from "./switch-cycles.ts";
import { viewCycle } from "./view.ts";

export const cyclesRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/companies/{company_id}/cycles",
      operationId: "switchCycles",
      summary: "Turn cycles on or off",
      description: "A company that works in cycles counts the leads of each against a goal.",
      tag: "Cycles",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyCyclesParams, body: SwitchCyclesBody },
      response: {
        status: 200,
        description: "The company.",
        schema: CompanyAnswer,
        example: { company: { ...exampleCompany, cycles_enabled: true } },
      },
    },
    async ({ call, actor, companyId, tenant, body }) => {
      const { directory } = call.databases;
      const [company, cycles] = await Promise.all([
        switchCycles(directory, companyId, body.cycles_enabled, originOf(call, actor)),
        currentCycles(tenant, [companyId], call.now),
      ]);
      return { company: viewCompany(company, company.cyclesEnabled ? cycles.get(companyId) : undefined) };
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{company_id}/cycles",
      operationId: "listCycles",
      summary: "List a company's cycles",
      description:
        "Each with the leads that arrived in it, against its goal, for an agent those that are assigned to them; the " +
        "latest first.",
      tag: "Cycles",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyCyclesParams, query: cyclesQuery },
      response: {
        status: 200,
        description: "A page of cycles.",
        schema: CyclesAnswer,
        example: {
          cycles: [exampleCycle],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, tenant, query, ...seen }) => {
      const { rows, total } = await listCycles(tenant, seen, query);
      return { cycles: rows.map((row) => viewCycle(row, call.now)), meta: linkPage(call, query, total) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/cycles",
      operationId: "createCycle",
      summary: "Create a cycle",
      description:
        "A lead belongs to the cycle in which it arrived. Cycles of a company never overlap; days are those of " +
        "its time zone.",
      tag: "Cycles",
      access: tenantPolicy({ role: "manager", field: "company_id" }),
      request: { params: CompanyCyclesParams, body: CreateCycleBody },
      response: {
        status: 201,
        description: "The cycle.",
        schema: CycleAnswer,
        example: { cycle: exampleCycle },
        headers: ["Location"],
      },
      errors: ["cycles_disabled", "cycle_overlaps"],
    },
    {
      early: ({ params, databases }) => findCompany(databases.directory, params.company_id),
      create: ({ call, actor, tenant, body, creation, read }) =>
        createCycle(tenant, actor, requireFound(read), body, call.now, creation),
      find: ({ tenant, actor, companyId }, id) => findCycle(tenant, { actor, companyId }, id),
      show: ({ call, companyId }, cycle) => {
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/cycles?id_eq=${cycle.id}`);
        return { cycle: viewCycle(cycle, call.now) };
      },
    },
  ),
];
