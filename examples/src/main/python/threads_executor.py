#!/usr/bin/env python3
"""An executor without a library: the executor API in plain HTTP and JSON.

It does what io.meseta.examples.ThreadsExecutor does. Each task runs in a thread, as its data says:

    sleep 500   sleeps for so many milliseconds, and finishes
    fail        fails
    wait        goes on until it is killed

A message of the framework is sent back, with "echo " before it. Needs Python 3.8 and nothing else.
"""

import base64
import http.client
import json
import os
import random
import re
import sys
import threading
import time
import uuid

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "secs": 1, "mins": 60, "hrs": 3600, "days": 86400,
         "weeks": 604800}


def duration(name):
    """Seconds of a variable such as 5secs."""
    number, unit = re.fullmatch(r"([0-9.]+)([a-z]+)", os.environ[name]).groups()
    return float(number) * UNITS[unit]


class Executor:
    def __init__(self):
        self.framework = os.environ["MESOS_FRAMEWORK_ID"]
        self.id = os.environ["MESOS_EXECUTOR_ID"]
        self.endpoint = os.environ["MESOS_AGENT_ENDPOINT"]
        self.checkpoint = os.environ.get("MESOS_CHECKPOINT") == "1"
        self.grace = duration("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD")
        # What the agent may not have: it is told again with each SUBSCRIBE.
        self.tasks = {}
        self.updates = {}
        self.lock = threading.RLock()
        self.acknowledged = threading.Condition(self.lock)
        # One call at a time, so that no update overtakes another.
        self.sending = threading.Lock()
        self.killed = {}
        self.threads = []
        self.first_lost = None

    def post(self, kind, body, timeout):
        call = dict(body, type=kind, framework_id={"value": self.framework},
                    executor_id={"value": self.id})
        connection = http.client.HTTPConnection(self.endpoint, timeout=timeout)
        connection.request("POST", "/api/v1/executor", json.dumps(call),
                           {"Content-Type": "application/json", "Accept": "application/json"})
        return connection.getresponse()

    def call(self, kind, body):
        """Whether the agent has taken it."""
        try:
            answer = self.post(kind, body, 15)
            if answer.status != 202:
                print("%s: %d %s" % (kind, answer.status, answer.read().decode()), file=sys.stderr)
            return answer.status == 202
        except OSError as trouble:
            print("%s: %s" % (kind, trouble), file=sys.stderr)
            return False

    # ---- what is told ----

    def update(self, task_id, state, message=""):
        status = {"task_id": {"value": task_id}, "state": state, "message": message,
                  "source": "SOURCE_EXECUTOR", "timestamp": time.time(),
                  "uuid": base64.b64encode(uuid.uuid4().bytes).decode()}
        with self.sending:
            with self.lock:
                self.updates[status["uuid"]] = status
            # One that does not get through goes with the next SUBSCRIBE.
            self.call("UPDATE", {"update": {"status": status}})

    def run(self, task):
        task_id = task["task_id"]["value"]
        words = base64.b64decode(task.get("data", "")).decode().split()
        killed = self.killed[task_id]
        self.update(task_id, "TASK_RUNNING")
        if words[:1] == ["sleep"] and not killed.wait(int(words[1]) / 1000):
            self.update(task_id, "TASK_FINISHED", "slept well")
        elif words[:1] == ["wait"] and killed.wait() or words[:1] == ["sleep"]:
            self.update(task_id, "TASK_KILLED", "was told to end")
        else:
            self.update(task_id, "TASK_FAILED", "was told to " + " ".join(words))

    # ---- what is heard ----

    def launch(self, task):
        task_id = task["task_id"]["value"]
        with self.lock:
            self.tasks[task_id] = task
            self.killed[task_id] = threading.Event()
        thread = threading.Thread(target=self.run, args=(task,), daemon=True)
        self.threads.append(thread)
        thread.start()

    def handle(self, event):
        """False when the executor is to end."""
        kind = event["type"]
        if kind == "LAUNCH":
            self.launch(event["launch"]["task"])
        elif kind == "LAUNCH_GROUP":
            for task in event["launch_group"]["task_group"]["tasks"]:
                self.launch(task)
        elif kind == "KILL":
            killed = self.killed.get(event["kill"]["task_id"]["value"])
            if killed:
                killed.set()
        elif kind == "ACKNOWLEDGED":
            with self.lock:
                self.updates.pop(event["acknowledged"]["uuid"], None)
                self.tasks.pop(event["acknowledged"]["task_id"]["value"], None)
                self.acknowledged.notify_all()
        elif kind == "MESSAGE":
            data = b"echo " + base64.b64decode(event["message"]["data"])
            self.call("MESSAGE", {"message": {"data": base64.b64encode(data).decode()}})
        elif kind == "SHUTDOWN":
            # On another thread: the acknowledgements come on this one.
            threading.Thread(target=self.shut_down, daemon=True).start()
        elif kind == "ERROR":
            return False
        return True

    def shut_down(self):
        for killed in list(self.killed.values()):
            killed.set()
        for thread in list(self.threads):
            thread.join(self.grace)
        with self.lock:
            self.acknowledged.wait_for(lambda: not self.updates, self.grace)
        os._exit(0)

    def listen(self):
        """Subscribes, and hears events until the connection ends. False: the executor ends."""
        with self.lock:
            known = {"unacknowledged_tasks": list(self.tasks.values()),
                     "unacknowledged_updates": [{"status": s} for s in self.updates.values()]}
        answer = self.post("SUBSCRIBE", {"subscribe": known}, None)
        if answer.status == 200:
            self.first_lost = None
        else:
            raise OSError("%d %s" % (answer.status, answer.read().decode()))
        while True:
            # RecordIO: the length in decimal, a line feed, and so many bytes.
            digits = answer.readline()
            if not digits:
                return True
            if not self.handle(json.loads(answer.read(int(digits)))):
                return False

    def serve(self):
        while True:
            try:
                if not self.listen():
                    return
            except (OSError, http.client.HTTPException, ValueError) as trouble:
                print("not subscribed: %s" % trouble, file=sys.stderr)
            # From now on, and not from when it was subscribed.
            if not self.come_back(time.monotonic()):
                self.shut_down()

    def come_back(self, lost):
        """Waits before the next try; False when it is time to give up."""
        if not self.checkpoint:
            return False
        self.first_lost = self.first_lost or lost
        time.sleep(random.uniform(0.1, max(0.2, duration("MESOS_SUBSCRIPTION_BACKOFF_MAX"))))
        return time.monotonic() - self.first_lost < duration("MESOS_RECOVERY_TIMEOUT")


if __name__ == "__main__":
    Executor().serve()
