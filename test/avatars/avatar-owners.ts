import { beforeAll } from "vitest";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

export const file = (value: Uint8Array, fileName = "me.png") => ({ name: "file", value, fileName });

export const field = (name: string, value: string | number) => ({ name, value: String(value) });

export let company: TestCompany;

export let owner: TestUser;

export let manager: TestUser;

/** Makes a company with an owner and a manager. */
export function prepareOwners(): void {
  beforeAll(async () => {
    company = await createCompany();
    owner = await createUser({ access: [{ company, role: "owner" }] });
    manager = await createUser({ access: [{ company, role: "manager" }] });
  });
}
