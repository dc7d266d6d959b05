import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { measureLeads } from "./metrics.ts";
import { CompanyMetricsParams, exampleMetrics, LeadMetricsAnswer, MetricsQuery } from "./metrics-schemas.ts";

export const leadMetricsRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/metrics",
      operationId: "measureLeads",
      summary: "Measure a company's leads",
      description:
        "The leads that arrived in a time, the last 30 days where none is given, by the stage that they are in " +
        "now; and for each day, week or month of it, in the company's time zone, how many arrived, and how many " +
        "were moved to a stage that wins or loses them, whenever they arrived. A lead that arrived as won or lost " +
        "was not moved. At most 400 periods; an agent gets the figures of the leads assigned to them.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyMetricsParams, query: MetricsQuery },
      response: {
        status: 200,
        description: "The figures.",
        schema: LeadMetricsAnswer,
        example: { metrics: exampleMetrics },
      },
    },
    async ({ call, query, ...seen }) => ({
      metrics: await measureLeads(call.databases, seen, query, call.now),
    }),
  ),
];
