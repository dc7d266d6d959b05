import type { RejectionCode } from "../../matching/refusal.ts";

/**
 * A reason as it is kept, in English, and in the other languages: `{1}` and so on are what its record says, and are read
 * back from the sentence. `{1:words}` is put together from {@link PHRASES}, `{2:slip}` is one of {@link SLIPS}.
 */
export interface Reason {
  en: string;
  es: string;
  pt: string;
}

/** The reasons of each code, the more exact ones first. */
export const REASONS: Record<RejectionCode, Reason[]> = {
  missing_contact: [
    {
      en: "A lead needs {1:words}: fill in {2:words}.",
      es: "Un lead necesita {1}: llena {2}.",
      pt: "Um lead precisa de {1}: preencha {2}.",
    },
    {
      en: "The record clears all that its lead is reached by: a lead needs {1:words}. Fill one of them in.",
      es: "El registro borra todos los datos de contacto de su lead: un lead necesita {1}. Llena uno de ellos.",
      pt: "O registro apaga todos os contatos do lead: um lead precisa de {1}. Preencha um deles.",
    },
  ],
  invalid_email: [
    {
      en: "“{1}” is not an e-mail address: {2:slip}.",
      es: "“{1}” no es una dirección de correo: {2}.",
      pt: "“{1}” não é um endereço de e-mail: {2}.",
    },
  ],
  invalid_phone: [
    {
      en: "“{1}” can be read as {2:words}: write it with + and the country code.",
      es: "“{1}” se puede leer como {2}: escríbelo con + y el código del país.",
      pt: "“{1}” pode ser lido como {2}: escreva-o com + e o código do país.",
    },
    {
      en: "“{1}” is not a valid phone number: check its digits and add the country code, as in +52 55 1234 5678.",
      es: "“{1}” no es un número de teléfono válido: revisa sus cifras y agrega el código del país, como en +52 55 1234 5678.",
      pt: "“{1}” não é um número de telefone válido: confira os dígitos e acrescente o código do país, como em +55 11 91234 5678.",
    },
  ],
  excel_number: [
    {
      en: "The id “{1}” lost its last digits in a spreadsheet: format the column as text, fill in the ids again and export it again.",
      es: "El ID “{1}” perdió sus últimas cifras en una hoja de cálculo: da formato de texto a la columna, escribe los IDs de nuevo y expórtala otra vez.",
      pt: "O ID “{1}” perdeu seus últimos dígitos em uma planilha: formate a coluna como texto, preencha os IDs de novo e exporte-a outra vez.",
    },
    {
      en: "The phone “{1}” lost its last digits in a spreadsheet: format the column as text, fill in the numbers again and export it again.",
      es: "El teléfono “{1}” perdió sus últimas cifras en una hoja de cálculo: da formato de texto a la columna, escribe los números de nuevo y expórtala otra vez.",
      pt: "O telefone “{1}” perdeu seus últimos dígitos em uma planilha: formate a coluna como texto, preencha os números de novo e exporte-a outra vez.",
    },
  ],
  unknown_country: [
    {
      en: "“{1}” is not a known country, so that the phone “{2}” cannot be read: correct the country, or write the phone with + and its country code.",
      es: "“{1}” no es un país conocido, y por eso no se puede leer el teléfono “{2}”: corrige el país, o escribe el teléfono con + y el código del país.",
      pt: "“{1}” não é um país conhecido, e por isso o telefone “{2}” não pode ser lido: corrija o país, ou escreva o telefone com + e o código do país.",
    },
  ],
  test_lead: [],
  example_record: [],
  header_record: [
    {
      en: "The record repeats the header, and is no person: leave it out.",
      es: "El registro repite el encabezado y no es una persona: déjalo fuera.",
      pt: "O registro repete o cabeçalho e não é uma pessoa: deixe-o de fora.",
    },
    {
      en: "The record is the header of another table: those below it were read under the first header of the file. Look at them, and import them as a file of their own.",
      es: "El registro es el encabezado de otra tabla: los que siguen se leyeron con el primer encabezado del archivo. Revísalos e impórtalos como archivo aparte.",
      pt: "O registro é o cabeçalho de outra tabela: os que seguem foram lidos com o primeiro cabeçalho do arquivo. Confira-os e importe-os como um arquivo à parte.",
    },
  ],
  other_table: [
    {
      en: "The record is in another table of the file, which begins on line {1}: import that table as a file of its own. Near the beginning of a file, header_row={1} reads it, too.",
      es: "El registro está en otra tabla del archivo, que empieza en la línea {1}: importa esa tabla como archivo aparte. Cerca del inicio de un archivo, header_row={1} también la lee.",
      pt: "O registro está em outra tabela do arquivo, que começa na linha {1}: importe essa tabela como um arquivo à parte. Perto do início de um arquivo, header_row={1} também a lê.",
    },
  ],
  extra_cells: [
    {
      en: "The record has {1} cells, the header {2}: put quotes around a cell that has the separator in it. In the error file, join what belongs in one cell, and empty the columns without a name.",
      es: "El registro tiene {1} celdas, el encabezado {2}: pon entre comillas la celda que contiene el separador. En el archivo de errores, une en una celda lo que va junto y vacía las columnas sin nombre.",
      pt: "O registro tem {1} células, o cabeçalho {2}: ponha entre aspas a célula que contém o separador. No arquivo de erros, junte em uma célula o que vai junto e esvazie as colunas sem nome.",
    },
  ],
  too_long: [
    {
      en: "The column “{1}” has {2} characters; at most {3} are possible.",
      es: "La columna “{1}” tiene {2} caracteres; son posibles {3} como máximo.",
      pt: "A coluna “{1}” tem {2} caracteres; são possíveis no máximo {3}.",
    },
    {
      en: "With this record the lead's notes would have more than {1} characters. Shorten the lead's notes, or the record's, and send it again.",
      es: "Con este registro las notas del lead tendrían más de {1} caracteres. Acorta las notas del lead, o las del registro, y envíalo de nuevo.",
      pt: "Com este registro as notas do lead teriam mais de {1} caracteres. Encurte as notas do lead, ou as do registro, e envie-o de novo.",
    },
  ],
  invalid_encoding: [
    {
      en: "The column “{1}” has characters that could not be read: save the file as UTF-8 and upload the record again.",
      es: "La columna “{1}” tiene caracteres que no se pudieron leer: guarda el archivo en UTF-8 y envía el registro de nuevo.",
      pt: "A coluna “{1}” tem caracteres que não puderam ser lidos: salve o arquivo em UTF-8 e envie o registro de novo.",
    },
    {
      en: "The column “{1}” still has the sign for letters that were lost (U+FFFD): write them again.",
      es: "La columna “{1}” aún tiene el signo de las letras que se perdieron (U+FFFD): escríbelas de nuevo.",
      pt: "A coluna “{1}” ainda tem o sinal das letras que se perderam (U+FFFD): escreva-as de novo.",
    },
  ],
  unclosed_quote: [
    {
      en: 'A quote (") opens on line {1} and does not close at the end of its cell. Close it, or write a quote that belongs to the text twice, and send the record again. The lines after it were read on their own.',
      es: 'En la línea {1} se abre una comilla (") que no se cierra al final de su celda. Ciérrala, o escribe dos veces la que pertenece al texto, y envía el registro de nuevo. Las líneas siguientes se leyeron por separado.',
      pt: 'Na linha {1} se abre uma aspa (") que não fecha no fim da célula. Feche-a, ou escreva duas vezes a que pertence ao texto, e envie o registro de novo. As linhas seguintes foram lidas à parte.',
    },
    {
      en: 'The column “{1}” still begins with a quote (") that does not close at its end: close it or leave it out.',
      es: 'La columna “{1}” aún empieza con una comilla (") que no se cierra al final: ciérrala o quítala.',
      pt: 'A coluna “{1}” ainda começa com uma aspa (") que não fecha no fim: feche-a ou tire-a.',
    },
  ],
  invalid_json: [
    {
      en: "Line {1} is not a JSON object on a line of its own. Its text is in the last column: correct it, and send it again as NDJSON.",
      es: "La línea {1} no es un objeto JSON en una línea propia. Su texto está en la última columna: corrígelo y envíalo de nuevo como NDJSON.",
      pt: "A linha {1} não é um objeto JSON em uma linha própria. O texto está na última coluna: corrija-o e envie-o de novo como NDJSON.",
    },
  ],
  ambiguous_match: [
    {
      en: "The record matches more than one lead: {1:words}. Merge these leads, or correct the record, and send it again.",
      es: "El registro coincide con más de un lead: {1}. Fusiona estos leads, o corrige el registro, y envíalo de nuevo.",
      pt: "O registro corresponde a mais de um lead: {1}. Mescle estes leads, ou corrija o registro, e envie-o de novo.",
    },
  ],
  external_id_taken: [
    {
      en: "The external id “{1}” is that of {2:words}, and no two leads of a company have the same. Correct it, or leave its column out in the mapping.",
      es: "El identificador externo “{1}” es el de {2}, y no hay dos leads de una empresa con el mismo. Corrígelo, o deja su columna fuera en el mapeo.",
      pt: "O identificador externo “{1}” é o de {2}, e dois leads de uma empresa não têm o mesmo. Corrija-o, ou deixe a coluna de fora no mapeamento.",
    },
  ],
  no_match: [
    {
      en: "No lead has its {1:words}, and the import creates none. Correct the record, or send it again with create_missing=true.",
      es: "Ningún lead tiene su {1}, y la importación no crea ninguno. Corrige el registro, o envíalo de nuevo con create_missing=true.",
      pt: "Nenhum lead tem seu {1}, e a importação não cria nenhum. Corrija o registro, ou envie-o de novo com create_missing=true.",
    },
  ],
  too_many_tags: [
    {
      en: "With this record the lead would have more than {1} tags. Take tags off the lead, or out of the record, and send it again.",
      es: "Con este registro el lead tendría más de {1} etiquetas. Quita etiquetas del lead, o del registro, y envíalo de nuevo.",
      pt: "Com este registro o lead teria mais de {1} etiquetas. Tire etiquetas do lead, ou do registro, e envie-o de novo.",
    },
  ],
  too_many_custom_fields: [
    {
      en: "“{1}” would be one custom field more than the {2} that a company may have. Leave its column out in the mapping, or map it to a field that there is, and send the record again.",
      es: "“{1}” sería un campo personalizado más de los {2} que puede tener una empresa. Deja su columna fuera en el mapeo, o asígnala a un campo que ya existe, y envía el registro de nuevo.",
      pt: "“{1}” seria um campo personalizado além dos {2} que uma empresa pode ter. Deixe a coluna de fora no mapeamento, ou atribua-a a um campo que já existe, e envie o registro de novo.",
    },
    {
      en: "With {1:words} there would be more custom fields than the {2} that a company may have. Leave their columns out in the mapping, or map them to fields that there are, and send the record again.",
      es: "Con {1} habría más campos personalizados que los {2} que puede tener una empresa. Deja sus columnas fuera en el mapeo, o asígnalas a campos que ya existen, y envía el registro de nuevo.",
      pt: "Com {1} haveria mais campos personalizados que os {2} que uma empresa pode ter. Deixe as colunas de fora no mapeamento, ou atribua-as a campos que já existem, e envie o registro de novo.",
    },
  ],
  membership_limit: [
    {
      en: "The membership's limit of {1} leads is reached. Take a larger membership or delete leads, then send this file again.",
      es: "Se alcanzó el límite de {1} leads de la membresía. Contrata una membresía mayor o elimina leads, y envía este archivo de nuevo.",
      pt: "O limite de {1} leads da assinatura foi atingido. Contrate uma assinatura maior ou exclua leads, e envie este arquivo de novo.",
    },
  ],
};

