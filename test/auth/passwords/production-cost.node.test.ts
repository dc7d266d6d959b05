import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "../../../src/auth/passwords/passwords.ts";

// The other tests run at the cost of test/harness/runtime/scrypt-cost.ts.
test("a password is hashed at the cost that OWASP recommends", async () => {
  const hash = await hashPassword("three lamps on the stairs");
  expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
  expect(await verifyPassword("three lamps on the stairs", hash)).toBe(true);
  expect(await verifyPassword("three lamps on the stair", hash)).toBe(false);
});
