import * as z from "zod";
import { Id, PathId } from "../http/validation/fields.ts";

/** A role by its id: a smaller one may more. */
export const AccessId = z
  .int()
  .min(1)
  .max(4)
  .meta({ description: "1 owner, 2 manager, 3 agent, 4 viewer.", examples: [3] });

export const AccessName = z.enum(["owner", "manager", "agent", "viewer"]);

/** A role of the catalogue. */
export const Access = z
  .strictObject({
    id: Id,
    name: AccessName,
    description: z.string().max(255),
    permissions: z
      .array(z.string().max(64).meta({ pattern: "^[a-z]+(\\.[a-z]+)?$" }))
      .max(50)
      .meta({ description: "What it allows, for a program to show or hide things by." }),
  })
  .meta({ id: "Access" });

export const AccessAnswer = z.strictObject({ access: Access }).meta({ id: "AccessAnswer" });
export const AccessesAnswer = z.strictObject({ accesses: z.array(Access).max(4) }).meta({
  id: "AccessesAnswer",
});

export const AccessParams = z.object({ id: PathId });

export const exampleAccess: z.input<typeof Access> = {
  id: 3,
  name: "agent",
  description: "Reads campaigns, questions and stages; reads and works the leads assigned to them",
  permissions: ["leads.work", "read"],
};
