import { originOf } from "../audit/record.ts";
import { newDeviceToken } from "../auth/sessions/devices.ts";
import { publicPolicy } from "../http/policies/open.ts";
import { networkOfAddress } from "../http/rate-limits/network.ts";
import { type Route, route } from "../http/route.ts";
import { SMALL_BODY_BYTES } from "../http/route-spec.ts";
import { completeReset } from "./complete-reset.ts";
import { requestReset } from "./request-reset.ts";
import { CompleteResetBody, Message, RequestResetBody, ResetCompleted } from "./schemas.ts";

const REQUESTED = "If the address has an account, a link to set a new password is on its way to it.";
const COMPLETED = "The password is set: sign in with it.";

export const passwordsRoutes: Route[] = [
  route(
    {
      method: "post",
      path: "/users/reset_password",
      operationId: "requestPasswordReset",
      summary: "Ask for a new password",
      description:
        "Mails a link that counts once, for 10 minutes; links that were mailed before stay good until one of them is " +
        "used. At most five links requested from unknown places are open for a mailbox at a time; requests from a " +
        "device (`device_token`) or network that the account was used from are counted separately. The answer is the " +
        "same, and takes the same time, whether or not the address has an account.",
      tag: "Sessions",
      access: publicPolicy,
      limit: "reset",
      bodyBytes: SMALL_BODY_BYTES,
      request: { body: RequestResetBody },
      response: { status: 200, description: "Noted.", schema: Message, example: { message: REQUESTED } },
    },
    async ({ call, body: { email, device_token: deviceToken } }) => {
      const source = { network: networkOfAddress(originOf(call, null).ip), deviceToken };
      await requestReset(call.env, call.databases.directory, email, source, call.now);
      return { message: REQUESTED };
    },
  ),
  route(
    {
      method: "put",
      path: "/users/reset_password",
      operationId: "completePasswordReset",
      summary: "Set a new password",
      description:
        "Takes the token of a mail, for a lost password or for the first one of an account, and the password: " +
        "12 to 256 characters of any kind, and none of the most used ones (`common_password`). All sessions of the " +
        "user end, and every other link that was mailed to them.",
      tag: "Sessions",
      access: publicPolicy,
      limit: "reset",
      bodyBytes: SMALL_BODY_BYTES,
      request: { body: CompleteResetBody },
      response: {
        status: 200,
        description: "The password is the new one.",
        schema: ResetCompleted,
        example: {
          message: COMPLETED,
          device_token: "mJ0k2b7c9d4e6f8g1h3i5A.1771365249000.QbY3nq8Zr6sVw2LhJ4mKd7fGa9eHcIpP5cQk3uT1zX0",
        },
      },
      errors: ["invalid_token"],
    },
    async ({ call, body }) => {
      const db = call.databases.directory;
      const { email } = await completeReset(call.env, db, body, originOf(call, null));
      return { message: COMPLETED, device_token: newDeviceToken(call.env, email, call.now) };
    },
  ),
];
