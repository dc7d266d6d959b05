import * as z from "zod";
import { NewPassword } from "../auth/passwords/password-rules.ts";
import { EmailInput } from "../http/validation/fields.ts";

export const RequestResetBody = z
  .strictObject({
    email: EmailInput,
    device_token: z.string().min(1).max(128).optional().meta({
      description:
        "From an earlier sign-in on this device: no stranger then keeps the mail from being sent. It is not kept.",
    }),
  })
  .meta({ id: "RequestResetBody", example: { email: "manager@demo.test" } });

/** As a link in a mail carries it. */
const LinkToken = z.string().min(1).max(60).meta({ description: "The `token` of the link in the mail." });

export const CompleteResetBody = z.strictObject({ token: LinkToken, password: NewPassword }).meta({
  id: "CompleteResetBody",
  example: {
    token: "812.dG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4tdG8",
    password: "three lamps on the stairs",
  },
});

/** The answer to a completed reset: its user is signed in from then on. */
export const ResetCompleted = z
  .strictObject({
    message: z.string().max(255),
    device_token: z.string().max(128).meta({
      description: "Send it with the sign-in: it gets you in however many strangers try at the account.",
    }),
  })
  .meta({ id: "ResetCompleted" });

export const Message = z.strictObject({ message: z.string().max(255) }).meta({ id: "Message" });
