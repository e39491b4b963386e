// Reads one case a line from stdin, as relaxed Extended JSON (dates are its only
// extension here), and answers each with one line: {"result": ...}, or
// {"error": "..."} where mingo refuses.
//
//   {kind: "match", query, docs}    -> [true, false, ...]
//   {kind: "update", doc, update}   -> the changed document
//   {kind: "sort", docs, sort}      -> the _id of the documents in order
import { createInterface } from "node:readline";
import mingo from "mingo";

const kinds = {
  match: ({ query, docs }) => {
    const q = new mingo.Query(query);
    return docs.map((doc) => q.test(doc));
  },
  update: ({ doc, update }) => {
    mingo.update(doc, update, [], {}, { cloneMode: "deep" });
    return doc;
  },
  sort: ({ docs, sort }) =>
    mingo
      .find(docs, {})
      .sort(sort)
      .all()
      .map((doc) => doc._id),
};

const revive = (_, v) => (v?.$date === undefined ? v : new Date(v.$date));

function extend(key, v) {
  const held = this[key]; // v is already text when it was a date
  return held instanceof Date ? { $date: held.toISOString().replace(".000Z", "Z") } : v;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line, revive);
  let answer;
  try {
    answer = { result: kinds[request.kind](request) };
  } catch (err) {
    answer = { error: String(err?.message ?? err) };
  }
  process.stdout.write(`${JSON.stringify(answer, extend)}\n`);
}
