#!/usr/bin/env python3
"""Asks a master and an agent everything that pymesos can ask, and follows the cluster.

usage: operator_calls.py MASTER AGENT

MASTER and AGENT are HOST:PORT.
"""

import sys
import time

from pymesos import MesosOperatorAgentDriver, MesosOperatorMasterDriver, OperatorMaster

SECOND = 1000 * 1000 * 1000


def reads(driver):
    assert driver.getHealth()["get_health"]["healthy"] is True
    version = driver.getVersion()["get_version"]["version_info"]["version"]
    # As clients read it, who want to know what they may ask.
    assert tuple(int(number) for number in version.split(".")) >= (1, 0, 0), version
    flags = {flag["name"] for flag in driver.getFlags()["get_flags"]["flags"]}
    assert {"ip", "port"} <= flags, flags
    metrics = {metric["name"] for metric in driver.getMetrics(5 * SECOND)["get_metrics"]["metrics"]}
    assert "system/cpus_total" in metrics, metrics
    assert driver.getLoggingLevel()["get_logging_level"]["level"] == 0
    driver.setLoggingLevel(1, SECOND)
    for call, member in (
        (driver.getState, "get_state"),
        (driver.getFrameworks, "get_frameworks"),
        (driver.getExecutors, "get_executors"),
        (driver.getTasks, "get_tasks"),
    ):
        assert member in call(), member


def of_the_master(driver):
    [agent] = driver.getAgents()["get_agents"]["agents"]
    agent_id = agent["agent_info"]["id"]["value"]
    assert agent["active"] is True
    assert driver.getMaster()["get_master"]["master_info"]["pid"].startswith("master@")

    driver.updateWeights([dict(role="ops", weight=2.0)])
    weights = driver.getWeights()["get_weights"]["weight_infos"]
    assert dict(role="ops", weight=2.0) in weights, weights
    assert "ops" in [role["name"] for role in driver.getRoles()["get_roles"]["roles"]]

    guarantee = [dict(name="cpus", type="SCALAR", scalar=dict(value=0.1))]
    driver.setQuota(dict(role="ops", guarantee=guarantee, force=True))
    infos = driver.getQuota()["get_quota"]["status"]["infos"]
    assert [info["role"] for info in infos] == ["ops"], infos
    driver.removeQuota("ops")
    assert not driver.getQuota()["get_quota"]["status"].get("infos")

    disk = dict(name="disk", type="SCALAR", scalar=dict(value=16))
    disk["reservations"] = [dict(type="DYNAMIC", role="ops")]
    volume = dict(disk)
    volume["disk"] = dict(
        persistence=dict(id="interop"), volume=dict(mode="RW", container_path="data")
    )
    driver.reserveResources(agent_id, [disk])
    until(lambda: reserved(driver) == {"ops": 1}, "reserved")
    driver.createVolumes(agent_id, [volume])
    driver.destroyVolumes(agent_id, [volume])
    driver.unreserveResources(agent_id, [disk])
    until(lambda: reserved(driver) == {}, "unreserved")

    machine = dict(hostname=agent["agent_info"]["hostname"], ip="127.0.0.1")
    away = dict(hostname="elsewhere", ip="127.0.0.2")
    start = dict(nanoseconds=int(time.time()) * SECOND)
    windows = [
        dict(machine_ids=[one], unavailability=dict(start=start)) for one in (machine, away)
    ]
    driver.updateMaintenanceSchedule(windows)
    schedule = driver.getMaintenanceSchedule()["get_maintenance_schedule"]["schedule"]
    assert len(schedule["windows"]) == 2, schedule
    driver.startMaintenance([away])
    status = driver.getMaintenanceStatus()["get_maintenance_status"]["status"]
    assert [one["hostname"] for one in status["down_machines"]] == ["elsewhere"], status
    driver.stopMaintenance([away])
    driver.updateMaintenanceSchedule([])
    return agent_id


def reserved(driver):
    [agent] = driver.getAgents()["get_agents"]["agents"]
    found = {}
    for resource in agent["total_resources"]:
        for reservation in resource.get("reservations", []):
            found[reservation["role"]] = found.get(reservation["role"], 0) + 1
    return found


def until(fits, what):
    deadline = time.time() + 30
    while not fits():
        if time.time() > deadline:
            sys.exit("not " + what)
        time.sleep(0.1)


class Watcher(OperatorMaster):
    def __init__(self):
        self.removed = []

    def agentRemoved(self, agent_id):
        self.removed.append(agent_id)


def main(master, agent):
    watcher = Watcher()
    driver = MesosOperatorMasterDriver(master, watcher)
    reads(driver)
    on_agent = MesosOperatorAgentDriver(agent)
    reads(on_agent)
    assert not on_agent.getContainers()["get_containers"].get("containers")
    agent_id = of_the_master(driver)
    print("every call was answered")
    driver.start()
    until(lambda: driver.connected, "subscribed")
    MesosOperatorMasterDriver(master).markAgentGone(agent_id)
    until(lambda: watcher.removed == [agent_id], "told that the agent is gone")
    print("done")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