/** What reasons are put together from. The longer ones come first: a shorter one may be a part of them. */
export const PHRASES: Reason[] = [
  {
    en: "an e-mail, a phone or an external id",
    es: "un correo, un teléfono o un identificador externo",
    pt: "um e-mail, um telefone ou um identificador externo",
  },
  { en: "an e-mail or a phone", es: "un correo o un teléfono", pt: "um e-mail ou um telefone" },
  {
    en: "its external id is that of ",
    es: "su identificador externo es el de ",
    pt: "seu identificador externo é o de ",
  },
  { en: "its e-mail is that of ", es: "su correo es el de ", pt: "seu e-mail é o de " },
  { en: "its phone is that of ", es: "su teléfono es el de ", pt: "seu telefone é o de " },
  { en: "the lead of record ", es: "el lead del registro ", pt: "o lead do registro " },
  { en: "another lead", es: "otro lead", pt: "outro lead" },
  { en: "external id", es: "identificador externo", pt: "identificador externo" },
  { en: " or its ", es: " ni su ", pt: " nem seu " },
  { en: " more", es: " más", pt: " mais" },
  { en: " and others", es: " y otros", pt: " e outros" },
  { en: " and ", es: " y ", pt: " e " },
  { en: " or ", es: " o ", pt: " ou " },
  { en: "e-mail", es: "correo", pt: "e-mail" },
  { en: "phone", es: "teléfono", pt: "telefone" },
];

