import { expect, it } from "vitest";
import { OPERATIONS } from "../../src/cli/operations/table.ts";
import { ROUTES } from "../../src/routes.ts";

const ANY_PARAMETER = /\{\w+\}/g;

it("calls 43 operations, each a route of its own that answers with that status", () => {
  const answered = new Map(
    ROUTES.map(({ spec: { method, path, response } }) => [
      `${method.toUpperCase()} ${path.replace(ANY_PARAMETER, "{}")}`,
      response.status,
    ]),
  );
  const called = new Map(
    Object.entries(OPERATIONS).map(([name, status]) => [name.replace(ANY_PARAMETER, "{}"), status]),
  );
  expect(called.size).toBe(43);
  expect(new Map([...called].map(([name]) => [name, answered.get(name)]))).toEqual(called);
});
