package main

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"news-events-client/events"
)

type fundingGap struct{ events.FundingGap }
type weaponsPledge struct{ events.WeaponsPledge }
type talksRound struct{ events.TalksRound }

func (e *fundingGap) id() string    { return e.ID }
func (e *weaponsPledge) id() string { return e.ID }
func (e *talksRound) id() string    { return e.ID }

func (e *fundingGap) line() string {
	who := "-"
	if e.Entity != nil {
		who = e.Entity.Name
	}
	when := e.Period
	if when == nil {
		when = e.Deadline
	}
	return columns("funding-gap", e.Status, who, money(e.Gap), days(when), e.ID)
}

func (e *weaponsPledge) line() string {
	who := names(e.Suppliers) + " -> " + names(e.Recipients)
	what := e.System.Designation
	if e.Quantity != nil {
		what = interval(number(e.Quantity.Min), number(e.Quantity.Max)) + " " + what
	}
	if e.Value != nil {
		what += ", " + money(e.Value)
	}
	when := e.Delivery
	if when == nil {
		when = e.Announced
	}
	return columns("weapons-pledge", e.Status, who, what, days(when), e.ID)
}

func (e *talksRound) line() string {
	var actors []events.Actor
	for _, participant := range e.Participants {
		actors = append(actors, participant.Actor)
	}
	where := "-"
	if e.Location != nil {
		where = e.Location.Name
	}
	return columns("talks-round", e.Status, names(actors), where, days(e.Date), e.ID)
}

func columns(parts ...string) string { return strings.Join(parts, " | ") }

func names(actors []events.Actor) string {
	var found []string
	for _, actor := range actors {
		found = append(found, actor.Name)
	}
	if len(found) == 0 {
		return "-"
	}
	return strings.Join(found, ", ")
}

func money(amount *events.Money) string {
	if amount == nil {
		return "-"
	}
	currency := "?"
	if amount.Currency != nil {
		currency = *amount.Currency
	}
	return interval(cents(amount.Min), cents(amount.Max)) + " " + currency
}

func days(time *events.EventTime) string {
	if time == nil {
		return "-"
	}
	return interval(day(time.Start), day(time.End))
}

// interval is the two bounds in words, where an empty one is open.
func interval(from, to string) string {
	switch {
	case from == "" && to == "":
		return "?"
	case from == to:
		return from
	}
	return from + ".." + to
}

// cents is an exact decimal; the schema has two digits after the point.
func cents(amount *big.Rat) string {
	if amount == nil {
		return ""
	}
	return amount.FloatString(2)
}

func number(count *float64) string {
	if count == nil {
		return ""
	}
	return strconv.FormatFloat(*count, 'f', -1, 64)
}

func day(date *time.Time) string {
	if date == nil {
		return ""
	}
	return date.Format(time.DateOnly)
}
