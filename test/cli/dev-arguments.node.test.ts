import { expect, test } from "vitest";
import { readDevArguments } from "../../src/cli/dev/arguments.ts";

test("what the server says to wrangler itself is taken out, and all else goes through as it is", () => {
  expect(
    readDevArguments([
      ...["--port", "9000", "--ip=0.0.0.0", "--log-level", "debug", "--inspector-port", "9229"],
      ...["--persist-to", "state", "--test-scheduled"],
    ]),
  ).toEqual({
    port: 9000,
    ip: "0.0.0.0",
    inspectorPort: "9229",
    persistTo: "state",
    others: ["--log-level", "debug", "--test-scheduled"],
  });
});

test("what is not said is left to the server", () => {
  expect(readDevArguments([])).toEqual({
    port: undefined,
    ip: undefined,
    inspectorPort: undefined,
    persistTo: undefined,
    others: [],
  });
});
