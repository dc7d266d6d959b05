import * as z from "zod";
import { Id, integerText } from "../http/validation/fields.ts";
import { IMAGE_KINDS, mediaTypeOf } from "./image/image-kinds.ts";

/** What avatars are served as. */
export const IMAGE_TYPES = IMAGE_KINDS.map(mediaTypeOf);

/** How many bytes a body with an image may have: base64 makes 2 MiB a third larger. */
export const IMAGE_BODY_BYTES = 3_250_000;

export const exampleAvatar = "5f0c2b7e9d1a48c3b6e4f7a09d8c1e52.png";

/** A PNG of one pixel. */
const examplePng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const image = {
  avatar_base64: z.string().optional().meta({
    description: "The image in base64 (RFC 4648, section 4), alone or as a `data:` URL.",
    maxLength: 2_800_000,
  }),
  file: z
    .instanceof(Uint8Array, { error: "is a part of a form, with a file name; in JSON send avatar_base64" })
    .optional()
    .meta({ description: "The image, in place of `avatar_base64`." }),
  name: z.string().max(255).optional().meta({ description: "What the file is called; it is not kept." }),
  type: z.enum(IMAGE_TYPES).optional().meta({ description: "What the image is: it must be true." }),
};

/** The image that a body brings: in one way of two. */
export type ImageFields = z.output<z.ZodObject<typeof image>>;

const one = ({ avatar_base64, file }: Pick<ImageFields, "avatar_base64" | "file">) =>
  (avatar_base64 === undefined) !== (file === undefined);
const ONE = {
  path: ["avatar_base64"],
  error: "send the image here, or as the file of a form: one of the two",
};

export const UserAvatarBody = z
  .strictObject({ user_id: Id.optional().meta({ description: "One's own where it is left out." }), ...image })
  .refine(one, ONE)
  .meta({ example: { user_id: 3, avatar_base64: examplePng, name: "me.png", type: "image/png" } });

export const CompanyAvatarBody = z
  .strictObject({ company_id: Id, ...image })
  .refine(one, ONE)
  .meta({ example: { company_id: 1, avatar_base64: examplePng, name: "logo.png", type: "image/png" } });

const IN_BODY = "Without one in the body.";

export const UserAvatarQuery = z.strictObject({
  user_id: integerText({ min: 1 }).optional().meta({ description: IN_BODY }),
});
export const NoUserAvatarBody = z
  .strictObject({ user_id: Id.optional().meta({ description: "One's own where none is named." }) })
  .meta({ id: "NoUserAvatarBody", example: { user_id: 3 } });

export const CompanyAvatarQuery = z.strictObject({
  company_id: integerText({ min: 1 }).optional().meta({ description: IN_BODY }),
});
export const NoCompanyAvatarBody = z
  .strictObject({ company_id: Id.optional() })
  .meta({ id: "NoCompanyAvatarBody", example: { company_id: 1 } });

export const AvatarParams = z.object({
  name: z
    .string()
    .max(64)
    .meta({
      description: "As in an `avatar_route`.",
      pattern: `^[0-9a-f]{32}\\.(${IMAGE_KINDS.join("|")})$`,
      example: exampleAvatar,
    }),
});
