import * as z from "zod";
import { LINK_SECRET_PATTERN } from "../auth/api-keys/secret.ts";
import { STATUSES } from "../auth/api-keys/status.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, SentTime, Time } from "../http/validation/fields.ts";

/** How many days a link may be good for. */
export const LONGEST_DAYS = 366;

const OnDuplicate = z.enum(["skip", "update", "create"]);
const MostRecords = z.int().min(1).max(1_000_000);

/** Whether a text is the origin of a page that is served safely: by https, or from this machine. */
function isPageOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url?.origin !== text) return false;
  return url.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

export const ImportLink = z
  .strictObject({
    id: Id,
    company_id: Id,
    campaign_id: Id.nullable(),
    name: Name,
    allowed_origin: z.string().max(255).meta({ description: "The origin of the page that it is for." }),
    most_records: MostRecords.meta({ description: "How many records a file may have.", format: "int32" }),
    on_duplicate: OnDuplicate.meta({
      description: "What happens to a record that is a lead's person already.",
    }),
    prefix: z.string().max(16).meta({
      pattern: "^il_[0-9a-f]{8}$",
      description: "How its token begins: by this it is told from others.",
    }),
    status: z.enum(STATUSES).meta({ description: "Only an `active` one lets anybody in." }),
    created_by: z
      .strictObject({ id: Id, full_name: z.string().max(511) })
      .nullable()
      .meta({ description: "Who made it; `null` for operators of the platform." }),
    created_at: Time,
    last_used_at: Time.nullable().meta({ description: "Up to five minutes behind; `null` for never." }),
    expires_at: Time.meta({ description: "When it ends by itself." }),
    ended_at: Time.nullable().meta({ description: "When somebody ended it." }),
  })
  .meta({ id: "ImportLink" });

export const ImportLinkBody = z
  .strictObject({
    name: lineOfText().meta({ description: "What people tell it by: the page that it is for." }),
    allowed_origin: z
      .string()
      .max(255)
      .refine(isPageOrigin, { error: "must be the origin of a page, such as https://shop.example.com" })
      .meta({
        description: "The origin of the page that it is for: requests of another page are refused.",
        example: "https://shop.example.com",
      }),
    campaign_id: Id.optional().meta({
      description: "Whose questions are columns too; left out, none.",
      example: 1,
    }),
    most_records: MostRecords.default(10_000).meta({
      description: "How many records a file may have: one of more is tried, and cannot be committed.",
      format: "int32",
    }),
    on_duplicate: OnDuplicate.default("skip").meta({
      description: "What happens to a record that is a lead's person already.",
    }),
    expires_at: SentTime.meta({
      description: `When it ends; at most ${LONGEST_DAYS} days from now.`,
      examples: ["2027-02-17T21:54:09.000Z"],
    }),
  })
  .meta({
    id: "ImportLinkBody",
    example: {
      name: "Partner portal",
      allowed_origin: "https://shop.example.com",
      campaign_id: 1,
      expires_at: "2027-02-17T21:54:09.000Z",
    },
  });

export const NewImportLinkAnswer = z
  .strictObject({
    import_link: ImportLink,
    token: z.string().max(128).nullable().meta({
      pattern: LINK_SECRET_PATTERN.source,
      description: "Shown this once: only its hash is kept. `null` in the answer to a repetition.",
    }),
  })
  .meta({ id: "NewImportLinkAnswer" });

export const ImportLinksAnswer = z
  .strictObject({ import_links: z.array(ImportLink).max(100), meta: PageMeta })
  .meta({ id: "ImportLinksAnswer" });

export const CompanyParams = z.object({ id: PathId });
export const ImportLinkParams = z.object({ id: PathId.meta({ description: "The link's id." }) });

export const exampleImportLink: z.input<typeof ImportLink> = {
  id: 500_000_000_013,
  company_id: 1,
  campaign_id: 1,
  name: "Partner portal",
  allowed_origin: "https://shop.example.com",
  most_records: 10_000,
  on_duplicate: "skip",
  prefix: "il_5f0c9a1e",
  status: "active",
  created_by: { id: 2, full_name: "Omar Vega" },
  created_at: "2026-02-17T21:54:09.000Z",
  last_used_at: null,
  expires_at: "2027-02-17T21:54:09.000Z",
  ended_at: null,
};

/** A token that opens nothing: its checksum is wrong. */
export const EXAMPLE_TOKEN = `il_5f0c9a1e${"0".repeat(70)}`;
