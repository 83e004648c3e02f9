import { z } from 'zod'
import { facts, routesByService } from '../../contracts/api.ts'
import { problem } from '../../contracts/platform.ts'
import type { Route } from '../../contracts/route.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as Json
  return rest
}

const parametersOf = (route: Route): Json[] => {
  const of = (schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
      name,
      in: where,
      required: where === 'path' || !(field as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(field as z.ZodType, 'input'),
    }))
  return [...of(route.params, 'path'), ...of(route.query, 'query')]
}

const contentOf = (media: string, schema: Json, example: unknown): Json => ({
  [media]: { schema, ...(example === undefined ? {} : { example }) },
})

const operationOf = (service: string, route: Route): Json => {
  const requestMedia = route.media?.request
  const responseMedia = route.media?.response
  return {
    operationId: route.name,
    tags: [service],
    summary: route.summary,
    ...(route.scope === null ? { security: [] } : {}),
    ...(route.scope && route.scope !== 'signed-in' ? { description: `Needs the right \`${route.scope}\`.` } : {}),
    parameters: parametersOf(route),
    ...(route.body || requestMedia
      ? {
          requestBody: {
            required: true,
            content: route.body
              ? contentOf('application/json', schemaOf(route.body, 'input'), route.example?.body)
              : contentOf(requestMedia ?? 'application/octet-stream', { type: 'string' }, undefined),
          },
        }
      : {}),
    responses: {
      200: {
        description: 'Done',
        ...(route.response || responseMedia
          ? {
              content: route.response
                ? contentOf('application/json', schemaOf(route.response, 'output'), route.example?.response)
                : contentOf(responseMedia ?? 'application/octet-stream', { type: 'string' }, undefined),
            }
          : {}),
      },
      default: {
        description: 'Refused: problem details with a stable code',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

/** The API as OpenAPI 3.1, made from the contracts. */
export const openApi = (version: string): Json => {
  const paths: Record<string, Json> = {}
  for (const [service, routes] of Object.entries(routesByService)) {
    for (const route of Object.values(routes) as Route[]) {
      const path = `/api/v1${route.path.replace(/:([a-zA-Z]+)/g, '{$1}')}`
      const item = paths[path] ?? {}
      item[route.method.toLowerCase()] = operationOf(service, route)
      paths[path] = item
    }
  }
  const factSchemas = Object.fromEntries(
    Object.entries(facts).map(([type, { body }]) => [`fact.${type}`, schemaOf(body, 'output')]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Tillwire', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags: Object.keys(routesByService).map(name => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tillwire_session_7070',
          description: 'With the port that was asked, and `__Host-` before it over HTTPS.',
        },
      },
      schemas: { Problem: schemaOf(problem, 'output'), ...factSchemas },
    },
  }
}
