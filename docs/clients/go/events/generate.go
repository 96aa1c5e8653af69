// Package events holds the records of the topics as Go types, and the schemas that they are made from.
package events

import "embed"

//go:generate sh -c "cp ../../../../schemas/*.avsc ."
//go:generate go tool avrogen -pkg events -logicaltype decimal,big.Rat,math/big -o events.go article.avsc funding-gap.avsc talks-round.avsc weapons-pledge.avsc

//go:embed *.avsc
var schemas embed.FS

// Schema gives the schema of a topic's values as it was when the types were made.
func Schema(name string) string {
	text, err := schemas.ReadFile(name + ".avsc")
	if err != nil {
		panic(err)
	}
	return string(text)
}
