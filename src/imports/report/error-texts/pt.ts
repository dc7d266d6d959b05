import { MAX_TEXT_LENGTH } from "../../../leads/fields.ts";
import { MAX_TAGS } from "../../../leads/tags.ts";
import type { Translation } from "./dictionaries.ts";

export const portuguese: Translation = {
  warnings: {
    invalid_email: {
      reason: "Não é um endereço de e-mail; foi mantido como campo personalizado.",
      hint: "Corrija o e-mail do lead.",
    },
    invalid_phone: {
      reason:
        "Não é um número de telefone válido. Um lead sem telefone o mantém como estava escrito; o telefone que já tiver não muda.",
      hint: "Corrija o telefone do lead, com + e o código do país.",
    },
    excel_number: {
      reason: "Um telefone ou um ID perdeu seus últimos dígitos em uma planilha, e não serve de chave.",
      hint: "Formate a coluna como texto, preencha os números de novo e importe-os.",
    },
    unknown_country: {
      reason: "O registro nomeia um país desconhecido, e por isso o telefone não foi lido.",
      hint: "Corrija o país do lead e escreva o telefone com + e o código do país.",
    },
    unassigned_phone: {
      reason: "O telefone não está em nenhuma faixa que o país tenha atribuído.",
      hint: "Confira os dígitos.",
    },
    contact_in_other_column: {
      reason: "Foi lido como e-mail ou telefone, que deveria estar na outra coluna.",
      hint: "Confira o e-mail e o telefone do lead.",
    },
    company_contact: {
      reason: "É de uma empresa, ou do dono dela, e o único contato do lead.",
      hint: "Outros podem compartilhá-lo: dê ao lead um contato próprio.",
    },
    unknown_stage: {
      reason:
        "Não existe essa etapa: foi mantida como campo personalizado, e um lead novo fica na primeira etapa.",
      hint: "Mova o lead para a etapa dele, ou diga com “values” no mapeamento qual etapa é.",
    },
    invalid_answer: {
      reason: "Não responde à pergunta; foi mantido como campo personalizado.",
      hint: "Responda à pergunta no lead, ou diga com “values” no mapeamento qual opção é.",
    },
    invalid_url: {
      reason: "Não é um endereço da web; foi mantido como campo personalizado.",
      hint: "Corrija o site do lead, como https://example.com.",
    },
    invalid_tag: {
      reason:
        "É longo demais para uma etiqueta, uma de muitas, ou não é uma lista de textos; foi mantido como campo personalizado.",
      hint: "Dê ao lead etiquetas mais curtas, ou menos etiquetas.",
    },
    invalid_name: {
      reason: "Não é o nome de uma pessoa; foi mantido como campo personalizado.",
      hint: "Escreva o nome no lead; se a coluna inteira é outra coisa, diga qual no mapeamento.",
    },
    repeated_key: {
      reason: "O objeto tem a chave várias vezes, com valores diferentes: foi lido o último.",
      hint: "Compare o lead com o arquivo e escreva cada chave uma só vez.",
    },
    encoding_in_doubt: {
      reason: "As letras são uma suposição.",
      hint: "Compare o lead com o arquivo; se houver letras erradas, envie o arquivo de novo em UTF-8 ou com a codificação dele.",
    },
    quotes_in_doubt: {
      reason: "Uma aspa pode fazer parte do texto ou não.",
      hint: "Compare o lead com o arquivo. Uma aspa que faz parte de um texto é escrita duas vezes, em uma célula entre aspas.",
    },
  },
  rejections: {
    missing_contact: {
      reason: "O registro não tem e-mail nem telefone, e um lead precisa de um deles.",
      hint: "Preencha um e-mail ou um telefone no arquivo de erros e envie-o de novo.",
    },
    invalid_email: {
      reason: "Não é um endereço de e-mail, e não há telefone.",
      hint: "Corrija o e-mail no arquivo de erros, ou acrescente um telefone, e envie-o de novo.",
    },
    invalid_phone: {
      reason: "Não é um número de telefone válido, e não há e-mail.",
      hint: "Corrija o telefone no arquivo de erros, com + e o código do país, e envie-o de novo.",
    },
    excel_number: {
      reason: "Um telefone ou um ID perdeu seus últimos dígitos em uma planilha.",
      hint: "Formate a coluna como texto na planilha, preencha os números de novo e exporte-a outra vez.",
    },
    unknown_country: {
      reason: "O registro nomeia um país desconhecido, e o telefone não tem +.",
      hint: "Corrija o país, ou escreva o telefone com + e o código do país.",
    },
    test_lead: {
      reason: "É um teste dos anúncios da Meta, e não uma pessoa.",
      hint: "Nada: deixe-o de fora.",
    },
    example_record: {
      reason: "É o exemplo do modelo, e não uma pessoa.",
      hint: "Nada: mostra como preencher o modelo. Deixe-o de fora.",
    },
    header_record: {
      reason: "É um cabeçalho e não uma pessoa.",
      hint: "Deixe-o de fora. Se for de outra tabela, faça com ela um arquivo à parte.",
    },
    other_table: {
      reason: "O registro está em outra tabela do arquivo.",
      hint: "Envie o arquivo de novo com header_row, ou faça um arquivo de cada tabela.",
    },
    extra_cells: {
      reason: "O registro tem mais células que o cabeçalho.",
      hint: "Ponha entre aspas a célula que contém o separador.",
    },
    too_long: {
      reason: "O texto é mais longo que o possível.",
      hint: `Encurte-o: cabem 255 caracteres, ${MAX_TEXT_LENGTH} em notas, respostas e campos personalizados.`,
    },
    invalid_encoding: {
      reason: "Tem caracteres que não puderam ser lidos.",
      hint: "Salve o arquivo em UTF-8 e envie o registro de novo.",
    },
    unclosed_quote: {
      reason: "No registro se abre uma aspa que não fecha no fim da célula.",
      hint: "Feche a aspa, ou escreva duas vezes a que pertence ao texto.",
    },
    invalid_json: {
      reason: "A linha não é um objeto JSON.",
      hint: "Escreva um objeto JSON na linha e envie-a de novo como NDJSON.",
    },
    ambiguous_match: {
      reason: "O registro corresponde a mais de um lead.",
      hint: "Mescle os leads, ou corrija o registro, e envie-o de novo.",
    },
    external_id_taken: {
      reason: "O identificador externo é o de outro lead.",
      hint: "Corrija o identificador externo, ou deixe a coluna de fora no mapeamento.",
    },
    no_match: {
      reason: "O registro não corresponde a nenhum lead, e a importação não cria nenhum.",
      hint: "Corrija o registro, ou envie-o de novo com create_missing=true.",
    },
    too_many_tags: {
      reason: "Com este registro o lead teria etiquetas demais.",
      hint: `Tire etiquetas do lead ou do registro: são possíveis ${MAX_TAGS}.`,
    },
    too_many_custom_fields: {
      reason: "Com este registro a empresa teria campos personalizados demais.",
      hint: "Deixe colunas de fora no mapeamento, ou atribua-as a campos que já existem.",
    },
    membership_limit: {
      reason: "O limite de leads da assinatura foi atingido.",
      hint: "Contrate uma assinatura maior ou exclua leads, e envie de novo o arquivo de erros.",
    },
  },
};
