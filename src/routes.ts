import { companyRoutes } from "./features/companies/routes.ts";
import { importRoutes } from "./features/imports/routes.ts";
import { userRoutes } from "./features/users/routes.ts";
import type { Route } from "./http/route.ts";

/** Every endpoint of the API: the one table that mounting, validation, access and the document are read from. */
export const ROUTES: Route[] = [...userRoutes, ...companyRoutes, ...importRoutes];
