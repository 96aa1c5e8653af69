// Reads values by a writer's and a reader's schema, and writes what it understood by the reader's alone; one case a line.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

// From the folder of the client, where it was started.
const avro = createRequire(`${process.cwd()}/`)('avsc')

for await (const line of createInterface({ input: process.stdin })) {
  const { writer, reader, value } = JSON.parse(line)
  try {
    const to = avro.Type.forSchema(JSON.parse(reader))
    const resolver = to.createResolver(avro.Type.forSchema(JSON.parse(writer)))
    console.log(to.toBuffer(to.fromBuffer(Buffer.from(value, 'base64'), resolver)).toString('base64'))
  } catch (error) {
    console.log(`error: ${JSON.stringify(String(error))}`)
  }
}
