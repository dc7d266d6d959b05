import { beforeAll } from "vitest";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

/** Two customers, who share one user; A has a company below its own. */
export let a: TestCompany;

export let north: TestCompany;

export let b: TestCompany;

export const people = {} as Record<
  | "aOwner"
  | "aViewer"
  | "northAgent"
  | "northOwner"
  | "both"
  | "pending"
  | "bOwner"
  | "bDisabled"
  | "loner"
  | "operator",
  TestUser
>;

export type Who = keyof typeof people;

/** Makes two customers, and the people of {@link people}. */
export function prepareCustomers(): void {
  beforeAll(async () => {
    a = await createCompany({ name: "Alpha" });
    north = await createCompany({ name: "Alpha North", parent: a });
    b = await createCompany({ name: "Beta", store: 1 });
    const made: [Who, Parameters<typeof createUser>[0]][] = [
      ["aOwner", { access: [{ company: a, role: "owner" }], firstName: "Alma", lastName: "Cruz" }],
      ["aViewer", { access: [{ company: a, role: "viewer" }], firstName: "Bruno", lastName: "Cruz" }],
      [
        "northAgent",
        {
          access: [
            { company: north, role: "agent" },
            { company: a, role: "viewer" },
          ],
          firstName: "Carla_100%",
        },
      ],
      ["northOwner", { access: [{ company: north, role: "owner" }], firstName: "Nora" }],
      [
        "both",
        {
          access: [
            { company: b, role: "manager" },
            { company: a, role: "agent" },
          ],
          email: "dora@both.test",
          firstName: "Dora",
          lastName: "Zorro",
        },
      ],
      ["pending", { access: [{ company: north, role: "viewer" }], status: "pending", firstName: "Alma" }],
      ["bOwner", { access: [{ company: b, role: "owner" }], email: "owner@beta.test", firstName: "Berta" }],
      ["bDisabled", { access: [{ company: b, role: "agent" }], status: "disabled" }],
      ["loner", { email: "loner@nowhere.test" }],
      ["operator", { operator: true, firstName: "Olga" }],
    ];
    for (const [who, fields] of made) people[who] = await createUser(fields);
  });
}
