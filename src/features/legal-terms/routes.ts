import { notFound } from "../../http/errors.ts";
import { type Route, route } from "../../http/route.ts";
import { originOf } from "../audit/record.ts";
import { exampleUser, UserAnswer } from "../users/schemas.ts";
import { viewUser } from "../users/view.ts";
import { approveTerms } from "./approve-terms.ts";
import { completeOnboarding } from "./complete-onboarding.ts";
import { publishTerms } from "./publish-terms.ts";
import { findCurrentTerm, findLegalTerm } from "./queries.ts";
import {
  ApprovalBody,
  CurrentQuery,
  exampleLegalTerm,
  LegalTermAnswer,
  LegalTermParams,
  LegalTermsAnswer,
  OnboardingBody,
  OnboardingParams,
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
      access: { kind: "optional" },
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
    async ({ c, actor, query }) => {
      const { directory } = c.get("databases");
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
      access: { kind: "optional" },
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
    async ({ c, actor, params }) => {
      const row = await findLegalTerm(c.get("databases").directory, params.id, actor?.userId ?? null);
      if (!row) throw notFound();
      return { legal_term: viewLegalTerm(row) };
    },
  ),
  route(
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
      access: { kind: "operator" },
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
    async ({ c, actor, body }) => {
      const origin = { ...originOf(c, actor.userId), actorId: actor.userId };
      const rows = await publishTerms(c.get("databases").directory, origin, body);
      return { legal_terms: rows.map(viewLegalTerm) };
    },
  ),
  route(
    {
      method: "put",
      path: "/users/{user_id}/onboarding/terms_and_conditions",
      operationId: "approveLegalTerm",
      summary: "Approve the terms",
      description:
        "Kept for good: who approved which text (by its SHA-256), when, from which address and with which " +
        "program. Approving a version again, in whatever language, changes nothing.",
      tag: "Legal terms",
      access: { kind: "user", may: "self", field: "user_id" },
      request: { params: OnboardingParams, body: ApprovalBody },
      response: {
        status: 200,
        description: "The user, with `terms_approved_at`.",
        schema: UserAnswer,
        example: { user: { ...exampleUser, terms_approved_at: "2026-02-18T09:30:00.000Z" } },
      },
      errors: ["terms_not_current"],
    },
    async ({ c, target, body }) => {
      const { directory } = c.get("databases");
      const user = await approveTerms(directory, originOf(c, target.id), target.id, body.legal_term_id);
      return { user: viewUser(user, () => true) };
    },
  ),
  route(
    {
      method: "put",
      path: "/users/{user_id}/onboarding",
      operationId: "completeOnboarding",
      summary: "End the onboarding",
      description:
        "Takes the current terms approved, where there are any. Once it has ended it stays so, with the first time.",
      tag: "Legal terms",
      access: { kind: "user", may: "self", field: "user_id" },
      request: { params: OnboardingParams, body: OnboardingBody },
      response: {
        status: 200,
        description: "The user, with `onboarding_completed_at`.",
        schema: UserAnswer,
        example: {
          user: {
            ...exampleUser,
            terms_approved_at: "2026-02-18T09:30:00.000Z",
            onboarding_completed_at: "2026-02-18T09:31:12.000Z",
          },
        },
      },
      errors: ["terms_not_approved"],
    },
    async ({ c, target }) => {
      const { directory } = c.get("databases");
      const user = await completeOnboarding(directory, originOf(c, target.id), target.id);
      return { user: viewUser(user, () => true) };
    },
  ),
];
