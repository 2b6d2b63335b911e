#!/usr/bin/env python3
"""Goes through a framework's life on pymesos, unmodified, and ends with 0 if all was as with Mesos.

usage: framework.py MASTER [PRINCIPAL SECRET]

MASTER is zk://HOST:PORT/PATH or HOST:PORT.
"""

import getpass
import os
import queue
import sys
import time
import uuid

from pymesos import MesosSchedulerDriver, Scheduler, decode_data, encode_data

LIMIT_SECONDS = 60
EXECUTOR = dict(value="echo")


class Events(Scheduler):
    """Every callback, in the order in which they come."""

    def __init__(self):
        self._queue = queue.Queue()
        self._seen = []

    def registered(self, driver, framework_id, master_info):
        self._queue.put(("registered", (framework_id, master_info)))

    def reregistered(self, driver, master_info):
        self._queue.put(("reregistered", master_info))

    def resourceOffers(self, driver, offers):
        for offer in offers:
            self._queue.put(("offer", offer))

    def offerRescinded(self, driver, offer_id):
        self._queue.put(("rescinded", offer_id))

    def statusUpdate(self, driver, status):
        self._queue.put(("status", status))
        driver.acknowledgeStatusUpdate(status)

    def operationStatusUpdate(self, driver, status):
        self._queue.put(("operation", status))
        # A driver that acknowledges by itself sends the UUID as it came, as a message, where the
        # call has bytes: Mesos refuses that with 400 too.
        driver.acknowledgeOperationStatusUpdate(dict(status, uuid=status["uuid"]["value"]))

    def frameworkMessage(self, driver, executor_id, agent_id, data):
        self._queue.put(("message", data))

    def executorLost(self, driver, executor_id, agent_id, status):
        self._queue.put(("executor lost", executor_id))

    def processHeartBeat(self, driver):
        self._queue.put(("heartbeat", None))

    def error(self, driver, message):
        self._queue.put(("error", message))

    def next(self, kind, fits=lambda what: True):
        """The first event of this kind that fits, now or when it comes; others stay."""
        deadline = time.time() + LIMIT_SECONDS
        while True:
            for i, (seen, what) in enumerate(self._seen):
                if seen == kind and fits(what):
                    del self._seen[i]
                    return what
            try:
                self._seen.append(self._queue.get(timeout=max(0, deadline - time.time())))
            except queue.Empty:
                sys.exit("no %s came; there were: %s" % (kind, self._seen))

    def forget(self):
        """Drops what has come so far."""
        while not self._queue.empty():
            self._queue.get()
        self._seen.clear()

    def status(self, task_id, state):
        got = self.next("status", lambda status: status["task_id"]["value"] == task_id)
        if got["state"] != state:
            sys.exit("%s is %s: %s" % (task_id, got["state"], got))
        return got


def scalar(name, value):
    return dict(name=name, type="SCALAR", scalar=dict(value=value))


def amount(offer, name):
    return sum(r["scalar"]["value"] for r in offer["resources"] if r["name"] == name)


def task(name, offer, **more):
    return dict(
        task_id=dict(value="%s-%s" % (name, uuid.uuid4())),
        name=name,
        agent_id=offer["agent_id"],
        resources=[scalar("cpus", 0.1), scalar("mem", 32)],
        **more
    )


