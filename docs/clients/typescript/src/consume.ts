// Prints a line for each event. With --until-end it stops when it has read what is there now.
import { Consumer } from '@platformatic/kafka'
import { Decoder, NoEvent } from './decoder.js'
import { schemaOfFundingGap, schemaOfTalksRound, schemaOfWeaponsPledge } from './events.js'
import type { FundingGap, TalksRound, WeaponsPledge } from './events.js'
import { fundingGap, talksRound, weaponsPledge } from './lines.js'

const REMEMBERED = 10_000 // ids; a repeat comes soon after the first, in the same partition

const { STREAMS_BOOTSTRAP_SERVERS: brokers, STREAMS_REGISTRY_URL: registry, STREAMS_TOPIC_PREFIX: prefix = '' } = process.env
const registryUrl = registry ?? 'http://127.0.0.1:8081/apis/ccompat/v7'

type Reader = (value: Buffer) => Promise<{ id: string; line: string }>

function reader<Event extends { id: string }>(decoder: Decoder<Event>, line: (event: Event) => string): Reader {
  return async value => {
    const event = await decoder.decode(value)
    return { id: event.id, line: line(event) }
  }
}

const readers = new Map<string, Reader>([
  [`${prefix}events.funding-gap`, reader(new Decoder<FundingGap>(schemaOfFundingGap, registryUrl), fundingGap)],
  [`${prefix}events.weapons-pledge`, reader(new Decoder<WeaponsPledge>(schemaOfWeaponsPledge, registryUrl), weaponsPledge)],
  [`${prefix}events.talks-round`, reader(new Decoder<TalksRound>(schemaOfTalksRound, registryUrl), talksRound)]
])
const topics = [...readers.keys()]

const consumer = new Consumer({
  groupId: 'example-typescript',
  clientId: 'example-typescript',
  bootstrapBrokers: (brokers ?? '127.0.0.1:9092').split(','),
  // After a kill the group waits this long for the one that is gone; the next start must not lose its patience before (30 s).
  sessionTimeout: 20_000,
  rebalanceTimeout: 20_000
})
const stream = await consumer.consume({ topics, mode: 'committed', fallbackMode: 'earliest', autocommit: false })

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stream.close())
if (process.argv.includes('--until-end')) void closeAtEnd()

const seen = new Set<string>()
try {
  for await (const message of stream) {
    try {
      const { id, line } = await readers.get(message.topic)!(message.value)
      if (!seen.has(id)) {
        console.log(line) // your work goes here
        seen.add(id)
        if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!)
      }
    } catch (error) {
      if (!(error instanceof NoEvent)) throw error // not committed: the next start reads it again
      console.error(`${message.topic}[${message.partition}] offset ${message.offset} is passed over: ${error.message}`)
    }
    // One by one is simplest and slow: commit every hundred where there are many.
    await message.commit()
  }
} finally {
  await consumer.close(true)
}

async function closeAtEnd(): Promise<void> {
  while (!(await isAtEnd())) await new Promise(resolve => setTimeout(resolve, 500))
  await stream.close()
}

/** Whether the group has committed all that lies in the topics. */
async function isAtEnd(): Promise<boolean> {
  const starts = await consumer.listOffsets({ topics, timestamp: -2n })
  const ends = await consumer.listOffsets({ topics })
  const places = [...ends].map(([topic, offsets]) => ({ topic, partitions: [...offsets.keys()] }))
  const committed = await consumer.listCommittedOffsets({ topics: places })
  return [...ends].every(([topic, offsets]) =>
    offsets.every((end, partition) => end === starts.get(topic)?.[partition] || (committed.get(topic)?.[partition] ?? -1n) >= end)
  )
}
