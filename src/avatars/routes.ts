import { publicPolicy } from "../http/policies/open.ts";
import { type Route, route } from "../http/route.ts";
import { companyAvatarRoutes } from "./company-avatar-routes.ts";
import { AvatarParams, IMAGE_TYPES } from "./schemas.ts";
import { serveAvatar } from "./serve-avatar.ts";
import { userAvatarRoutes } from "./user-avatar-routes.ts";

export const avatarsRoutes: Route[] = [
  ...userAvatarRoutes,
  ...companyAvatarRoutes,
  route(
    {
      method: "get",
      path: "/avatars/{name}",
      operationId: "downloadAvatar",
      summary: "Download an avatar",
      description:
        "The target of an `avatar_route`, for pages to show: no header is needed, and nobody guesses the name. What " +
        "a name stands for never changes, so keep it as long as you like.",
      tag: "Avatars",
      access: publicPolicy,
      request: { params: AvatarParams },
      response: { status: 200, description: "The image.", file: IMAGE_TYPES, etag: true },
      errors: ["not_found"],
    },
    ({ call, params }) => serveAvatar(call, params.name),
  ),
];
