"use strict";

// Goes through a framework's life on mesos-framework, unmodified, and ends with 0 if all was as
// with Mesos: it keeps its id and tasks in ZooKeeper, is found again by the next process, and kills
// what runs.
//
// usage: node framework.js NAME MASTER ZOOKEEPER start|return
//
// MASTER and ZOOKEEPER are HOST:PORT; "start" launches, "return" goes on where that has ended.

const { Scheduler, Mesos } = require("mesos-framework");
const mesos = Mesos.getMesos();

const LIMIT_MS = 60000;
const [name, master, zooKeeper, part] = process.argv.slice(2);
if (!["start", "return"].includes(part)) {
  console.error("usage: node framework.js NAME MASTER ZOOKEEPER start|return");
  process.exit(2);
}
const [host, port] = master.split(":");
setTimeout(() => fail("not done in time"), LIMIT_MS).unref();

function fail(why) {
  console.error("FAILED: " + why);
  process.exit(1);
}

function task(command, instances, priority) {
  return {
    priority,
    instances,
    commandInfo: new mesos.CommandInfo(null, null, true, command, null, null),
    resources: { cpus: 0.1, mem: 32, ports: 1, disk: 0 },
  };
}

const scheduler = new Scheduler({
  masterUrl: host,
  port,
  frameworkName: name,
  frameworkFailoverTimeout: 60,
  masterConnectionTimeout: 30,
  useZk: true,
  zkUrl: zooKeeper,
  restartStates: ["TASK_FAILED", "TASK_LOST", "TASK_ERROR"],
  logging: { level: "debug" },
  tasks:
    part === "start" ? { short: task("echo done", 1, 1), long: task("sleep 600", 2, 2) } : {},
});

// Task id -> all states that were told.
let ending = false;
const told = new Map();

function is(state) {
  return [...told.values()].filter((states) => states.at(-1) === state).length;
}

scheduler.on("update", (update) => {
  const status = update.status;
  // The client reconciles whenever it has subscribed, also while its tasks are on their way.
  if (part === "start" && status.reason === "REASON_RECONCILIATION") return;
  told.set(status.task_id.value, [...(told.get(status.task_id.value) || []), status.state]);
  if (!status.agent_id || !status.agent_id.value) fail("no agent: " + JSON.stringify(status));
  console.log(status.task_id.value, status.state, status.reason || "");
  if (part === "start" && is("TASK_FINISHED") === 1 && is("TASK_RUNNING") === 2) {
    for (const states of told.values()) {
      if (states[0] !== "TASK_STARTING") fail("first is " + states[0]);
    }
    // The process ends and its tasks run on; it has to have written down what they are.
    setTimeout(() => process.exit(0), 1000);
  }
  if (part === "return") {
    if (status.state === "TASK_RUNNING" && status.reason === "REASON_RECONCILIATION") {
      scheduler.kill(status.task_id.value, status.agent_id.value);
    }
    if (is("TASK_KILLED") === 2) {
      ending = true;
      scheduler.teardown();
    }
  }
});
scheduler.on("sent_teardown", () => {
  console.log("done");
  process.exit(0);
});
scheduler.on("subscribed", (event) => {
  console.log("subscribed as", event.frameworkId);
  if (part === "return") scheduler.sync();
});
scheduler.on("error", (error) => {
  // Whoever is torn down loses its stream, perhaps before it has its answer.
  if (!ending) fail(JSON.stringify(error.message || error));
});
scheduler.on("ready", () => scheduler.subscribe());
