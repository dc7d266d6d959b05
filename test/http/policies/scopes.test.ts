import { expect, test } from "vitest";
import { SCOPES } from "../../../src/auth/api-keys/scopes.ts";
import { scopeOf } from "../../../src/http/scope.ts";
import { ROUTES } from "../../../src/routes.ts";

const specs = ROUTES.map(({ spec }) => spec);

test("every scope is that of some route, and there is no other one", () => {
  const used = specs.flatMap((spec) => scopeOf(spec) ?? []);
  expect([...new Set(used)].sort()).toEqual([...SCOPES]);
});

test("a scope to read changes nothing", () => {
  const reading = specs.filter((spec) => scopeOf(spec)?.endsWith(":read"));
  expect(reading.length).toBeGreaterThan(20);
  for (const { method, operationId } of reading) expect(method, operationId).toBe("get");
});

test("closed to keys is what is people's, what says who may do what, bills and the trail", () => {
  const closed = specs.filter((spec) => spec.access.caller !== "ignored" && scopeOf(spec) === null);
  expect([...new Set(closed.map(({ tag }) => tag))].sort()).toEqual([
    "API keys",
    "Accesses",
    "Audit trail",
    "Avatars",
    "Companies",
    "Import links",
    "Invitations",
    "Legal terms",
    "Memberships",
    "Sessions",
    "Users",
  ]);
  const own = closed.filter(({ tag }) => tag === "Companies" || tag === "Users");
  expect(own.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining(["createCompany", "updateCompany", "listUsers", "listCompanyUsers"]),
  );
});
