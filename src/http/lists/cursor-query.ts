import * as z from "zod";
import { type FieldSpec, type ListQuery, type ListRequest, listQuery } from "./list-query.ts";

/** What a list with cursors was asked for. */
export interface CursorRequest extends ListRequest {
  /** Where the page begins: the `next_cursor` of the page before. */
  cursor: string | undefined;
  /** Whether the records that fit are counted. */
  counted: boolean;
}

/**
 * Declares a list whose pages are led to by cursors too, for lists that are long.
 *
 * @param of what its records are called.
 * @param uncountedWith parameters beside which nothing is counted unless it is asked for, as beside a cursor.
 */
export function cursorQuery(
  fields: Record<string, FieldSpec>,
  sortable: readonly string[],
  { of, uncountedWith = [] }: { of: string; uncountedWith?: string[] },
): ListQuery<CursorRequest> {
  const { schema, read } = listQuery(fields, sortable);
  const uncounted = ["cursor", ...uncountedWith];
  return {
    schema: schema
      .extend({
        cursor: z.string().max(200).optional().meta({
          description: "`next_cursor` of the page before, with the same filters; no `page` beside it.",
        }),
        count: z
          .enum(["exact", "none"])
          .optional()
          .meta({
            description:
              `\`exact\` counts all ${of} that fit; else counting stops at 10,000, and \`total_is_at_least\` says so. ` +
              `\`none\` counts nothing; nor is anything counted with a ${uncounted.map((name) => `\`${name}\``).join(" or ")}, ` +
              "unless `exact` is asked for.",
          }),
      })
      .superRefine(refusePageBesideCursor, { when: () => true }),
    read: (values) => ({
      ...read(values),
      cursor: values.cursor as string | undefined,
      counted:
        values.count === undefined
          ? uncounted.every((name) => values[name] === undefined)
          : values.count === "exact",
    }),
  };
}

function refusePageBesideCursor(values: Record<string, unknown>, context: z.RefinementCtx): void {
  if (values.cursor === undefined || values.page === 1) return;
  context.addIssue({
    code: "custom",
    path: ["page"],
    params: { code: "with_cursor" },
    message: "cannot be given together with a cursor, which says where to go on",
  });
}
