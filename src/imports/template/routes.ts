import * as z from "zod";
import { notFound } from "../../errors.ts";
import { XLSX_TYPE } from "../../files/xlsx/write-workbook.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { acceptedLocale } from "../../http/request/accept-language.ts";
import { type Route, route } from "../../http/route.ts";
import { integerText, Locale } from "../../http/validation/fields.ts";
import { findQuestionsOf } from "../../questions/queries.ts";
import { listStages } from "../../stages/queries.ts";
import { makeTemplate } from "./make-template.ts";
import { templateColumns } from "./template-columns.ts";

const TemplateQuery = z.strictObject({
  company_id: integerText({ min: 1 }).meta({ description: "Whose leads the file is for." }),
  campaign_id: integerText({ min: 1 })
    .optional()
    .meta({ description: "Adds a column for each of its questions." }),
  format: z.enum(["csv", "xlsx"]).default("csv"),
  locale: Locale.optional().meta({
    description: "The language of the columns; else that of `Accept-Language`.",
  }),
});

export const importTemplateRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/import/template",
      operationId: "getImportTemplate",
      summary: "Download a template to fill in",
      description:
        "A header and an example record: a lead's columns in English, Spanish or Portuguese, then the questions of a " +
        "campaign by their keys. In a workbook stages and choices are lists in the cells, and the header of a " +
        "question has its text as a comment. Filled in, it goes into `POST /import` without a mapping, with the same " +
        "`campaign_id`. The example does no harm: left in, it is rejected as `example_record`, by its " +
        "e-mail or its phone.",
      tag: "Import",
      access: tenantPolicy({ role: "viewer", in: "query", field: "company_id" }),
      request: { query: TemplateQuery },
      response: {
        status: 200,
        description: "The file.",
        file: ["text/csv", XLSX_TYPE],
        example: "E-mail,Phone,First name\r\nexample.record@example.com,'+12025550137,Lucía\r\n",
      },
    },
    async ({ call, companyId, tenant, query }) => {
      const { campaign_id: campaignId, format, locale } = query;
      const language = locale ?? acceptedLocale(call.header("Accept-Language"));
      const [questions, stages] = await Promise.all([
        campaignId === undefined ? [] : findQuestionsOf(tenant, companyId, campaignId),
        listStages(call.databases.directory),
      ]);
      if (questions === null) throw notFound("campaign_id");
      const { body, type } = makeTemplate(templateColumns(language, questions, stages), format);
      return new Response(body, {
        headers: {
          "Content-Type": type,
          "Content-Disposition": `attachment; filename="leads-${language}.${format}"`,
          "Content-Security-Policy": "sandbox",
        },
      });
    },
  ),
];
