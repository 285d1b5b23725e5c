type Schema = Readonly<Record<string, unknown>>
type Operation = {
  summary: string
  description: string
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, { description: string; content: { 'application/json': { schema: Schema } } }>
}

/** The OpenAPI document as a page for people. */
export function renderOpenApi(document: Record<string, unknown>): string {
  // As openApiDocument makes it.
  const { info, paths } = document as {
    info: { description: string }
    paths: Record<string, Record<string, Operation>>
  }
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => renderCall(method, path, operation)),
  )
  const head = [
    '# The API',
    'At `/api/v1`, with `Authorization: Bearer trb_…`. The same for programs: `/api/v1/openapi.json`.',
    info.description,
    'Errors are `{"error":{"code","message","field"?}}` with 400, 401, 403, 404, 409, 422 or 429. A `POST` with the same `Idempotency-Key` gets the first answer again.',
  ]
  return `${[...head, ...calls].join('\n\n')}\n`
}

function renderCall(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters, requestBody, responses } = operation
  const asked = parameters.filter(({ in: place }) => place !== 'header')
  const body = requestBody?.content['application/json'].schema
  const done = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return [
    `## ${method.toUpperCase()} ${path}`,
    `${summary}. ${description}`.replace('..', '.'),
    ...(asked.length > 0 ? [asked.map(renderParameter).join('\n')] : []),
    ...(body ? [`Body:\n\n${fenced(shape(body, ''))}`] : []),
    ...done.map(
      ([status, { description: what, content }]) =>
        `${status}, ${what.charAt(0).toLowerCase()}${what.slice(1)}:\n\n${fenced(shape(content['application/json'].schema, ''))}`,
    ),
  ].join('\n\n')
}

const renderParameter = ({
  name,
  in: place,
  required,
  description,
  schema,
}: Operation['parameters'][number]) =>
  `- \`${name}\`${place === 'path' || required ? '' : ', optional'}: ${description ?? shape(schema, '').replaceAll('\n', ' ')}`

const fenced = (text: string) => `\`\`\`\n${text}\n\`\`\``

/** As TypeScript would write it. */
function shape(schema: Schema, indent: string): string {
  const {
    type,
    enum: values,
    const: constant,
    anyOf,
    oneOf,
    items,
    properties,
    required,
    additionalProperties,
  } = schema
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (constant !== undefined) return JSON.stringify(constant)
  const choices = anyOf ?? oneOf
  if (Array.isArray(choices)) return choices.map((choice) => shape(choice, indent)).join(' | ')
  if (type === 'array') return `${parenthesised(shape(isSchema(items) ? items : {}, indent))}[]`
  if (type === 'object' && isSchema(properties)) {
    const wanted = Array.isArray(required) ? required : []
    const inner = `${indent}  `
    const lines = Object.entries(properties).map(
      ([name, value]) =>
        `${inner}${name}${wanted.includes(name) ? '' : '?'}: ${shape(isSchema(value) ? value : {}, inner)}`,
    )
    return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
  }
  if (type === 'object')
    return `{ [key]: ${shape(isSchema(additionalProperties) ? additionalProperties : {}, indent)} }`
  if (Array.isArray(type)) return type.join(' | ')
  return typeof type === 'string' ? type : 'any'
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parenthesised = (text: string) => (/ \| /.test(text) && !text.startsWith('{') ? `(${text})` : text)
