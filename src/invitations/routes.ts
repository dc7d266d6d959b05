import type { Route } from "../http/route.ts";
import { invitingRoutes } from "./invite/inviting-routes.ts";
import { invitedRoutes } from "./redeem/invited-routes.ts";

export const invitationsRoutes: Route[] = [...invitedRoutes, ...invitingRoutes];
