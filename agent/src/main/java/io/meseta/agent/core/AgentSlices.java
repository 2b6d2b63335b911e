package io.meseta.agent.core;

/** The slices of the core, wired once. */
record AgentSlices(
    MasterLink link,
    Frameworks frameworks,
    StatusUpdateStreams streams,
    Tasks tasks,
    Kills kills,
    Launches launches,
    Containers containers,
    Recovery recovery,
    Retirement retirement,
    Draining draining,
    Operations operations,
    Reconfiguration reconfiguration,
    Stopping stopping,
    Checks checks,
    Condition condition,
    ExecutorSlices executorSlices,
    ExecutorLaunches executorLaunches,
    ExecutorContainers executorContainers,
    ExecutorCalls executorCalls) {

  static AgentSlices wire(CoreContext context, IdMint ids, AgentSettings settings) {
    MasterLink link =
        new MasterLink(context.turn(), context.counters(), settings, context.identity());
    Frameworks frameworks = new Frameworks(context.journal());
    StatusUpdateStreams streams = new StatusUpdateStreams(context, link, settings.resend());
    Tasks tasks = new Tasks(context, frameworks, streams);
    Executors executors = new Executors(context, frameworks);
    ExecutorSpecs specs = new ExecutorSpecs(context, frameworks, tasks, settings);
    ExecutorTasks inExecutors = new ExecutorTasks(context, executors, tasks, specs);
    Kills kills = new Kills(context, frameworks, tasks, inExecutors, settings.killGrace());
    ExecutorShutdowns shutdowns =
        new ExecutorShutdowns(context, link, executors, tasks, kills, specs, settings.executors());
    ExecutorSlices executorSlices =
        new ExecutorSlices(frameworks, executors, tasks, inExecutors, shutdowns, specs);
    Draining draining = new Draining(context.turn(), tasks, kills, executors, shutdowns);
    Operations operations = new Operations(context, ids, link, settings.resend());
    LaunchChecks launchChecks =
        new LaunchChecks(context, frameworks, tasks, streams, draining, operations);
    Launches launches = new Launches(context, ids, frameworks, tasks, executors, launchChecks);
    Checks checks = new Checks(context, tasks, kills, settings.ip());
    Groups groups = new Groups(context, tasks, launches, checks);
    tasks.tellEnds(new EndedTasks(executors, tasks, kills, shutdowns, specs, groups));
    Containers containers =
        new Containers(
            context, tasks, kills, launches, groups, checks, new LaunchProgress(context, tasks));
    ExecutorContainers executorContainers =
        new ExecutorContainers(context, executors, shutdowns, specs);
    Recovery recovery =
        new Recovery(
            context,
            frameworks,
            tasks,
            containers,
            executors,
            new ExecutorRecovery(executorSlices, executorContainers),
            operations,
            settings.observeInterval());
    Retirement retirement = new Retirement(context, link, kills, tasks, executors, shutdowns);
    return new AgentSlices(
        link,
        frameworks,
        streams,
        tasks,
        kills,
        launches,
        containers,
        recovery,
        retirement,
        draining,
        operations,
        new Reconfiguration(context, link, tasks, executors, operations),
        new Stopping(context, link, tasks, executors, draining),
        checks,
        new Condition(context.journal(), link),
        executorSlices,
        new ExecutorLaunches(context, ids, executorSlices, launchChecks, groups),
        executorContainers,
        new ExecutorCalls(context, link, executorSlices));
  }

  Executors executors() {
    return executorSlices.executors();
  }
}
