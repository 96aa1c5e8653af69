// One line for each event, from the types that were made from the schemas.
import type { Actor, EventTime, FundingGap, Money, TalksRound, WeaponsPledge } from './events.js'

export function fundingGap(event: FundingGap): string {
  return columns('funding-gap', event.status, event.entity?.name ?? '-', money(event.gap), days(event.period ?? event.deadline), event.id)
}

export function weaponsPledge(event: WeaponsPledge): string {
  const who = `${names(event.suppliers)} -> ${names(event.recipients)}`
  let what = event.system.designation
  if (event.quantity) what = `${interval(number(event.quantity.min), number(event.quantity.max))} ${what}`
  if (event.value) what += `, ${money(event.value)}`
  return columns('weapons-pledge', event.status, who, what, days(event.delivery ?? event.announced), event.id)
}

export function talksRound(event: TalksRound): string {
  const who = names(event.participants.map(participant => participant.actor))
  return columns('talks-round', event.status, who, event.location?.name ?? '-', days(event.date), event.id)
}

const columns = (...parts: string[]) => parts.join(' | ')
const names = (actors: Actor[]) => actors.map(actor => actor.name).join(', ') || '-'
const money = (amount: Money | null) => (amount ? `${interval(amount.min ?? '', amount.max ?? '')} ${amount.currency ?? '?'}` : '-')
const days = (time: EventTime | null) => (time ? interval(time.start ?? '', time.end ?? '') : '-')
const number = (count: number | null) => (count === null ? '' : String(count))

/** The two bounds, where an empty one is open. */
const interval = (from: string, to: string) => (from === to ? from || '?' : `${from}..${to}`)
