import * as z from "zod";
import type { ListQuery } from "../../http/lists/list-query.ts";
import { Id, integerText, PathId, Time } from "../../http/validation/fields.ts";
import { EventsAnswer, type EventsRequest, eventsQuery } from "../schemas.ts";

export const DeletedLead = z
  .strictObject({
    id: Id,
    deleted_at: Time.meta({
      description: "When it was deleted, merged, erased or taken back, or was given to somebody else.",
    }),
    merged_into: Id.nullable().meta({ description: "The lead that it is a part of now; else `null`." }),
  })
  .meta({
    id: "DeletedLead",
    description: "A lead that the caller no longer sees. Nothing is told of it but its id.",
  });

const MOST_EVENTS = 100;
/** An event of a merge can be of so many leads. */
const MOST_MERGED = 100;

export const DeletedLeadsAnswer = z
  .strictObject({
    deleted_leads: z
      .array(DeletedLead)
      .max(MOST_EVENTS * MOST_MERGED)
      .meta({ description: "The leads that are gone, in the order in which they went." }),
    meta: EventsAnswer.shape.meta,
  })
  .meta({ id: "DeletedLeadsAnswer" });

export const DeletedLeadsParams = z.object({ company_id: PathId });

const { after } = eventsQuery.schema.shape;

export const deletedLeadsQuery: ListQuery<Omit<EventsRequest, "types">> = {
  schema: z.strictObject({
    after: after as z.ZodType,
    limit: integerText({ min: 1, max: MOST_EVENTS })
      .default(MOST_EVENTS)
      .meta({
        description: `How many events are looked at, at most ${MOST_EVENTS}: one of a merge is of several leads.`,
        example: MOST_EVENTS,
      }),
  }),
  read: (values) => ({ after: values.after as string | undefined, limit: values.limit as number }),
};

export const exampleDeletedLead: z.input<typeof DeletedLead> = {
  id: 7,
  deleted_at: "2026-02-18T16:20:00.000Z",
  merged_into: 1,
};
