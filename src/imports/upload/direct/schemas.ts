import * as z from "zod";
import { integerText, Time } from "../../../http/validation/fields.ts";

/** So many addresses are signed in one answer: the parts of a file of 800 MiB. */
const MOST_AT_ONCE = 100;
const MOST_PARTS = 10_000;

export const PresignQuery = z.strictObject({
  from: integerText({ min: 1, max: MOST_PARTS }).default(1).meta({
    description: "The number of the first part, from 1.",
    example: 1,
  }),
  limit: integerText({ min: 1, max: MOST_AT_ONCE }).default(MOST_AT_ONCE).meta({
    description: "How many parts at the most.",
    example: 100,
  }),
});

const PresignedPart = z
  .strictObject({
    part_number: z.int().positive().meta({ description: "The number of the part, from 1." }),
    method: z.literal("PUT").meta({ description: "How it is sent." }),
    url: z.url().meta({
      description:
        "Where the bytes of the part are sent to, without a header of this API: the address is signed (AWS Signature Version 4).",
    }),
    bytes: z.int().positive().meta({
      description: "How many bytes the part has. `Content-Length` is signed: with another one R2 refuses it.",
    }),
    expires_at: Time.meta({ description: "Until when the address is good; then ask for another one." }),
  })
  .meta({ id: "PresignedPart" });

export const PresignedPartsAnswer = z.strictObject({
  presigned_parts: z.array(PresignedPart).meta({ description: "None beyond the last part." }),
});

export const DirectPartsBody = z
  .strictObject({
    parts: z
      .array(
        z.strictObject({
          part_number: z
            .int()
            .positive()
            .max(MOST_PARTS)
            .meta({ description: "The number of the part, from 1.", example: 1 }),
          etag: z
            .string()
            .regex(/^"?[0-9A-Za-z+/=_.-]{1,256}"?$/, { error: "must be the ETag header of R2's answer" })
            .meta({
              description:
                "The `ETag` header of R2's answer, with or without its quotation marks: the MD5 of the part, which you can compare.",
              example: '"bce6bf66aeb76c7040fdd5f4eccb78e6"',
            }),
        }),
      )
      .min(1)
      .max(MOST_PARTS)
      .meta({ description: "Parts that you sent to R2 yourself." }),
  })
  .meta({
    id: "DirectPartsBody",
    example: { parts: [{ part_number: 1, etag: '"bce6bf66aeb76c7040fdd5f4eccb78e6"' }] },
  });

export const examplePresignedPart: z.input<typeof PresignedPart> = {
  part_number: 1,
  method: "PUT",
  url:
    "https://0123456789abcdef.r2.cloudflarestorage.com/leadsy-files/originals/5d1c8a6e-2f4b-4a57-9d0e-7b8f3c1a2e90" +
    "?partNumber=1&uploadId=AKz…&X-Amz-Expires=3600&X-Amz-Date=20260217T215409Z&X-Amz-Algorithm=AWS4-HMAC-SHA256" +
    "&X-Amz-Credential=…&X-Amz-SignedHeaders=content-length%3Bhost&X-Amz-Signature=…",
  bytes: 8_388_608,
  expires_at: "2026-02-17T22:54:09.000Z",
};