/** What is wrong with an address. */
export const SLIPS: Reason[] = [
  { en: "it has no @", es: "no tiene @", pt: "não tem @" },
  { en: "it has more than one @", es: "tiene más de una @", pt: "tem mais de um @" },
  { en: "nothing is before the @", es: "no hay nada antes de la @", pt: "não há nada antes do @" },
  { en: "nothing is after the @", es: "no hay nada después de la @", pt: "não há nada depois do @" },
  { en: "it has a space in it", es: "tiene un espacio", pt: "tem um espaço" },
  {
    en: "it has a comma after the @ where a dot belongs",
    es: "después de la @ tiene una coma donde va un punto",
    pt: "depois do @ tem uma vírgula onde vai um ponto",
  },
  { en: "it has two dots in a row", es: "tiene dos puntos seguidos", pt: "tem dois pontos seguidos" },
  {
    en: "its first part starts or ends with a dot",
    es: "su primera parte empieza o termina con un punto",
    pt: "a primeira parte começa ou termina com um ponto",
  },
  {
    en: "its domain has no dot, as in example.com",
    es: "su dominio no tiene punto, como en example.com",
    pt: "o domínio não tem ponto, como em example.com",
  },
  {
    en: "its domain starts or ends with a dot",
    es: "su dominio empieza o termina con un punto",
    pt: "o domínio começa ou termina com um ponto",
  },
  {
    en: "its first part is longer than {1} characters",
    es: "su primera parte tiene más de {1} caracteres",
    pt: "a primeira parte tem mais de {1} caracteres",
  },
  {
    en: "it is longer than {1} characters",
    es: "tiene más de {1} caracteres",
    pt: "tem mais de {1} caracteres",
  },
  {
    en: "it has a character that addresses cannot have",
    es: "tiene un carácter que una dirección no puede tener",
    pt: "tem um caractere que um endereço não pode ter",
  },
];
