// Parses an AsyncAPI document, tells what is wrong in it, and what it describes: node check.mjs FILE
import { readFile } from "node:fs/promises";
import { AvroSchemaParser } from "@asyncapi/avro-schema-parser";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
const source = await readFile(process.argv[2], "utf8");
const { document, diagnostics } = await parser.parse(source, { source: process.argv[2] });

const ERROR = 0;
const WARNING = 1;
const wrong = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { severity, message, path, range } of wrong) {
  console.error(`${severity === ERROR ? "error" : "warning"} line ${range.start.line + 1} ${path.join(".")}: ${message}`);
}
if (!document || wrong.length > 0) process.exit(1);
const count = (name) => document[name]().all().length;
console.log(`AsyncAPI ${document.version()}: ${count("channels")} channels, ${count("operations")} operations, ${count("allMessages")} messages`);
