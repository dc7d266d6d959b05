import * as z from "zod";
import { Id, Locale, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";

const BODY_LENGTH = 100_000;

/** A text of the terms, in one language. */
export const LegalTerm = z
  .strictObject({
    id: Id,
    version: z.string().max(64).meta({ description: "The same for the texts of all languages." }),
    title: Name,
    body: z.string().max(BODY_LENGTH).meta({ description: "Plain text; empty lines part its paragraphs." }),
    sha256: z.string().length(64).meta({ pattern: "^[0-9a-f]+$", description: "Of the body in UTF-8." }),
    locale: Locale,
    published_at: Time,
    approved: z.boolean().optional().meta({
      description:
        "Whether the caller has approved this version, in whatever language; absent without a token.",
    }),
  })
  .meta({ id: "LegalTerm" });

export const LegalTermAnswer = z.strictObject({ legal_term: LegalTerm }).meta({ id: "LegalTermAnswer" });
export const LegalTermsAnswer = z
  .strictObject({ legal_terms: z.array(LegalTerm).max(Locale.options.length) })
  .meta({ id: "LegalTermsAnswer" });

export const LegalTermParams = z.object({ id: PathId });
export const OnboardingParams = z.object({ user_id: PathId });

export const CurrentQuery = z.strictObject({
  locale: Locale.optional().meta({
    description: "The language wanted: by default the caller's own. Where the version lacks it, English.",
  }),
});

export const ApprovalBody = z
  .strictObject({ legal_term_id: Id })
  .meta({ id: "ApprovalBody", example: { legal_term_id: 1 } });

export const OnboardingBody = z.strictObject({}).meta({ id: "OnboardingBody", example: {} });

const Text = z.strictObject({
  locale: Locale,
  title: lineOfText(),
  body: z
    .string()
    .min(1)
    .max(BODY_LENGTH)
    // It is hashed and kept as it came, so it is not trimmed either.
    .refine((text) => /\S/.test(text) && text.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(text), {
      error: "must be text, without control characters other than tabs and line ends",
    }),
});

export const PublishBody = z
  .strictObject({
    version: lineOfText(64),
    texts: z
      .array(Text)
      .min(1)
      .max(Locale.options.length)
      .superRefine((texts, context) => {
        const locales = texts.map(({ locale }) => locale);
        for (const [index, locale] of locales.entries()) {
          if (locales.indexOf(locale) === index) continue;
          context.addIssue({
            code: "custom",
            path: [index, "locale"],
            message: "is there twice: one text a language",
          });
        }
        if (!locales.includes("en")) {
          context.addIssue({
            code: "custom",
            message: "must have one in English, which stands in for languages without one",
          });
        }
      }),
  })
  .meta({
    id: "PublishBody",
    example: {
      version: "2026-06",
      texts: [
        { locale: "en", title: "Terms and conditions", body: "1. The service. Leadsy stores…" },
        { locale: "es", title: "Términos y condiciones", body: "1. El servicio. Leadsy guarda…" },
      ],
    },
  });

export const exampleLegalTerm: z.input<typeof LegalTerm> = {
  id: 1,
  version: "2026-01",
  title: "Terms and conditions",
  body: "1. The service. Leadsy stores…",
  sha256: "c0bd77e49ebbb1ab3e95a75531cbc1d0d9b6bb82de2c7a65447cf5a4fd9c0d2f",
  locale: "en",
  published_at: "2026-01-15T00:00:00.000Z",
  approved: false,
};
