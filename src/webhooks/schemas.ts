import * as z from "zod";
import { EVENT_TYPES } from "../events/event-types.ts";
import { integers, listQuery, RANGE, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, PathId, Time, Url } from "../http/validation/fields.ts";
import { MOST_WEBHOOKS } from "./queries.ts";

const Events = z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length);
const Description = lineOfText();

export const Webhook = z
  .strictObject({
    id: Id,
    company_id: Id,
    url: Url.meta({ description: "Where events are sent." }),
    description: z.string().max(255).nullable(),
    events: Events.meta({ description: "The types of events that are sent." }),
    status: z.enum(["active", "switched_off"]).meta({
      description: "Nothing is sent while it is switched off; the events wait in the feed.",
    }),
    switched_off_at: Time.nullable().meta({ description: "`null` while it is active." }),
    switched_off_reason: z.enum(["by_hand", "failing", "gone"]).nullable().meta({
      description:
        "`failing`: nothing had arrived for three days. `gone`: the receiver answered 410. `null` while it is active.",
    }),
    failing_since: Time.nullable().meta({
      description: "Since when whatever was tried has failed; `null` while something arrives.",
    }),
    previous_secret_until: Time.nullable().meta({
      description: "Until when a secret that was replaced still signs; `null` where none does.",
    }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Webhook", description: "An address that is told what changed in the company." });

const EventsInput = Events.refine((events) => new Set(events).size === events.length, {
  error: "must name each type once",
}).meta({ description: "The types of events that are sent: those of the feed." });

const UrlInput = z.string().trim().max(2048).meta({
  format: "uri",
  description: "`https`, on the internet, with the port 443 or 8443. Redirects are not followed.",
});

const DescriptionInput = Description.nullable().meta({ description: "What people know it by." });

export const WebhookBody = z
  .strictObject({ url: UrlInput, events: EventsInput, description: DescriptionInput.optional() })
  .meta({
    id: "WebhookBody",
    example: { url: "https://hooks.example.com/leads", events: ["lead.created", "lead.stage_changed"] },
  });

export const UpdateWebhookBody = z
  .strictObject({
    url: UrlInput.optional(),
    events: EventsInput.optional(),
    description: DescriptionInput.optional(),
    status: z.enum(["active", "switched_off"]).optional().meta({
      description: "`active` goes on where it stopped, and has three days again.",
    }),
  })
  .meta({ id: "UpdateWebhookBody", example: { events: ["lead.created", "import.completed"] } });

const Secret = z.string().max(128).meta({
  pattern: "^whsec_[A-Za-z0-9+/]{43}=$",
  description: "Verifies what arrives. Shown this once.",
});

export const WebhookAnswer = z.strictObject({ webhook: Webhook }).meta({ id: "WebhookAnswer" });
export const NewWebhookAnswer = z
  .strictObject({
    webhook: Webhook,
    secret: Secret.nullable().meta({
      description: "Verifies what arrives. Shown this once; `null` in the answer to a repetition.",
    }),
  })
  .meta({ id: "NewWebhookAnswer" });
export const RotatedSecretAnswer = z
  .strictObject({ webhook: Webhook, secret: Secret })
  .meta({ id: "RotatedSecretAnswer" });
export const WebhooksAnswer = z
  .strictObject({
    webhooks: z.array(Webhook).max(MOST_WEBHOOKS).meta({ description: "The webhooks of this page." }),
    meta: PageMeta,
  })
  .meta({ id: "WebhooksAnswer" });

export const CompanyParams = z.object({ id: PathId.meta({ description: "The id of the company." }) });
export const WebhookParams = z.object({ id: PathId.meta({ description: "The webhook's id." }) });

export const webhooksQuery = listQuery({ id: integers("eq"), created_at: times(...RANGE) }, [
  "-id",
  "created_at",
]);

export const exampleWebhook: z.input<typeof Webhook> = {
  id: 1,
  company_id: 1,
  url: "https://hooks.example.com/leads",
  description: "The CRM",
  events: ["lead.created", "lead.stage_changed"],
  status: "active",
  switched_off_at: null,
  switched_off_reason: null,
  failing_since: null,
  previous_secret_until: null,
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
};

/** A secret that signs nothing. */
export const EXAMPLE_SECRET = `whsec_${"A".repeat(43)}=`;
