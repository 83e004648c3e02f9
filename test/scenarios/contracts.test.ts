import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { facts, refusalCodes, routesByService } from '../../src/contracts/api.ts'
import type { Route } from '../../src/contracts/route.ts'
import { openApi } from '../../src/platform/http/openapi.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createFronts, createServices, newStanding } from '../../src/run/services.ts'

const ports = systemPorts('silent')
const services = createServices(ports, {
  kind: 'store',
  setupCode: '',
  webhooksToPrivate: false,
  parent: null,
  standing: newStanding(),
  program: 'test',
})
const fronts = createFronts(ports, { kind: 'store', sessionsEnded: () => {}, onHead: () => () => {} })

describe('the contracts and the services say the same', () => {
  const routes = Object.entries(routesByService)
    .filter(([service]) => service !== 'platform')
    .flatMap(([service, all]) =>
      (Object.values(all) as Route[]).map(route => [`${service} ${route.name}`, service, route] as const),
    )

  test.each(routes)('%s is answered', (_name, service, route) => {
    const front = fronts.find(each => each.name === service)
    const handlers = {
      command: services.find(each => each.name === service)?.commands,
      query: front?.queries,
      raw: front?.raw,
    }
    expect(Object.keys(handlers[route.kind] ?? {})).toContain(route.name)
  })

  test('every fact has one owner, and is heard under its name', () => {
    const owned = services.flatMap(service => service.owns)
    expect([...owned].sort()).toEqual(Object.keys(facts).sort())
    for (const service of services)
      for (const type of service.consumes) expect(Object.keys(facts), service.name).toContain(type)
    for (const service of services)
      expect(
        service.consumes.filter(type => service.owns.includes(type)),
        service.name,
      ).toEqual([])
  })

  test('each service has tables of its own', () => {
    for (const { name, projections } of services)
      for (const table of projections) expect(table.startsWith(`${name}_`), table).toBe(true)
  })

  test('addresses differ', () => {
    const all = Object.values(routesByService).flatMap(each =>
      (Object.values(each) as Route[]).map(route => `${route.method} ${route.path.replace(/:[a-zA-Z]+/g, ':')}`),
    )
    expect(all.length).toBe(new Set(all).size)
  })
})

describe('refusals', () => {
  const used = new Map<string, string>()
  for (const file of globSync('src/{domain,services,platform}/**/*.ts').filter(each => !each.endsWith('.test.ts'))) {
    const text = readFileSync(file, 'utf8')
    for (const [, code] of text.matchAll(/(?:ok: false, code: |problemOf\(|refuse\(|refused\()'([a-z][a-z0-9-]+)'/g))
      if (code) used.set(code, file)
  }
  test.each([...used])('%s (%s) has a sentence', code => {
    expect(refusalCodes).toContain(code)
  })
})

describe('OpenAPI', () => {
  const described = JSON.parse(JSON.stringify(openApi('1.0.0'))) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string }>>
  }
  test('describes every address once', () => {
    expect(described.openapi).toBe('3.1.0')
    const ids = Object.values(described.paths).flatMap(path =>
      Object.values(path).map(operation => operation.operationId),
    )
    expect(ids.length).toBe(Object.values(routesByService).flatMap(each => Object.keys(each)).length)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('every example is what its schema takes', () => {
    for (const routes of Object.values(routesByService)) {
      for (const route of Object.values(routes) as Route[]) {
        if (route.example?.body) expect(route.body?.safeParse(route.example.body).error, route.name).toBeUndefined()
      }
    }
  })
})
