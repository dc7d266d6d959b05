import type { Route } from "../../http/route.ts";
import { invitedRoutes } from "./invited-routes.ts";
import { invitingRoutes } from "./inviting-routes.ts";

export const invitationsRoutes: Route[] = [...invitedRoutes, ...invitingRoutes];
