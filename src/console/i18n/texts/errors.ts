import type { Texts } from "../shape.ts";

/** Kinds of trouble with a record, by the code of the API. A code without a text is shown as it is. */
export const ERRORS = {
  "error.missing_contact": {
    en: "no e-mail and no phone",
    es: "sin correo ni teléfono",
    pt: "sem e-mail nem telefone",
  },
  "error.invalid_email": { en: "not an e-mail address", es: "no es un correo", pt: "não é um e-mail" },
  "error.invalid_phone": { en: "not a phone number", es: "no es un teléfono", pt: "não é um telefone" },
  "error.excel_number": {
    en: "digits lost in a spreadsheet",
    es: "dígitos perdidos en una hoja de cálculo",
    pt: "dígitos perdidos em uma planilha",
  },
  "error.unknown_country": { en: "unknown country", es: "país desconocido", pt: "país desconhecido" },
  "error.test_lead": {
    en: "a test of Meta's lead ads",
    es: "prueba de anuncios de Meta",
    pt: "teste de anúncios da Meta",
  },
  "error.example_record": {
    en: "the template's example",
    es: "ejemplo de la plantilla",
    pt: "exemplo do modelo",
  },
  "error.header_record": {
    en: "a header, and no person",
    es: "un encabezado, no una persona",
    pt: "um cabeçalho, não uma pessoa",
  },
  "error.other_table": {
    en: "in another table of the file",
    es: "en otra tabla del archivo",
    pt: "em outra tabela do arquivo",
  },
  "error.extra_cells": {
    en: "more cells than columns",
    es: "más celdas que columnas",
    pt: "mais células que colunas",
  },
  "error.too_long": { en: "too long", es: "demasiado largo", pt: "longo demais" },
  "error.invalid_encoding": { en: "unreadable letters", es: "letras ilegibles", pt: "letras ilegíveis" },
  "error.unclosed_quote": {
    en: "a quote that does not close",
    es: "una comilla sin cerrar",
    pt: "aspas sem fechar",
  },
  "error.ambiguous_match": {
    en: "fits several leads",
    es: "coincide con varios leads",
    pt: "corresponde a vários leads",
  },
  "error.external_id_taken": {
    en: "external id of another lead",
    es: "ID externo de otro lead",
    pt: "ID externo de outro lead",
  },
  "error.no_match": { en: "no such lead", es: "no hay tal lead", pt: "não há esse lead" },
  "error.invalid_json": { en: "not a JSON object", es: "no es un objeto JSON", pt: "não é um objeto JSON" },
  "error.too_many_tags": { en: "too many tags", es: "demasiadas etiquetas", pt: "etiquetas demais" },
  "error.too_many_custom_fields": {
    en: "too many custom fields",
    es: "demasiados campos propios",
    pt: "campos próprios demais",
  },
  "error.membership_limit": {
    en: "the membership allows no more leads",
    es: "la membresía no permite más leads",
    pt: "o plano não permite mais leads",
  },
  "error.contact_in_other_column": {
    en: "e-mail and phone swapped",
    es: "correo y teléfono intercambiados",
    pt: "e-mail e telefone trocados",
  },
  "error.unassigned_phone": {
    en: "phone of a range not in use",
    es: "teléfono de un rango sin uso",
    pt: "telefone de faixa sem uso",
  },
  "error.company_contact": {
    en: "the only contact is the company's",
    es: "el único contacto es de la empresa",
    pt: "o único contato é da empresa",
  },
  "error.invalid_answer": {
    en: "answer does not fit the question",
    es: "la respuesta no va con la pregunta",
    pt: "a resposta não serve à pergunta",
  },
  "error.unknown_stage": { en: "unknown stage", es: "etapa desconocida", pt: "etapa desconhecida" },
  "error.invalid_url": {
    en: "not a web address",
    es: "no es una dirección web",
    pt: "não é um endereço web",
  },
  "error.invalid_tag": { en: "tag not usable", es: "etiqueta no utilizable", pt: "etiqueta inutilizável" },
  "error.invalid_name": {
    en: "no person's name",
    es: "no es un nombre de persona",
    pt: "não é um nome de pessoa",
  },
  "error.repeated_key": { en: "key repeated", es: "clave repetida", pt: "chave repetida" },
  "error.encoding_in_doubt": { en: "letters in doubt", es: "letras dudosas", pt: "letras em dúvida" },
  "error.quotes_in_doubt": { en: "quotes in doubt", es: "comillas dudosas", pt: "aspas em dúvida" },
} satisfies Texts;
