// Values in the Confluent wire format (byte 0, schema id, Avro), read as the version of the schema that this program was built with.
import avro, { type Schema, type Type } from 'avsc'

/** An exact amount, as a string such as `34000000000.00`: a number of JavaScript would round it. */
export class Decimal extends avro.types.LogicalType {
  private readonly scale: number

  constructor(schema: Schema, options?: object) {
    super(schema, options as never)
    this.scale = (schema as { scale?: number }).scale ?? 0
  }

  override _fromValue(bytes: Buffer): string {
    const unscaled = BigInt.asIntN(8 * bytes.length, BigInt(`0x0${bytes.toString('hex')}`))
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(this.scale + 1, '0')
    const point = digits.length - this.scale
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${this.scale ? '.' : ''}${digits.slice(point)}`
  }

  override _resolve = plain(value => this._fromValue(value as Buffer))
}

/** A day as `2026-01-31`, which no time zone moves. */
export class Day extends avro.types.LogicalType {
  override _fromValue(days: number): string {
    return new Date(days * 86_400_000).toISOString().slice(0, 10)
  }

  override _resolve = plain(value => this._fromValue(value as number))
}

export class Instant extends avro.types.LogicalType {
  override _fromValue(milliseconds: number): Date {
    return new Date(milliseconds)
  }

  override _toValue(instant: Date): number {
    return instant.getTime()
  }

  override _resolve = plain(value => this._fromValue(value as number))
}

/** The writer's schema is read without logical types, so that its values are plain. */
function plain(fromValue: (value: unknown) => unknown) {
  return () => fromValue
}

export const logicalTypes = { decimal: Decimal, date: Day, 'timestamp-millis': Instant } as never

/** The record is no event of its topic; it will not become one by another try. */
export class NoEvent extends Error {}

export class Decoder<Event> {
  private readonly reader: Type
  private readonly ways = new Map<number, Promise<(body: Buffer) => Event>>()

  constructor(schema: Schema, private readonly registryUrl: string) {
    this.reader = avro.Type.forSchema(schema, { logicalTypes })
  }

  async decode(value: Buffer | undefined | null): Promise<Event> {
    if (!value || value.length < 5 || value[0] !== 0) throw new NoEvent('not in the Confluent wire format')
    const id = value.readInt32BE(1)
    if (!this.ways.has(id)) this.ways.set(id, this.wayOf(id))
    const way = await this.ways.get(id)!.catch(error => {
      this.ways.delete(id) // so that it is asked for again
      throw error
    })
    try {
      return way(value.subarray(5))
    } catch (error) {
      throw new NoEvent(String(error))
    }
  }

  /** How records of a writer are read: fields that came later are skipped, symbols that came later are the enum's default, UNKNOWN. */
  private async wayOf(id: number): Promise<(body: Buffer) => Event> {
    const answer = await fetch(`${this.registryUrl}/schemas/ids/${id}`)
    if (answer.status === 404) throw new NoEvent(`schema ${id} is not registered`)
    if (!answer.ok) throw new Error(`the registry answers ${answer.status}`)
    const { schema } = (await answer.json()) as { schema: string }
    try {
      const writer = avro.Type.forSchema(JSON.parse(schema))
      const resolver = this.reader.createResolver(writer)
      return body => this.reader.fromBuffer(body, resolver) as Event
    } catch (error) {
      throw new NoEvent(String(error))
    }
  }
}
