import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Deprecation } from "../../src/http/route-spec.ts";
import { openApiDocument } from "../../src/openapi/document.ts";
import { ROUTES } from "../../src/routes.ts";
import { requestOf } from "../harness/api.ts";

const deprecated: Deprecation = {
  since: "2026-02-17",
  sunset: "2027-02-17",
  instead: "Use `GET /companies/{id}`.",
};
const routes = ROUTES.map((route) =>
  route.spec.operationId === "listCompanies" ? { ...route, spec: { ...route.spec, deprecated } } : route,
);

async function headersAt(path: string): Promise<(string | null)[]> {
  const context = createExecutionContext();
  const answer = await createApp(routes).fetch(requestOf(path), env, context);
  await answer.body?.cancel();
  await waitOnExecutionContext(context);
  return [answer.headers.get("Deprecation"), answer.headers.get("Sunset")];
}

test("an operation that will end says so in each answer, and no other does", async () => {
  expect(await headersAt("/companies")).toEqual(["@1771286400", "Wed, 17 Feb 2027 00:00:00 GMT"]);
  expect(await headersAt("/companies/1")).toEqual([null, null]);
});

test("it stands in the document as deprecated, with the headers of its answer", () => {
  const { paths, components } = openApiDocument(routes, { version: "1.0.0" });
  const { deprecated: isDeprecated, description, responses } = paths?.["/companies"]?.get ?? {};
  expect(isDeprecated).toBe(true);
  expect(description).toMatch(
    /^\*\*Deprecated\*\* since 2026-02-17, and may be gone from 2027-02-17 on\. Use `GET/,
  );
  expect(Object.keys(Object(responses?.["200"]).headers)).toEqual(
    expect.arrayContaining(["Deprecation", "Sunset"]),
  );
  expect(Object.keys(components?.headers ?? {})).toEqual(expect.arrayContaining(["Deprecation", "Sunset"]));
});
