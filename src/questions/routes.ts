import { findCampaign } from "../campaigns/queries.ts";
import type { EarlyInput } from "../http/early.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { BASE_PATH } from "../http/mount.ts";
import { loadById, rowPolicy } from "../http/policies/row.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { changeOptions } from "./change-options.ts";
import { findAskedQuestions, findQuestion, listQuestions } from "./queries.ts";
import {
  CampaignQuestionsParams,
  ChangedQuestionsAnswer,
  CreateQuestionBody,
  exampleQuestion,
  OptionsBody,
  OrderBody,
  QuestionAnswer,
  QuestionParams,
  QuestionsAnswer,
  questionsQuery,
  UpdateQuestionBody,
} from "./schemas.ts";
import { viewQuestion } from "./view.ts";
import { createQuestion, orderQuestions, removeQuestion, updateQuestion } from "./write-question.ts";

const loadQuestion = loadById(findQuestion);
const loadCampaign = loadById(findCampaign, "campaign_id");

const ofCampaign = { params: CampaignQuestionsParams };
const tag = "Campaigns";

/** The questions that a campaign asks, which those that change them are compared with. */
const readAsked = ({ params: { campaign_id: id }, tenantOf }: EarlyInput<{ campaign_id: number }>) =>
  findAskedQuestions(tenantOf(id), id);

export const questionsRoutes: Route[] = [
  route(
    {
      method: "put",
      path: "/campaigns/{campaign_id}/questions/options",
      operationId: "changeQuestionOptions",
      summary: "Change the options of questions",
      description:
        "Gives each named question the whole set of its options, all or nothing. An option without an `id` is " +
        "new; one that is left out is deleted, or archived where leads chose it.",
      tag,
      access: rowPolicy({ role: "manager", load: loadCampaign }),
      request: { ...ofCampaign, body: OptionsBody },
      response: {
        status: 200,
        description: "The questions that were named.",
        schema: ChangedQuestionsAnswer,
        example: { questions: [exampleQuestion] },
      },
    },
    {
      early: readAsked,
      handle: async ({ tenant, row, body, read: asked }) => ({
        questions: (await changeOptions(tenant, row, asked, body.questions)).map(viewQuestion),
      }),
    },
  ),
  route(
    {
      method: "put",
      path: "/campaigns/{campaign_id}/questions/order",
      operationId: "orderQuestions",
      summary: "Put questions in order",
      tag,
      access: rowPolicy({ role: "manager", load: loadCampaign }),
      request: { ...ofCampaign, body: OrderBody },
      response: {
        status: 200,
        description: "The questions in their order.",
        schema: ChangedQuestionsAnswer,
        example: { questions: [exampleQuestion] },
      },
    },
    {
      early: readAsked,
      handle: async ({ tenant, row, body, read: asked }) => ({
        questions: (await orderQuestions(tenant, row, asked, body.question_ids)).map(viewQuestion),
      }),
    },
  ),
  route(
    {
      method: "get",
      path: "/campaigns/{campaign_id}/questions",
      operationId: "listQuestions",
      summary: "List a campaign's questions",
      description: "In their order, with their options; archived ones only with `archived_eq=true`.",
      tag,
      access: rowPolicy({ role: "viewer", load: loadCampaign }),
      request: { ...ofCampaign, query: questionsQuery },
      response: {
        status: 200,
        description: "A page of questions.",
        schema: QuestionsAnswer,
        example: {
          questions: [exampleQuestion],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    {
      early: ({ params: { campaign_id: id }, query, tenantOf }) => listQuestions(tenantOf(id), id, query),
      handle: async ({ call, query, read: { rows, total } }) => ({
        questions: rows.map(viewQuestion),
        meta: linkPage(call, query, total),
      }),
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/campaigns/{campaign_id}/questions",
      operationId: "createQuestion",
      summary: "Add a question",
      tag,
      access: rowPolicy({ role: "manager", load: loadCampaign }),
      request: { ...ofCampaign, body: CreateQuestionBody },
      response: {
        status: 201,
        description: "The question.",
        schema: QuestionAnswer,
        example: { question: exampleQuestion },
        headers: ["Location"],
      },
      errors: ["key_taken"],
    },
    {
      create: ({ tenant, row, body, creation }) => createQuestion(tenant, row, body, creation),
      find: ({ tenant }, id) => findQuestion(tenant, id),
      show: ({ call }, question) => {
        call.setHeader("Location", `${BASE_PATH}/questions/${question.id}`);
        return { question: viewQuestion(question) };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/questions/{id}",
      operationId: "getQuestion",
      summary: "Get a question",
      tag,
      access: rowPolicy({ role: "viewer", load: loadQuestion }),
      request: { params: QuestionParams },
      response: {
        status: 200,
        description: "The question.",
        schema: QuestionAnswer,
        example: { question: exampleQuestion },
        etag: true,
      },
    },
    async ({ row }) => ({ question: viewQuestion(row) }),
  ),
  route(
    {
      method: "put",
      path: "/questions/{id}",
      operationId: "updateQuestion",
      summary: "Change a question",
      description: "Its key and kind stay: answers are read by them. `archived: false` asks it again.",
      tag,
      access: rowPolicy({ role: "manager", load: loadQuestion }),
      request: { params: QuestionParams, body: UpdateQuestionBody },
      response: {
        status: 200,
        description: "The question.",
        schema: QuestionAnswer,
        example: { question: exampleQuestion },
      },
    },
    async ({ tenant, row, body }) => ({ question: viewQuestion(await updateQuestion(tenant, row, body)) }),
  ),
  route(
    {
      method: "delete",
      path: "/questions/{id}",
      operationId: "removeQuestion",
      summary: "Remove a question",
      description: "One that has answers is archived with them, another is deleted.",
      tag,
      access: rowPolicy({ role: "manager", load: loadQuestion }),
      request: { params: QuestionParams },
      response: { status: 204, description: "It is no longer asked." },
    },
    async ({ tenant, row }) => {
      await removeQuestion(tenant, row);
      return undefined;
    },
  ),
];
