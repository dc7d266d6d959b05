import * as z from "zod";
import { Id, Name } from "../http/validation/fields.ts";

export const Stage = z
  .strictObject({
    id: Id,
    name: Name,
    key: z.string().max(64).meta({ pattern: "^[a-z_]+$" }),
    kind: z.enum(["initial", "open", "won", "lost"]),
    position: z.int().min(1),
  })
  .meta({ id: "Stage" });

export const StagesAnswer = z.strictObject({ stages: z.array(Stage).max(100) }).meta({ id: "StagesAnswer" });
