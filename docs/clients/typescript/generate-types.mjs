// Writes a module with an interface for each record of the schemas that are named, and the schemas themselves.
import { readFileSync, writeFileSync } from 'node:fs'

const PLAIN = { string: 'string', int: 'number', long: 'number', double: 'number', boolean: 'boolean', bytes: 'Buffer', null: 'null' }
const LOGICAL = { decimal: 'string', date: 'string', 'timestamp-millis': 'Date' }

const definitions = new Map()

function typeOf(schema) {
  if (typeof schema === 'string') return PLAIN[schema] ?? schema
  if (Array.isArray(schema)) return schema.map(typeOf).join(' | ')
  switch (schema.type) {
    case 'record': {
      const fields = schema.fields.map(field => `  /** ${field.doc} */\n  ${field.name}: ${typeOf(field.type)}\n`)
      definitions.set(schema.name, `/** ${schema.doc} */\nexport interface ${schema.name} {\n${fields.join('')}}\n`)
      return schema.name
    }
    case 'enum':
      definitions.set(schema.name, `/** ${schema.doc} */\nexport type ${schema.name} = ${schema.symbols.map(s => `'${s}'`).join(' | ')}\n`)
      return schema.name
    case 'array':
      return `(${typeOf(schema.items)})[]`
    case 'map':
      return `Record<string, ${typeOf(schema.values)}>`
    default:
      return LOGICAL[schema.logicalType]
  }
}

const [output, ...paths] = process.argv.slice(2)
const schemas = paths.map(path => JSON.parse(readFileSync(path, 'utf8')))
schemas.forEach(typeOf)
const constants = schemas.map(schema => `export const schemaOf${schema.name}: Schema = ${JSON.stringify(schema)} as Schema\n`)
const head = `// Made by generate-types.mjs.\nimport type { Schema } from 'avsc'\n`
writeFileSync(output, [head, ...definitions.values(), ...constants].join('\n'))
