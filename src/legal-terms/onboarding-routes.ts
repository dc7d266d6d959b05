import { originOf } from "../audit/record.ts";
import { userPolicy } from "../http/policies/user.ts";
import { type Route, route } from "../http/route.ts";
import { exampleUser, UserAnswer } from "../users/schemas.ts";
import { viewUser } from "../users/view.ts";
import { approveTerms } from "./approve-terms.ts";
import { completeOnboarding } from "./complete-onboarding.ts";
import { findVersion } from "./queries.ts";
import { ApprovalBody, OnboardingBody, OnboardingParams } from "./schemas.ts";

/** What users do themselves before they begin. */
export const onboardingRoutes: Route[] = [
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
      access: userPolicy({ may: "self", field: "user_id" }),
      request: { params: OnboardingParams, body: ApprovalBody },
      response: {
        status: 200,
        description: "The user, with `terms_approved_at`.",
        schema: UserAnswer,
        example: { user: { ...exampleUser, terms_approved_at: "2026-02-18T09:30:00.000Z" } },
      },
      errors: ["terms_not_current"],
    },
    {
      early: ({ body, databases }) => findVersion(databases.directory, body.legal_term_id),
      async handle({ call, actor, target, body, read }) {
        const text = { id: body.legal_term_id, version: read?.version };
        const user = await approveTerms(call.databases.directory, originOf(call, actor), target.id, text);
        return { user: viewUser(user, () => true) };
      },
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
      access: userPolicy({ may: "self", field: "user_id" }),
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
    async ({ call, actor, target }) => {
      const { directory } = call.databases;
      const user = await completeOnboarding(directory, originOf(call, actor), target.id);
      return { user: viewUser(user, () => true) };
    },
  ),
];
