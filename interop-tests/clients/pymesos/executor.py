#!/usr/bin/env python3
"""An executor on pymesos: its tasks run until they are killed, and what it is sent it sends back."""

import threading

from pymesos import Executor, MesosExecutorDriver, decode_data, encode_data


class EchoExecutor(Executor):
    """One process for all tasks of the framework on this agent."""

    def registered(self, driver, executor_info, framework_info, agent_info):
        print("registered with", agent_info["hostname"], flush=True)

    def launchTask(self, driver, task):
        driver.sendStatusUpdate(
            dict(
                task_id=task["task_id"],
                state="TASK_RUNNING",
                message="given " + decode_data(task["data"]).decode(),
            )
        )

    def killTask(self, driver, task_id):
        driver.sendStatusUpdate(dict(task_id=task_id, state="TASK_KILLED"))

    def frameworkMessage(self, driver, message):
        # The driver's reading thread must not wait for its own answers.
        echo = encode_data(b"echo: " + decode_data(message))
        threading.Thread(target=driver.sendFrameworkMessage, args=(echo,)).start()


if __name__ == "__main__":
    MesosExecutorDriver(EchoExecutor()).run()