class Life:
    def __init__(self, master, principal=None, secret=None):
        self.master = master
        self.credential = dict(principal=principal, secret=secret) if principal else {}
        self.principal = principal
        self.framework = dict(
            user=getpass.getuser(),
            name="pymesos",
            hostname=os.uname().nodename,
            failover_timeout=60,
            roles=["pymesos"],
            capabilities=[dict(type="MULTI_ROLE"), dict(type="RESERVATION_REFINEMENT")],
        )
        if principal:
            self.framework["principal"] = principal
        self.connect()

    def connect(self):
        self.events = Events()
        self.driver = MesosSchedulerDriver(
            self.events,
            self.framework,
            self.master,
            implicit_acknowledgements=False,
            **self.credential
        )
        self.driver.start()

    def run(self):
        framework_id, master_info = self.events.next("registered")
        print("registered as", framework_id["value"], "with", master_info)
        self.events.next("heartbeat")
        self.commands()
        self.executors()
        self.suppression()
        self.operations()
        self.unknown_tasks()
        self.failover()
        self.driver.stop()
        self.driver.join()

    def offer(self):
        """One with room for what is launched here; smaller ones, of what has just ended, go back."""
        self.driver.reviveOffers()
        while True:
            offer = self.events.next("offer")
            if amount(offer, "cpus") >= 0.5 and amount(offer, "mem") >= 256:
                return offer
            self.driver.declineOffer(offer["id"], dict(refuse_seconds=0))

    def commands(self):
        """Two tasks of one offer: one ends by itself, one is killed."""
        offer = self.offer()
        short = task("short", offer, command=dict(value="echo done"))
        long = task("long", offer, command=dict(value="sleep 600"))
        self.driver.launchTasks(offer["id"], [short, long], dict(refuse_seconds=1))
        for state in ("TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"):
            status = self.events.status(short["task_id"]["value"], state)
            assert status["agent_id"] == offer["agent_id"], status
            assert status["uuid"], status
        for state in ("TASK_STARTING", "TASK_RUNNING"):
            self.events.status(long["task_id"]["value"], state)
        self.driver.reconcileTasks([long])
        answer = self.events.status(long["task_id"]["value"], "TASK_RUNNING")
        assert answer["reason"] == "REASON_RECONCILIATION" and "uuid" not in answer, answer
        self.driver.reconcileTasks([])
        self.events.status(long["task_id"]["value"], "TASK_RUNNING")
        self.driver.killTask(long["task_id"])
        self.killed(long)
        print("commands ran, were reconciled and killed")

    def killed(self, one):
        end = self.events.next(
            "status",
            lambda s: s["task_id"] == one["task_id"] and s["state"] != "TASK_KILLING",
        )
        assert end["state"] == "TASK_KILLED", end

    def executors(self):
        """Two tasks of one executor, which answers messages; then the executor is shut down."""
        offer = self.offer()
        executor = dict(
            executor_id=EXECUTOR,
            name="echo",
            command=dict(
                value="exec %s %s" % (sys.executable, os.path.abspath("executor.py")),
                environment=dict(
                    variables=[dict(name="PYTHONPATH", value=os.environ["PYTHONPATH"])]
                ),
            ),
            resources=[scalar("cpus", 0.1), scalar("mem", 64)],
        )
        more = dict(executor=executor, data=encode_data(b"data"))
        tasks = [task("first", offer, **more), task("second", offer, **more)]
        self.driver.launchTasks(offer["id"], tasks, dict(refuse_seconds=1))
        for one in tasks:
            status = self.events.status(one["task_id"]["value"], "TASK_RUNNING")
            assert status["message"] == "given data", status
            assert status["executor_id"] == EXECUTOR, status
            assert status["agent_id"] == offer["agent_id"], status
        self.driver.sendFrameworkMessage(EXECUTOR, offer["agent_id"], encode_data(b"hello"))
        assert decode_data(self.events.next("message")) == b"echo: hello"
        for one in tasks:
            self.driver.killTask(one["task_id"])
            self.killed(one)
        print("an executor ran two tasks and answered")

    def suppression(self):
        """No offer comes to who wants none, and one comes to who wants some again."""
        self.driver.declineOffer(self.offer()["id"], dict(refuse_seconds=1))
        self.driver.suppressOffers()
        self.driver.requestResources([dict(resources=[scalar("cpus", 1)])])
        self.events.next("heartbeat")
        self.events.forget()
        self.events.next("heartbeat")
        assert not [what for kind, what in self.events._seen if kind == "offer"]
        self.driver.declineOffer(self.offer()["id"], dict(refuse_seconds=1))
        print("suppressed and revived")

    def operations(self):
        """Resources are reserved and given back, each with word of how it went."""
        offer = self.offer()
        reservation = dict(type="DYNAMIC", role="pymesos")
        if self.principal:
            reservation["principal"] = self.principal
        resources = [dict(scalar("cpus", 0.1), reservations=[reservation])]
        resources[0]["allocation_info"] = dict(role="pymesos")
        for type_ in ("RESERVE", "UNRESERVE"):
            operation_id = dict(value="%s-%s" % (type_, uuid.uuid4()))
            operation = {
                "type": type_,
                "id": operation_id,
                type_.lower(): dict(resources=resources),
            }
            self.driver.acceptOffers(offer["id"], [operation], dict(refuse_seconds=0))
            status = self.events.next("operation")
            assert status["operation_id"] == operation_id, status
            assert status["state"] == "OPERATION_FINISHED", status
            offer = self.offer()
        self.driver.declineOffer(offer["id"], dict(refuse_seconds=0))
        print("reserved and unreserved")

    def unknown_tasks(self):
        """Nobody knows it, so it is lost."""
        for ask in (
            lambda: self.driver.reconcileTasks([dict(task_id=dict(value="nobody"))]),
            lambda: self.driver.killTask(dict(value="nobody")),
        ):
            ask()
            status = self.events.status("nobody", "TASK_LOST")
            assert status["reason"] == "REASON_RECONCILIATION", status
        print("unknown tasks are lost")

    def failover(self):
        """Another driver goes on with the id; its task has run on."""
        offer = self.offer()
        staying = task("staying", offer, command=dict(value="sleep 600"))
        self.driver.launchTasks(offer["id"], [staying], dict(refuse_seconds=1))
        for state in ("TASK_STARTING", "TASK_RUNNING"):
            self.events.status(staying["task_id"]["value"], state)
        self.driver.stop(failover=True)
        self.driver.join()
        self.connect()
        self.events.next("reregistered")
        self.driver.reconcileTasks([staying])
        self.events.status(staying["task_id"]["value"], "TASK_RUNNING")
        self.driver.killTask(staying["task_id"])
        self.killed(staying)
        print("another driver took over")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    Life(*sys.argv[1:]).run()
    print("done")
