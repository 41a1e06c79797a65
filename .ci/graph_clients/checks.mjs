// Compares, counts, and names the request that went wrong: checks.py in JavaScript.
//
// Requests are written down where the platform sends them; nothing of a client is changed.

import { readFileSync } from "node:fs";

export const [, , VERSION, GRAPH, EXPORT] = process.argv;
export const TRUTH = JSON.parse(readFileSync(EXPORT, "utf8"));
export const ROWS = new Map(TRUTH.assignments.map((row) => [row.id, row]));
export const sent = [];

const text = (body) => (body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? new TextDecoder().decode(body) : String(body));
const fetch = globalThis.fetch;
globalThis.fetch = (request, options) => {
  const address = typeof request === "string" ? request : request.url;
  const body = options?.body === undefined ? "" : ` ${text(options.body).slice(0, 300)}`;
  sent.push(`${options?.method ?? request.method ?? "GET"} ${address}${body}`);
  return fetch(request, options);
};

// The order of the members of an object means nothing.
const inOrder = (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value);
const whole = (value) => JSON.stringify(value, inOrder) ?? "undefined";
const short = (value) => whole(value).slice(0, 600);

export class Checks {
  constructor(who) {
    Object.assign(this, { who, count: 0, failures: 0, done: [] });
  }

  fail(message) {
    this.failures += 1;
    console.error(`graph-clients: ${this.who}: ${sent.at(-1) ?? "(nothing was sent)"}\n    ${message}`);
  }

  equal(found, expected, what) {
    this.count += 1;
    if (whole(found) !== whole(expected)) {
      this.fail(`${what}: expected ${short(expected)}, found ${short(found)}`);
    }
  }

  true(condition, what) {
    this.count += 1;
    if (!condition) this.fail(`expected ${what}`);
  }

  // The same things in any order, none of them twice.
  same(found, expected, what) {
    this.equal([...found].sort(), [...expected].sort(), what);
  }

  // One part of a walk. What it throws is a failure, and the next part still runs.
  async step(name, walk) {
    const before = this.count;
    try {
      await walk();
    } catch (error) {
      this.fail(`${name} threw ${error?.stack ?? short(error)}`);
    }
    if (this.count === before) this.fail(`nothing was checked in ${name}`);
    this.done.push(`${name} ${this.count - before}`);
  }

  end() {
    console.log(`${this.who}: ${this.count} checks, ${sent.length} requests: ${this.done.join(", ")}`);
    process.exit(this.failures ? 1 : 0);
  }
}

export const ids = (values) => values.map((one) => one.id);
export const matching = (test) => TRUTH.assignments.filter(test).map((row) => row.id);
