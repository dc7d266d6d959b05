import { originOf } from "../audit/record.ts";
import { notFound } from "../errors.ts";
import { optionalPolicy } from "../http/policies/open.ts";
import { operatorPolicy } from "../http/policies/signed-in.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { onboardingRoutes } from "./onboarding-routes.ts";
import { publishTerms } from "./publish-terms.ts";
import { findCurrentTerm, findLegalTerm, listTexts } from "./queries.ts";
import {
  CurrentQuery,
  exampleLegalTerm,
  LegalTermAnswer,
  LegalTermParams,
  LegalTermsAnswer,
  PublishBody,
} from "./schemas.ts";
import { viewLegalTerm } from "./view.ts";

export const legalTermsRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/legal_terms/current",
      operationId: "getCurrentLegalTerm",
      summary: "Get the current terms",
      description:
        "The text to show and to have approved: of the version that was published last, in the language of " +
        "`locale`, else of the caller, else in English. 404 in an installation without terms.",
      tag: "Legal terms",
      access: optionalPolicy,
      request: { query: CurrentQuery },
      response: {
        status: 200,
        description: "The text.",
        schema: LegalTermAnswer,
        example: { legal_term: exampleLegalTerm },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, actor, query }) => {
      const { directory } = call.databases;
      const row = await findCurrentTerm(directory, query.locale, actor?.userId ?? null);
      if (!row) throw notFound();
      return { legal_term: viewLegalTerm(row) };
    },
  ),
  route(
    {
      method: "get",
      path: "/legal_terms/{id}",
      operationId: "getLegalTerm",
      summary: "Get a text of the terms",
      description: "Any text that was ever published: they never change, and none is taken away.",
      tag: "Legal terms",
      access: optionalPolicy,
      request: { params: LegalTermParams },
      response: {
        status: 200,
        description: "The text.",
        schema: LegalTermAnswer,
        example: { legal_term: exampleLegalTerm },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, actor, params }) => {
      const row = await findLegalTerm(call.databases.directory, params.id, actor?.userId ?? null);
      if (!row) throw notFound();
      return { legal_term: viewLegalTerm(row) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/legal_terms",
      operationId: "publishLegalTerms",
      summary: "Publish a version of the terms",
      description:
        "In all its languages at once; it is the current version from then on. Everybody is asked again: " +
        "`terms_approved_at` of every user is `null` until they have approved it. Who has ended their onboarding " +
        "has ended it.",
      tag: "Legal terms",
      access: operatorPolicy,
      request: { body: PublishBody },
      // Three texts of the longest, with every character escaped.
      bodyBytes: 2 * 1024 * 1024,
      response: {
        status: 201,
        description: "The texts.",
        schema: LegalTermsAnswer,
        example: { legal_terms: [exampleLegalTerm] },
      },
      errors: ["version_exists"],
    },
    {
      create: ({ call, actor, body, creation }) => {
        const origin = originOf(call, actor);
        return publishTerms(call.databases.directory, origin, body, creation);
      },
      // What was created is all texts of this version.
      find: ({ call, actor, body }) => listTexts(call.databases.directory, body.version, actor.userId),
      show: (_, rows) => ({ legal_terms: rows.map(viewLegalTerm) }),
    },
  ),
  ...onboardingRoutes,
];
