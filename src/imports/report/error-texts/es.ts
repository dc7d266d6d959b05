import { MAX_TEXT_LENGTH } from "../../../leads/fields.ts";
import { MAX_TAGS } from "../../../leads/tags.ts";
import type { Translation } from "./dictionaries.ts";

export const spanish: Translation = {
  warnings: {
    invalid_email: {
      reason: "No es una dirección de correo; se conserva como campo personalizado.",
      hint: "Corrige el correo del lead.",
    },
    invalid_phone: {
      reason:
        "No es un número de teléfono válido. Un lead sin teléfono lo conserva tal como estaba escrito; el teléfono que ya tenga no cambia.",
      hint: "Corrige el teléfono del lead, con + y el código del país.",
    },
    excel_number: {
      reason: "Un teléfono o un ID perdió sus últimas cifras en una hoja de cálculo, y no sirve de clave.",
      hint: "Da formato de texto a la columna, escribe los números de nuevo e impórtalos.",
    },
    unknown_country: {
      reason: "El registro nombra un país que no se conoce, y por eso no se leyó su teléfono.",
      hint: "Corrige el país del lead y escribe su teléfono con + y el código del país.",
    },
    unassigned_phone: {
      reason: "El teléfono no está en ningún rango que su país tenga asignado.",
      hint: "Revisa sus cifras.",
    },
    contact_in_other_column: {
      reason: "Se leyó como correo o como teléfono, que debería estar en la otra columna.",
      hint: "Revisa el correo y el teléfono del lead.",
    },
    company_contact: {
      reason: "Es de una empresa, o de su dueño, y es el único contacto del lead.",
      hint: "Otros pueden compartirlo: dale al lead un contacto propio.",
    },
    unknown_stage: {
      reason:
        "No existe esa etapa: se conserva como campo personalizado, y un lead nuevo está en la primera etapa.",
      hint: "Mueve el lead a su etapa, o indica con “values” en el mapeo a qué etapa se refiere.",
    },
    invalid_answer: {
      reason: "No responde a la pregunta; se conserva como campo personalizado.",
      hint: "Responde a la pregunta en el lead, o indica con “values” en el mapeo a qué opción se refiere.",
    },
    invalid_url: {
      reason: "No es una dirección web; se conserva como campo personalizado.",
      hint: "Corrige el sitio web del lead, como https://example.com.",
    },
    invalid_tag: {
      reason:
        "Es demasiado largo para una etiqueta, una de demasiadas, o no es una lista de textos; se conserva como campo personalizado.",
      hint: "Dale al lead etiquetas más cortas, o menos.",
    },
    invalid_name: {
      reason: "No es el nombre de una persona; se conserva como campo personalizado.",
      hint: "Escribe el nombre en el lead; si toda la columna es otra cosa, indica cuál en el mapeo.",
    },
    repeated_key: {
      reason: "El objeto tiene la clave varias veces, con valores distintos: se leyó el último.",
      hint: "Compara el lead con el archivo y escribe cada clave una sola vez.",
    },
    encoding_in_doubt: {
      reason: "Sus letras son una suposición.",
      hint: "Compara el lead con el archivo; si hay letras mal, envía el archivo de nuevo en UTF-8 o con su codificación.",
    },
    quotes_in_doubt: {
      reason: "Una comilla puede ser parte del texto o no.",
      hint: "Compara el lead con el archivo. Una comilla que es parte de un texto se escribe dos veces, en una celda entre comillas.",
    },
  },
  rejections: {
    missing_contact: {
      reason: "El registro no tiene correo ni teléfono, y un lead necesita uno.",
      hint: "Escribe un correo o un teléfono en el archivo de errores y envíalo de nuevo.",
    },
    invalid_email: {
      reason: "No es una dirección de correo, y no hay teléfono.",
      hint: "Corrige el correo en el archivo de errores, o agrega un teléfono, y envíalo de nuevo.",
    },
    invalid_phone: {
      reason: "No es un número de teléfono válido, y no hay correo.",
      hint: "Corrige el teléfono en el archivo de errores, con + y el código del país, y envíalo de nuevo.",
    },
    excel_number: {
      reason: "Un teléfono o un ID perdió sus últimas cifras en una hoja de cálculo.",
      hint: "Da formato de texto a la columna en la hoja de cálculo, escribe los números de nuevo y expórtala otra vez.",
    },
    unknown_country: {
      reason: "El registro nombra un país que no se conoce, y su teléfono no tiene +.",
      hint: "Corrige el país, o escribe el teléfono con + y el código del país.",
    },
    test_lead: {
      reason: "Es una prueba de los anuncios de Meta, no una persona.",
      hint: "Nada: déjalo fuera.",
    },
    example_record: {
      reason: "Es el ejemplo de la plantilla, no una persona.",
      hint: "Nada: muestra cómo se llena la plantilla. Déjalo fuera.",
    },
    header_record: {
      reason: "Es un encabezado y no una persona.",
      hint: "Déjalo fuera. Si es de otra tabla, haz con ella un archivo aparte.",
    },
    other_table: {
      reason: "El registro está en otra tabla del archivo.",
      hint: "Envía el archivo de nuevo con header_row, o haz un archivo de cada tabla.",
    },
    extra_cells: {
      reason: "El registro tiene más celdas que el encabezado.",
      hint: "Pon entre comillas la celda que contiene el separador.",
    },
    too_long: {
      reason: "El texto es más largo de lo posible.",
      hint: `Acórtalo: caben 255 caracteres, ${MAX_TEXT_LENGTH} en notas, respuestas y campos personalizados.`,
    },
    invalid_encoding: {
      reason: "Tiene caracteres que no se pudieron leer.",
      hint: "Guarda el archivo en UTF-8 y envía el registro de nuevo.",
    },
    unclosed_quote: {
      reason: "En el registro se abre una comilla que no se cierra al final de su celda.",
      hint: "Cierra la comilla, o escribe dos veces la que pertenece al texto.",
    },
    invalid_json: {
      reason: "La línea no es un objeto JSON.",
      hint: "Escribe un objeto JSON en la línea y envíala de nuevo como NDJSON.",
    },
    ambiguous_match: {
      reason: "El registro coincide con más de un lead.",
      hint: "Fusiona los leads, o corrige el registro, y envíalo de nuevo.",
    },
    external_id_taken: {
      reason: "El identificador externo es el de otro lead.",
      hint: "Corrige el identificador externo, o deja su columna fuera en el mapeo.",
    },
    no_match: {
      reason: "El registro no coincide con ningún lead, y la importación no crea ninguno.",
      hint: "Corrige el registro, o envíalo de nuevo con create_missing=true.",
    },
    too_many_tags: {
      reason: "Con este registro el lead tendría demasiadas etiquetas.",
      hint: `Quita etiquetas del lead o del registro: son posibles ${MAX_TAGS}.`,
    },
    too_many_custom_fields: {
      reason: "Con este registro la empresa tendría demasiados campos personalizados.",
      hint: "Deja columnas fuera en el mapeo, o asígnalas a campos que ya existen.",
    },
    membership_limit: {
      reason: "Se alcanzó el límite de leads de la membresía.",
      hint: "Contrata una membresía mayor o elimina leads, y envía de nuevo el archivo de errores.",
    },
  },
};
