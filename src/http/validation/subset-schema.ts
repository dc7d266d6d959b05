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
 */
export function subsetSchema<Read>(schema: ObjectSchema<Read>): (input: object) => z.ZodType<Read> {
  const fields = Object.entries(schema.shape);
  const optional = new Set(fields.filter(([, field]) => isOptional(field)).map(([name]) => name));
  const kept = lruCache<z.ZodType<Read>>(KEPT);
  return (input) => {
    const asked = Object.keys(input).filter((name) => optional.has(name));
    const key = asked.join(" ");
    const known = kept.get(key);
    if (known) return known;
    // Of input with these fields alone it says the same, so it reads the same.
    const shape = fields.filter(([name]) => !optional.has(name) || asked.includes(name));
    const subset = schema.clone({ ...schema.def, shape: Object.fromEntries(shape) }) as z.ZodType<Read>;
    kept.set(key, subset);
    return subset;
  };
}

/** Whether a field that is absent leaves nothing behind: one with a default does. */
function isOptional(field: z.core.$ZodType): boolean {
  return field._zod.def.type === "optional";
}
