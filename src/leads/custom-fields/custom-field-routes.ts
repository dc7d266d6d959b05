import { linkPage } from "../../http/lists/pagination.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { isoTime } from "../../http/time.ts";
import { visibleAssignee } from "../scope.ts";
import {
  CompanyCustomFieldsParams,
  CustomFieldsAnswer,
  type CustomFieldView,
  customFieldsQuery,
  exampleCustomField,
} from "./custom-field-schemas.ts";
import { type CustomFieldRow, listCustomFields } from "./queries.ts";

export const customFieldRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/custom_fields",
      operationId: "listCustomFields",
      summary: "List a company's custom fields",
      description:
        "The names that files and requests brought, at most 1,000. A name is there as soon as a lead has it; kind and " +
        "count follow some minutes after, and are taken again once a week and after imports. A name that no lead has " +
        "any more is dropped then.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyCustomFieldsParams, query: customFieldsQuery },
      response: {
        status: 200,
        description: "A page of custom fields, by name.",
        schema: CustomFieldsAnswer,
        example: {
          custom_fields: [exampleCustomField],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, tenant, companyId, query }) => {
      const { rows, total } = await listCustomFields(tenant, companyId, query);
      const seesAll = visibleAssignee(actor, companyId) === null;
      return {
        custom_fields: rows.map((row) => viewField(row, seesAll)),
        meta: linkPage(call, query, total),
      };
    },
  ),
];

/** @param seesAll whether the leads of others are counted too: to an agent they are not there. */
function viewField(row: CustomFieldRow, seesAll: boolean): CustomFieldView {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    kind: row.kind,
    leads: seesAll ? row.leads : null,
    counted_at: isoTime(row.countedAt),
  };
}
