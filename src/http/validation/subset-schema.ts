import type * as z from "zod";
import { lruCache } from "../../lru-cache.ts";
import type { ObjectSchema } from "../route-spec.ts";

/** How many narrowed schemas an isolate keeps. */
const KEPT = 500;

/**
 * Gives, for some input, a schema that says the same of it without the optional fields that are not in it: a list
 * can be filtered in a hundred ways, of which a request uses a few, and zod looks at every field that it has.
 *
 * @param schema what is taken; it keeps its checks, and its way with fields beyond its shape.
 * @param finish what else is made of a narrowed schema, once for each.
 */
export function subsetSchema<Read>(
  schema: ObjectSchema<Read>,
  finish: (subset: z.ZodObject) => z.ZodType,
): (input: object) => z.ZodType<Read> {
  const fields = Object.entries(schema.shape);
  const kept = lruCache<z.ZodType<Read>>(KEPT);
  return (input) => {
    const asked = fields.filter(([name, field]) => !isOptional(field) || Object.hasOwn(input, name));
    const key = asked.map(([name]) => name).join(" ");
    const known = kept.get(key);
    if (known) return known;
    // Of input with these fields alone it says the same, so it reads the same.
    const subset = finish(
      schema.clone({ ...schema.def, shape: Object.fromEntries(asked) }),
    ) as z.ZodType<Read>;
    kept.set(key, subset);
    return subset;
  };
}

/** Whether a field that is absent leaves nothing behind: one with a default does. */
function isOptional(field: z.core.$ZodType): boolean {
  return field._zod.def.type === "optional";
}
